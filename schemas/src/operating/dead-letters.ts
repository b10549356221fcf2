import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema } from '../cloud-event.ts'
import type { Problem } from '../problems.ts'

/** A record that could not be processed, unchanged, with the reason, so that an operator can repair and resend it. */
const deadLetterBodySchema = z.strictObject({
  topic: z.string(),
  partition: z.int().min(0),
  offset: z.int().min(0),
  key: z.string(),
  /** Without Authorization, because operators can read dead letters. */
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
/** Records that an operator sent a dead letter again. The dead letter stays. */
export const redrivenSchema = eventSchema(
  redrivenType,
  z.strictObject({ letterId: z.uuid(), number: z.int().min(0), topic: z.string(), by: personSchema }),
)
export type Redriven = z.output<typeof redrivenSchema>

/** A dead letter in the list. The detail has the record itself. */
export interface DeadLetterSummary {
  /** Its id in requests: the offset in the topic. */
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
  /** Cursor of older dead letters; absent if there are none. */
  readonly nextCursor?: string
}
export interface DeadLetterDetail extends DeadLetterSummary {
  readonly letter: DeadLetter
}

/** The result of a redrive, or of its preview. */
export interface RedriveOutcome {
  readonly number: number
  readonly id: string
  readonly topic: string
  readonly key: string
  /** Problems of the record by the current schemas; empty if it is readable. */
  readonly problems: readonly Problem[]
  /** The sender, as the engine knows it now; null if only a token named it, which is not stored. */
  readonly sender: string | null
  /** Why it is not sent again; absent if it is. */
  readonly why?: string
  /** Whether it was sent again, by this call or an earlier one. */
  readonly redriven?: { readonly at: string; readonly by: string }
}
