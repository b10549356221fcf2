import { z } from 'zod'
import { actorSchema } from './actors/actor.ts'
import { actorProofSchema } from './actors/actor-proof.ts'
import { bicSchema, countrySchema, instantSchema, wellFormedSchema } from './codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from './encrypted/encrypted-actor.ts'

export const cloudEventsMediaType = 'application/cloudevents+json'

/** The form of `traceparent` in W3C Trace Context. */
export const traceparentPattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * CloudEvents 1.0 in structured mode: every record of every topic is one line of JSON.
 * `sequence` is an integer here, so that every language compares it the same way. The CloudEvents extension of that
 * name is a string.
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

/**
 * Events of several types. A problem is reported for the type that the event names. The list must not be empty, which
 * its type does not say.
 */
export const unionByType = <S extends z.ZodObject>(options: readonly S[]) =>
  z.discriminatedUnion('type', options as unknown as readonly [S])

/**
 * An event of a member or bank. CloudEvents lets a producer add attributes, and null means absent, so only the data is
 * strict. `readEvent` reads it, in binary mode too.
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

/** What the records of a workflow have besides the attributes of all workflows. */
interface OfWorkflow<P extends PhaseNames, A extends z.ZodRawShape> {
  /** The coarse states of a request. */
  readonly phases: P
  readonly attributes: A
}
/** At least one. */
export type PhaseNames = readonly [string, ...string[]]

/** The order that the institution's answer was matched to. */
export const orderidSchema = z.uuid().optional()

/** Builds the schemas of a workflow's facts. */
export const factEventSchemaOf =
  <const P extends PhaseNames, A extends z.ZodRawShape>({ phases, attributes: own }: OfWorkflow<P, A>) =>
  <T extends string, D extends z.ZodType>(type: T, data: D) =>
    eventSchema(type, data).extend({
      sequence: z.int().min(1),
      /** The state after this fact, for consumers that do not evolve the state themselves. */
      phase: z.enum(phases),
      /**
       * Marks a kind that changes no state: a consumer that does not know the kind may skip the fact. Any other fact is
       * critical.
       */
      critical: z.literal(false).optional(),
      requestingcountry: countrySchema,
      ...own,
      prevhash: z.string().regex(/^[a-f0-9]{64}$/),
      hash: z.string().regex(/^[a-f0-9]{64}$/),
      subject: z.uuid(),
      causationid: wellFormedSchema(200),
      actor: actorSchema,
      actorproof: actorProofSchema.optional(),
      encryptedactor: encryptedActorSchema.optional(),
      decryptedactor: decryptedActorSchema.optional(),
      orderid: orderidSchema,
    })

/** The schema of a command of one type. */
export const commandEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  eventSchema(type, data).extend({
    subject: z.uuid(),
    actor: actorSchema,
    actorproof: actorProofSchema.optional(),
    encryptedactor: encryptedActorSchema.optional(),
    orderid: orderidSchema,
    /** The institution that received the order. */
    orderbic: bicSchema.optional(),
  })
