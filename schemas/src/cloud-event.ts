import { z } from 'zod'
import { actorSchema } from './actor.ts'
import { countrySchema, instantSchema } from './codes.ts'

export const cloudEventsMediaType = 'application/cloudevents+json'

/**
 * CloudEvents 1.0 in structured mode, as every record of every topic is written: one line of JSON.
 * `sequence` is an integer here, where CloudEvents' own extension of that name is a string, so that every language compares it alike.
 */
const attributes = {
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  source: z.string().min(1).max(200),
  type: z.string().min(1).max(200),
  subject: z.string().min(1).max(200).optional(),
  time: instantSchema,
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z.string().max(500).optional(),
  causationid: z.string().min(1).max(200).optional(),
  correlationid: z.string().min(1).max(200).optional(),
  actor: actorSchema.optional(),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'must be a W3C traceparent')
    .optional(),
}

/** Builds the strict schema of one event type from the schema of its data. */
export const eventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.strictObject({ ...attributes, type: z.literal(type), data })

/**
 * What is needed of any event to route it. Foreign attributes are let through here: CloudEvents allows a producer to add its own,
 * and only the data of a request is ours to be strict about.
 */
export const anyEventSchema = z.looseObject({ ...attributes, time: instantSchema.optional(), data: z.unknown() })
export type AnyEvent = z.output<typeof anyEventSchema>

/** The attributes that only facts carry: their place in the request's history and the chain that proves it. */
export const factAttributes = {
  sequence: z.int().min(1),
  requestingcountry: countrySchema,
  beneficiarycountry: countrySchema,
  prevhash: z.string().regex(/^[a-f0-9]{64}$/),
  hash: z.string().regex(/^[a-f0-9]{64}$/),
}

export const factEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  eventSchema(type, data).extend({ ...factAttributes, subject: z.uuid(), causationid: z.string().min(1).max(200), actor: actorSchema })

export const commandEventSchema = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  eventSchema(type, data).extend({ subject: z.uuid(), actor: actorSchema })
