import {
  countrySchema,
  detachedJwsSchema,
  eventSchema,
  findingsSchema,
  instantSchema,
  notificationMax,
  notificationType,
  problemCodeNames,
  refusalCodeSchema,
  requestIdSchema,
  textSchema,
} from '@holdfast/schemas'
import { z } from 'zod'
import { phases } from '../events/envelope.ts'
import { recordKindSchema } from '../events/record-kinds.ts'
import { outcomeSchema } from '../requests/outcomes.ts'
import { alertCodeSchema, alertParametersSchema } from './alerts.ts'

/** Older records have no problem code. */
const problemSchema = z.strictObject({ code: z.enum(problemCodeNames).optional(), path: z.string(), message: z.string() })

const about = {
  country: countrySchema,
  requestId: requestIdSchema,
  caseReference: textSchema(1, 35),
  fact: recordKindSchema,
  sequence: z.int().min(1),
  phase: z.enum(phases),
}

/** The sender's name of an event; empty if it could not be read. */
const named = { eventId: z.string().max(notificationMax.name), eventSource: z.string().max(notificationMax.name) }
/** The record's recordPosition as topic/partition/offset, for an event without a readable name. */
const recordPosition = z.string().max(300).optional()

/**
 * A notification to a member system. `received`: the receipt of a request that came by Kafka. `progress`: a step of a
 * request. `alert`: for the country that has to act, or both. `outcome`: the end of a request. `refusedAtIngress`: an event
 * that the ingress refused, with the reason. `answer`: an answer of its institution that was refused in part or needs a
 * person.
 */
const notificationBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('progress'), ...about, findings: findingsSchema.optional(), data: z.unknown().optional() }),
  z.strictObject({
    kind: z.literal('alert'),
    ...about,
    /** Older records have no alert code. */
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
    kind: z.literal('refusedAtIngress'),
    country: countrySchema,
    ...named,
    recordPosition,
    code: refusalCodeSchema,
    message: z.string().max(notificationMax.message),
    problems: z.array(problemSchema).max(notificationMax.problems),
  }),
  z.strictObject({
    kind: z.literal('answer'),
    country: countrySchema,
    answerId: z.string().max(notificationMax.name),
    /** The sender's id of the event; for a bank's message the message id. */
    eventId: named.eventId.optional(),
    eventSource: named.eventSource.optional(),
    recordPosition,
    /** As the answer names it. It does not confirm that the request exists. */
    requestId: requestIdSchema.optional(),
    orderId: z.uuid().optional(),
    /** A refusal code, or a code of docs/reference/iso20022.md for what a person has to check. */
    code: z.string().max(50),
    message: z.string().max(notificationMax.message),
    problems: z.array(problemSchema).max(notificationMax.problems).optional(),
  }),
])
export type NotificationBody = z.output<typeof notificationBodySchema>

export const notificationSchema = eventSchema(notificationType, notificationBodySchema)
  .extend({
    /**
     * The engine's signature over the RFC 8785 form of data, id, source and type (ADR 63). Older notifications have
     * none.
     */
    signature: detachedJwsSchema.optional(),
  })
  .meta({
    title: 'Notification',
    description: 'A record of freeze.notifications.<cc>.',
  })
export type Notification = z.output<typeof notificationSchema>
