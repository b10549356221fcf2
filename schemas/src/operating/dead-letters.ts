import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema } from '../cloud-event.ts'
import type { Problem } from '../problems.ts'

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

export const redrivenType = 'holdfast.redriven.v1'
/** That an operator had the record of a dead letter sent again. The letter stays: the two stand side by side. */
export const redrivenSchema = eventSchema(
  redrivenType,
  z.strictObject({ letterId: z.uuid(), number: z.int().min(0), topic: z.string(), by: personSchema }),
)
export type Redriven = z.output<typeof redrivenSchema>

/** A dead letter as the list shows it: what it was is in the letter itself. */
export interface DeadLetterSummary {
  /** By which it is asked for: its place in the topic. */
  readonly number: number
  readonly id: string
  readonly time: string
  readonly service: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly redriven?: { readonly at: string; readonly by: string }
}
export interface DeadLetterPage {
  readonly letters: readonly DeadLetterSummary[]
  /** Where to go on, with older ones; absent when there are none. */
  readonly nextCursor?: string
}
export interface DeadLetterDetail extends DeadLetterSummary {
  readonly letter: DeadLetter
}

/** What sending a record again would do, or did. */
export interface RedriveOutcome {
  readonly number: number
  readonly id: string
  readonly topic: string
  readonly key: string
  /** What is wrong with the record by the schemas of today; empty where it can be read. */
  readonly problems: readonly Problem[]
  /** Who the record speaks for, as the engine knows it now; null where that went with a token that is not kept. */
  readonly sender: string | null
  /** Why it is not sent again; absent where it is. */
  readonly why?: string
  /** Whether it was sent again, by this call or one before. */
  readonly redriven?: { readonly at: string; readonly by: string }
}
