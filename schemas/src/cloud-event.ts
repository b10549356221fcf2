import { z } from 'zod'
import { actorSchema } from './actors/actor.ts'
import { actorProofSchema } from './actors/actor-proof.ts'
import { bicSchema, countrySchema, instantSchema, wellFormedSchema } from './codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from './encrypted/encrypted-actor.ts'

export const cloudEventsMediaType = 'application/cloudevents+json'

/** The form of `traceparent` in W3C Trace Context. */
export const traceparentPattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * CloudEvents 1.0 in structured mode, as every record of every topic is written: one line of JSON.
 * `sequence` is an integer here, where CloudEvents' own extension of that name is a string, so that every language compares it alike.
 */
const attributes = {
  specversion: z.literal('1.0'),
  id: wellFormedSchema(200),
  source: wellFormedSchema(200),
  type: wellFormedSchema(200),
  subject: wellFormedSchema(200).optional(),
  time: instantSchema,
  datacontenttype: z.literal('application/json').optional(),
  dataschema: wellFormedSchema(500).optional(),
  causationid: wellFormedSchema(200).optional(),
  correlationid: wellFormedSchema(200).optional(),
  actor: actorSchema.optional(),
  traceparent: z.string().regex(traceparentPattern, 'must be a W3C traceparent').optional(),
}

/** Builds the strict schema of one event type from the schema of its data. */
export const eventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.strictObject({ ...attributes, type: z.literal(type), data })

/** Events of several types, told apart by their type: what is wrong with one is said of the type that it names. There is at least one of them, which their list does not say. */
export const unionByType = <S extends z.ZodObject>(options: readonly S[]) =>
  z.discriminatedUnion('type', options as unknown as readonly [S])

/**
 * Somebody else's event of one type, as it is taken: CloudEvents allows a producer to add attributes of its own, and null is the same as nothing. Only the data is ours to be
 * strict about. `readEvent` is what reads it, in binary mode too.
 */
export const foreignEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.looseObject({
    specversion: z.literal('1.0'),
    id: attributes.id,
    source: attributes.source,
    type: z.literal(type),
    subject: attributes.subject.nullable(),
    time: instantSchema.nullish(),
    datacontenttype: z.literal('application/json').nullish(),
    correlationid: attributes.correlationid.nullable(),
    traceparent: z.string().nullish(),
    data,
  })

/** The main word of a request's state. */
export const phases = ['received', 'verified', 'frozen', 'recovered', 'closed'] as const
export type Phase = (typeof phases)[number]

/** The attributes that only facts carry: their place in the request's history and the chain that proves it. */
export const factAttributes = {
  sequence: z.int().min(1),
  /** Where the request stands after this fact, for readers that do not fold: it says no more than the fold does. */
  phase: z.enum(phases),
  /** Of a kind that changes no state: who does not know the kind may pass the fact over. Any other fact is critical. */
  critical: z.literal(false).optional(),
  requestingcountry: countrySchema,
  beneficiarycountry: countrySchema,
  prevhash: z.string().regex(/^[a-f0-9]{64}$/),
  hash: z.string().regex(/^[a-f0-9]{64}$/),
}

/** The order that an institution's answer is to, as it was matched. */
export const orderidSchema = z.uuid().optional()

/** The schema of a fact of one type, from that of its data. */
export const factEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  eventSchema(type, data).extend({
    ...factAttributes,
    subject: z.uuid(),
    causationid: wellFormedSchema(200),
    actor: actorSchema,
    actorproof: actorProofSchema.optional(),
    actorbox: encryptedActorSchema.optional(),
    actoropened: decryptedActorSchema.optional(),
    orderid: orderidSchema,
  })

/** The schema of a command of one type, from that of its data. */
export const commandEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  eventSchema(type, data).extend({
    subject: z.uuid(),
    actor: actorSchema,
    actorproof: actorProofSchema.optional(),
    actorbox: encryptedActorSchema.optional(),
    orderid: orderidSchema,
    /** The institution that the order went to. */
    orderbic: bicSchema.optional(),
  })
