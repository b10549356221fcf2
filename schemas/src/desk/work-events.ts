import { z } from 'zod'
import { personSchema } from '../actors/actor.ts'
import { eventSchema, unionByType } from '../cloud-event.ts'
import { countrySchema, instantSchema, requestIdSchema } from '../codes.ts'
import { decryptedActorSchema, encryptedActorSchema } from '../encrypted/encrypted-actor.ts'
import { recordKindSchema } from '../ledger/ledger-records.ts'
import { parseJson } from '../problems.ts'
import { accepted, type Result, refused } from '../result.ts'
import { textSchema } from '../texts/characters.ts'

/** Where a field stands in the newest document of a request (JSON Pointer, RFC 6901), such as `/payment/creditor/name`. */
const fieldPathSchema = z
  .string()
  .max(200)
  .regex(/^(\/[A-Za-z0-9]{1,50}){1,8}$/, 'must be the place of a field in the document, such as /payment/creditor/name')

/** Capitals do not tell two persons apart (V17), so who has a request is written in small letters. */
const assigneeSchema = personSchema.transform(person => person.toLowerCase())

/** What one handover may name at most: 36 kB of ids. */
export const handoverRequestsMax = 1_000

/** What the desk of a country does among itself, by its kind. What is about no one request has no subject. */
export const workBodies = {
  /** Null gives it back to nobody. */
  RequestAssigned: z.strictObject({ to: assigneeSchema.nullable() }),
  NoteTaken: z.strictObject({ text: textSchema(1, 4000) }),
  /** A note stays where it is, and is shown struck: by its sequence number in the work log. */
  NoteStruck: z.strictObject({ note: z.int().min(1), reason: textSchema(1, 350) }),
  /** An alert is named as it stands in a list: of answers that came too late several may follow one fact, each at a time of its own. */
  AlertAcknowledged: z.strictObject({
    fact: recordKindSchema,
    sequence: z.int().min(1),
    time: instantSchema,
  }),
  /** Null wakes it now. */
  RequestSnoozed: z.strictObject({ until: instantSchema.nullable(), reason: textSchema(1, 350).optional() }),
  /** What the person who hands over has of these requests is the other's from then on. */
  ShiftHandedOver: z.strictObject({
    to: assigneeSchema,
    requests: z.array(requestIdSchema).max(handoverRequestsMax),
    summary: textSchema(1, 4000),
  }),
  /** Written before the field is given. */
  FieldRevealed: z.strictObject({ path: fieldPathSchema, purpose: textSchema(5, 350) }),
} as const

export type WorkKind = keyof typeof workBodies
export const workKinds = Object.keys(workBodies) as WorkKind[]
export type WorkBody<K extends WorkKind> = z.output<(typeof workBodies)[K]>

/** What is about one request; a handover is about several. */
export const isOfOneRequest = (kind: WorkKind): boolean => kind !== 'ShiftHandedOver'

const workTypePrefix = 'holdfast.work.v1.'
export const workType = <K extends WorkKind>(kind: K) => `${workTypePrefix}${kind}` as const
export const workKindOf = ({ type }: { readonly type: string }): WorkKind => type.slice(workTypePrefix.length) as WorkKind
/** Whether an event is one of a desk's work, and no command. */
export const isOfWork = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { type: `${typeof workTypePrefix}${string}` }> => event.type.startsWith(workTypePrefix)

/** The requests that an event is about: its own, those that a handover names, or none. */
export const requestsOf = ({ subject, data }: { readonly subject?: string | undefined; readonly data: object }): readonly string[] =>
  subject !== undefined ? [subject] : ((data as { readonly requests?: readonly string[] }).requests ?? [])

const hashSchema = z.string().regex(/^[a-f0-9]{64}$/)
export const buildWorkSchema = <K extends WorkKind, B extends z.ZodType>(kind: K, body: B) =>
  eventSchema(workType(kind), body)
    .required({ actor: true })
    .extend({
      subject: requestIdSchema.optional(),
      actorbox: encryptedActorSchema.optional(),
      actoropened: decryptedActorSchema.optional(),
      country: countrySchema,
      /** Of the request when this was done: later facts may wake what was put aside. */
      aftersequence: z.int().min(1).optional(),
      /** Its place in the chain of the country. */
      sequence: z.int().min(1),
      prevhash: hashSchema,
      hash: hashSchema,
    })
const buildOpenSchema = <K extends WorkKind>(kind: K) => buildWorkSchema(kind, workBodies[kind])
type WorkEnvelope = Omit<z.output<ReturnType<typeof buildOpenSchema<'NoteTaken'>>>, 'type' | 'data'>

/** A record of `freeze.work.<cc>`: one chain for each country, of RFC 8785 and SHA-256 as a history has it. */
export type WorkEventOf<K extends WorkKind> = WorkEnvelope & { type: `holdfast.work.v1.${K}`; data: WorkBody<K> }
export type WorkEvent = { [K in WorkKind]: WorkEventOf<K> }[WorkKind]
/** Before it has its place in the chain. */
export type WorkDraft = { [K in WorkKind]: Omit<WorkEventOf<K>, 'sequence' | 'prevhash' | 'hash'> }[WorkKind]

export const workEventSchema = unionByType(workKinds.map(buildOpenSchema)).meta({
  title: 'Work event',
  description: 'A record of freeze.work.<cc>: what the desk of a country does among itself.',
})

export const isWork = <K extends WorkKind>(event: WorkEvent, kind: K): event is Extract<WorkEvent, { type: `holdfast.work.v1.${K}` }> =>
  event.type === workType(kind)

/**
 * Reads a work event by its frame: of a kind of a newer version too, whose body means nothing here and whose place in the chain does. What a desk writes it has checked whole before.
 * Who proves a copy gives `parseForeignJson`.
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
  if (!isPlaced) return refused('no place in a chain')
  if (typeof event.data !== 'object' || event.data === null) return refused('no data')
  return accepted(event as WorkEvent)
}

export const workTopicType = 'holdfast.work-topic.v1'
/** That the desk of a country has a topic for its work: written before the topic is made, and as often as somebody is not sure that it is there. */
export const workTopicSchema = eventSchema(workTopicType, z.strictObject({ country: countrySchema }))
export type WorkTopicEvent = z.output<typeof workTopicSchema>
