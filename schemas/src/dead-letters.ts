import { z } from 'zod'
import { eventSchema } from './cloud-event.ts'

/** A record that could not be worked on, whole, with the reason, so that it can be mended and sent again. */
const deadLetterBodySchema = z.strictObject({
  topic: z.string(),
  partition: z.int().min(0),
  offset: z.int().min(0),
  key: z.string(),
  /** Authorization is left out: a dead letter is read by operators. */
  headers: z.record(z.string(), z.string()),
  value: z.string(),
  service: z.string(),
  reason: z.string().max(2000),
})

export const deadLetterType = 'holdfast.dead-letter.v1'
export const deadLetterSchema = eventSchema(deadLetterType, deadLetterBodySchema).meta({
  title: 'Dead letter',
  description: 'A record of freeze.dead-letters.',
})
export type DeadLetter = z.output<typeof deadLetterSchema>
