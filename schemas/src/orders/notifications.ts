import { z } from 'zod'
import { eventSchema, phases } from '../cloud-event.ts'
import { countrySchema, instantSchema, requestIdSchema } from '../codes.ts'
import { detachedJwsSchema } from '../encrypted/signed.ts'
import { recordKindSchema } from '../ledger/ledger-records.ts'
import { problemCodeNames } from '../problem-codes.ts'
import { findingsSchema } from '../requests/findings.ts'
import { outcomeSchema } from '../requests/outcomes.ts'
import { refusalCodeSchema } from '../requests/refusals.ts'
import { textSchema } from '../texts/characters.ts'
import { alertCodeSchema, alertParametersSchema } from './alerts.ts'

/** Those that lie in the topic from before problems had codes have none. */
const problemSchema = z.strictObject({ code: z.enum(problemCodeNames).optional(), path: z.string(), message: z.string() })

const about = {
  country: countrySchema,
  requestId: requestIdSchema,
  caseReference: textSchema(1, 35),
  fact: recordKindSchema,
  sequence: z.int().min(1),
  phase: z.enum(phases),
}

/** What a notice has room for: characters of a name and of a message, and how many problems. Who makes one cuts what is longer. */
export const notificationMax = { name: 200, message: 1_000, problems: 100 } as const

/** By which its sender knows an event; empty where it could not be read. */
const named = { eventId: z.string().max(notificationMax.name), eventSource: z.string().max(notificationMax.name) }
/** Where it lies, as topic/partition/offset: for an event whose name could not be read. */
const place = z.string().max(300).optional()

/**
 * What a member's system is told: `received` is the receipt of a request that came by Kafka; `progress` of its request; an `alert` to the side that has to act, or to both; the
 * `outcome` once a request has ended; `refusedAtDoor` and why; an `answer` of an institution of its country that could not be taken as it came, or that leaves something to a person.
 */
const notificationBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), ...about, findings: findingsSchema.optional(), data: z.unknown().optional() }),
  z.strictObject({
    kind: z.literal('alert'),
    ...about,
    /** Those that lie in the topic from before there were codes have none. */
    code: alertCodeSchema.optional(),
    message: textSchema(1, 500),
    parameters: alertParametersSchema.optional(),
    data: z.unknown().optional(),
  }),
  z.strictObject({ kind: z.literal('outcome'), ...about, outcome: outcomeSchema }),
  z.strictObject({
    kind: z.literal('received'),
    country: countrySchema,
    ...named,
    requestId: requestIdSchema,
    caseReference: textSchema(1, 35),
    requestingCountry: countrySchema,
    beneficiaryCountry: countrySchema,
    phase: z.literal('received'),
    receivedAt: instantSchema,
  }),
  z.strictObject({
    kind: z.literal('refusedAtDoor'),
    country: countrySchema,
    ...named,
    place,
    code: refusalCodeSchema,
    message: z.string().max(notificationMax.message),
    problems: z.array(problemSchema).max(notificationMax.problems),
  }),
  z.strictObject({
    kind: z.literal('answer'),
    country: countrySchema,
    answerId: z.string().max(notificationMax.name),
    /** As its sender names it: of a bank's message, the number that the bank gave it. */
    eventId: named.eventId.optional(),
    eventSource: named.eventSource.optional(),
    place,
    /** As the answer has them: that there is such a request is not said by that. */
    requestId: requestIdSchema.optional(),
    orderId: z.uuid().optional(),
    /** A refusal, or what a bank's message leaves to a person, as docs/iso20022.md lists it. */
    code: z.string().max(50),
    message: z.string().max(notificationMax.message),
    problems: z.array(problemSchema).max(notificationMax.problems).optional(),
  }),
])
export type NotificationBody = z.output<typeof notificationBodySchema>

export const notificationType = 'holdfast.notice.v1'
export const notificationSchema = eventSchema(notificationType, notificationBodySchema)
  .extend({
    /** By the engine, over the RFC 8785 form of data, id, source and type (ADR 63). A notice that is older than that has none. */
    signature: detachedJwsSchema.optional(),
  })
  .meta({
    title: 'Notice',
    description: 'A record of freeze.notices.<cc>.',
  })
export type Notification = z.output<typeof notificationSchema>
