import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema, unionByType } from '../cloud-event.ts'
import { countrySchema, instantSchema, kindSchema, requestIdSchema } from '../codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from '../encrypted/encrypted-actor.ts'
import { parseJson } from '../problems.ts'
import { accepted, type Result, refused } from '../result.ts'
import { textSchema } from '../texts/characters.ts'

/** A JSON pointer (RFC 6901) of a field in the newest document of a request, such as `/payment/creditor/name`. */
const fieldPathSchema = z
  .string()
  .max(200)
  .regex(/^(\/[A-Za-z0-9]{1,50}){1,8}$/, 'must be a JSON pointer of a field in the document, such as /payment/creditor/name')

/** Upper case does not distinguish persons (V17), so an assignee is stored in lower case. */
const assigneeSchema = personSchema.transform(person => person.toLowerCase())

/** The most requests of one handover: 36 kB of ids. */
export const handoverRequestsMax = 1_000

/** Work events of a country's desk, by kind. An event that concerns no single request has no subject. */
export const workBodies = {
  /** Null removes the assignment. */
  RequestAssigned: z.strictObject({ to: assigneeSchema.nullable() }),
  NoteTaken: z.strictObject({ text: textSchema(1, 4000) }),
  /** A struck note stays in the log and is shown as struck. `note` is its sequence in the work log. */
  NoteStruck: z.strictObject({ note: z.int().min(1), reason: textSchema(1, 350) }),
  /** The alert as a list shows it. Several late answers can follow one fact, each with its own time. */
  AlertAcknowledged: z.strictObject({
    fact: kindSchema,
    sequence: z.int().min(1),
    time: instantSchema,
  }),
  /** Null ends the snooze now. */
  RequestSnoozed: z.strictObject({ until: instantSchema.nullable(), reason: textSchema(1, 350).optional() }),
  /** All of these requests that the person has are assigned to the other person. */
  ShiftHandedOver: z.strictObject({
    to: assigneeSchema,
    requests: z.array(requestIdSchema).max(handoverRequestsMax),
    summary: textSchema(1, 4000),
  }),
  /** Recorded before the field is decrypted. */
  FieldRevealed: z.strictObject({ path: fieldPathSchema, purpose: textSchema(5, 350) }),
} as const

export type WorkKind = keyof typeof workBodies
export const workKinds = Object.keys(workBodies) as WorkKind[]
export type WorkBody<K extends WorkKind> = z.output<(typeof workBodies)[K]>

/** Whether an event concerns one request; a handover concerns several. */
export const concernsOneRequest = (kind: WorkKind): boolean => kind !== 'ShiftHandedOver'

const workTypePrefix = 'holdfast.work.v1.'
export const workType = <K extends WorkKind>(kind: K) => `${workTypePrefix}${kind}` as const
export const workKindOf = ({ type }: { readonly type: string }): WorkKind => type.slice(workTypePrefix.length) as WorkKind
/** Whether an event is a work event, and not a command. */
export const isWorkEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { type: `${typeof workTypePrefix}${string}` }> => event.type.startsWith(workTypePrefix)

/** The requests that an event concerns: its own, those of a handover, or none. */
export const requestsOf = ({ subject, data }: { readonly subject?: string | undefined; readonly data: object }): readonly string[] =>
  subject !== undefined ? [subject] : ((data as { readonly requests?: readonly string[] }).requests ?? [])

const hashSchema = z.string().regex(/^[a-f0-9]{64}$/)
export const buildWorkSchema = <K extends WorkKind, B extends z.ZodType>(kind: K, body: B) =>
  eventSchema(workType(kind), body)
    .required({ actor: true })
    .extend({
      subject: requestIdSchema.optional(),
      encryptedactor: encryptedActorSchema.optional(),
      decryptedactor: decryptedActorSchema.optional(),
      country: countrySchema,
      /** The sequence of the request at that time. A later fact may end a snooze. */
      aftersequence: z.int().min(1).optional(),
      /** The position in the country's chain. */
      sequence: z.int().min(1),
      prevhash: hashSchema,
      hash: hashSchema,
    })
const buildOpenSchema = <K extends WorkKind>(kind: K) => buildWorkSchema(kind, workBodies[kind])
type WorkEnvelope = Omit<z.output<ReturnType<typeof buildOpenSchema<'NoteTaken'>>>, 'type' | 'data'>

/** A record of `freeze.work.<cc>`. Each country has one chain, with RFC 8785 and SHA-256 as in a history. */
export type WorkEventOf<K extends WorkKind> = WorkEnvelope & { type: `holdfast.work.v1.${K}`; data: WorkBody<K> }
export type WorkEvent = { [K in WorkKind]: WorkEventOf<K> }[WorkKind]
/** Before it has a position in the chain. */
export type WorkDraft = { [K in WorkKind]: Omit<WorkEventOf<K>, 'sequence' | 'prevhash' | 'hash'> }[WorkKind]

export const workEventSchema = unionByType(workKinds.map(buildOpenSchema)).meta({
  title: 'Work event',
  description: 'A record of freeze.work.<cc>: work events of one country’s desk.',
})

export const isWork = <K extends WorkKind>(event: WorkEvent, kind: K): event is Extract<WorkEvent, { type: `holdfast.work.v1.${K}` }> =>
  event.type === workType(kind)

/**
 * Reads the envelope of a work event. A kind of a newer version has a body that is unknown here, but a valid position in
 * the chain. A desk validates its own events before it writes them. To verify a copy, pass `parseForeignJson`.
 */
export function readWorkEvent(value: string, parse = parseJson): Result<WorkEvent, string> {
  const parsed = parse(value)
  if (!parsed.ok) return refused(parsed.error.map(({ path, message }) => `${path} ${message}`.trim())[0] ?? 'not JSON')
  const event = parsed.value as Partial<WorkEvent> | null
  if (typeof event !== 'object' || event === null) return refused('not an object')
  if (typeof event.type !== 'string' || !event.type.startsWith('holdfast.work.'))
    return refused(`unknown type ${String(event.type).slice(0, 100)}`)
  if (typeof event.id !== 'string' || typeof event.actor !== 'string' || typeof event.time !== 'string')
    return refused('no id, actor or time')
  if (!countrySchema.safeParse(event.country).success) return refused('no country')
  const isPlaced =
    Number.isSafeInteger(event.sequence) && hashSchema.safeParse(event.prevhash).success && hashSchema.safeParse(event.hash).success
  if (!isPlaced) return refused('no position in a chain')
  if (typeof event.data !== 'object' || event.data === null) return refused('no data')
  return accepted(event as WorkEvent)
}

export const workTopicType = 'holdfast.work-topic.v1'
/**
 * Records that a country's desk has a work topic. Written before the topic is created, and again if a desk is not sure
 * that it exists.
 */
export const workTopicSchema = eventSchema(workTopicType, z.strictObject({ country: countrySchema }))
export type WorkTopicEvent = z.output<typeof workTopicSchema>
