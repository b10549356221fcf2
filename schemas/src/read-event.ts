import { z } from 'zod'
import { traceparentPattern } from './cloud-event.ts'
import { instantSchema } from './codes.ts'
import { listElementsMax, parseForeignBytes, parseForeignJson } from './foreign-text.ts'
import { isJsonType, isUtf8, readMediaType } from './media-type.ts'
import { type Problem, parseWith } from './problems.ts'
import type { RefusalCode } from './requests/refusals.ts'
import { accepted, type Result, refused } from './result.ts'

// Reads event envelopes for every ingress: CloudEvents 1.0.2 with its Kafka and HTTP bindings. In structured mode the
// event
// is the value; in binary mode its attributes are headers and the value is the data. Unknown attributes belong to the
// sender, and null means absent.

type Members = Readonly<Record<string, unknown>>

/** Input as an ingress received it. */
export interface EventInput {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
  /** Why the text differs from what was sent. */
  readonly problem?: string | undefined
}

/** Kafka and HTTP name the same headers differently, and HTTP percent-encodes their values. Files have no headers. */
export type Binding = 'kafka' | 'http'

/** The attributes of an event that the engine uses, and its data. */
export interface ReceivedEvent {
  readonly mode: 'structured' | 'binary'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject?: string | undefined
  readonly time?: string | undefined
  readonly traceparent?: string
  readonly correlationid?: string | undefined
  readonly data: unknown
  /** The prefix that turns a pointer into the data into a pointer into the input. */
  readonly dataPath: '' | '/data'
}

/** Data without an event envelope. */
export interface BareData {
  readonly mode: 'none'
  readonly data: unknown
}

/** Why an event was refused, and its sender's name for it, as far as it could be read: empty if not. */
export interface RefusedEvent {
  readonly code: RefusalCode
  readonly id: string
  readonly source: string
  readonly problems: Problem[]
}

/** Reads an event of one type. Refuses other input with all its problems. */
export function readEvent(sent: EventInput, binding: Binding, type: string): Result<ReceivedEvent, RefusedEvent> {
  const read = readEventOrData(sent, binding)
  if (!read.ok) return read
  if (read.value.mode === 'none') return malformed('', { code: 'BAD_FORMAT', path: '', message: noEvent })
  return ofType(read.value, binding, type)
}

/** The event, if it has the accepted type. */
export function ofType(event: ReceivedEvent, binding: Binding, type: string): Result<ReceivedEvent, RefusedEvent> {
  if (event.type === type) return accepted(event)
  const path = event.mode === 'binary' ? `${prefixes[binding]}type` : '/type'
  return malformed(event, { code: 'NOT_ONE_OF', path, message: `is ${event.type}, and ${type} is taken here` })
}

const noEvent =
  'not a CloudEvent: send application/cloudevents+json, or its attributes as ce_ headers, or a JSON object with the attribute specversion'

/** Reads an event of any type, or data without an envelope. */
export function readEventOrData(sent: EventInput, binding: Binding): Result<ReceivedEvent | BareData, RefusedEvent> {
  const headers = headersOf(sent, binding)
  if (sent.problem !== undefined)
    return refusedAs('NOT_JSON', bestNameOf(headers, sent.text), { code: 'BAD_ENCODING', path: '', message: sent.problem })
  const mediaType = readMediaType(headers.contentType)
  if (mediaType?.problem !== undefined) return unsupported(headers.attributes, 'content-type', mediaType.problem)
  if (mediaType && !isUtf8(mediaType))
    return unsupported(headers.attributes, 'content-type', `says ${mediaType.charset}: send UTF-8, and no other encoding`)
  if (mediaType?.essence.startsWith('application/cloudevents')) {
    if (mediaType.essence === 'application/cloudevents+json') return structured(sent.text)
    return unsupported(headers.attributes, 'content-type', `is ${mediaType.essence}: send one event in application/cloudevents+json`)
  }
  if (mediaType && !isJsonType(mediaType))
    return unsupported(headers.attributes, 'content-type', `is ${mediaType.essence.slice(0, 100)}, and the data has to be JSON`)
  const json = parseForeignJson(sent.text, { elementsMax: listElementsMax })
  if (!json.ok) return refusedAs('NOT_JSON', bestNameOf(headers, sent.text), ...json.error)
  const isWhole = isObject(json.value) && json.value.specversion !== undefined
  if (headers.attributes.specversion !== undefined || (isNamed(headers) && !isWhole)) return binary(headers, json.value, binding)
  return isWhole ? fromObject(json.value as Members) : accepted({ mode: 'none', data: json.value })
}

function structured(text: string): Result<ReceivedEvent, RefusedEvent> {
  const json = parseForeignJson(text, { elementsMax: listElementsMax })
  if (!json.ok) return refusedAs('NOT_JSON', bestNameOf({ attributes: {} }, text), ...json.error)
  return isObject(json.value)
    ? fromObject(json.value)
    : malformed('', { code: 'WRONG_TYPE', path: '', message: 'must be one event, a JSON object' })
}

function fromObject(event: Members): Result<ReceivedEvent, RefusedEvent> {
  const attributes = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null))
  const problems: Problem[] = []
  const named = readAttributes(attributes, name => `/${name}`, problems)
  const dataType = typeof attributes.datacontenttype === 'string' ? readMediaType(attributes.datacontenttype) : undefined
  if (attributes.datacontenttype !== undefined && !(dataType && isJsonType(dataType) && isUtf8(dataType)))
    problems.push({
      code: 'NOT_ONE_OF',
      path: '/datacontenttype',
      message: dataType?.problem ?? 'must be application/json in UTF-8: the data has to be that',
    })
  const data = dataIn(event, problems)
  if (!named || problems.length > 0) return malformed(attributes, ...problems)
  return accepted({ mode: 'structured', ...named, data, dataPath: '/data' })
}

const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/

/** The data, which may also be the Base64 of JSON. */
function dataIn({ data, data_base64: encoded }: Members, problems: Problem[]): unknown {
  if (encoded === undefined || encoded === null) return data
  const path = '/data_base64'
  if (data !== undefined && data !== null)
    problems.push({ code: 'TWICE', path, message: 'occurs in addition to data: give only one of them' })
  else if (typeof encoded !== 'string' || !base64Pattern.test(encoded) || encoded.length % 4 !== 0)
    problems.push({ code: 'BAD_FORMAT', path, message: 'must be Base64 (RFC 4648, section 4)' })
  else {
    const bytes = Uint8Array.from(atob(encoded), character => character.charCodeAt(0))
    const json = parseForeignBytes(bytes, { elementsMax: listElementsMax })
    if (json.ok) return json.value
    problems.push(
      ...json.error.map(({ code, path: place, message }) => ({ code, path, message: `${place ? `${place} in it ` : ''}${message}` })),
    )
  }
  return undefined
}

function binary({ attributes, unreadable }: Headers, data: unknown, binding: Binding): Result<ReceivedEvent, RefusedEvent> {
  const problems: Problem[] = [...unreadable]
  const named = readAttributes(attributes, name => `${prefixes[binding]}${name}`, problems)
  if (!named || problems.length > 0) return malformed(attributes, ...problems)
  return accepted({ mode: 'binary', ...named, data, dataPath: '' })
}

/** CloudEvents sets no limit; this one is far above any UUID or system address. */
const nameMax = 200
const nameSchema = z
  .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be text') })
  .min(1, 'must not be empty')
  .max(nameMax, `must have at most ${nameMax} characters`)
  .refine(text => text.isWellFormed(), 'must be Unicode text')

/** A JSON extension may be a number or boolean. It means the same as its text in binary mode. */
const extensionSchema = z.preprocess(
  value => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  nameSchema.optional(),
)

const attributesSchema = z.object({
  specversion: z.literal('1.0', { error: ({ input }) => (input === undefined ? 'is missing' : 'must be 1.0') }),
  id: nameSchema,
  source: nameSchema,
  type: nameSchema,
  subject: nameSchema.optional(),
  time: instantSchema.optional(),
  correlationid: extensionSchema,
})

function readAttributes(attributes: Members, placeOf: (name: string) => string, problems: Problem[]) {
  const read = parseWith(attributesSchema, attributes)
  if (!read.ok) {
    problems.push(...read.error.map(problem => ({ ...problem, path: placeOf(problem.path.slice(1)) })))
    return undefined
  }
  const { specversion: _, ...named } = read.value
  // W3C Trace Context: an invalid traceparent is ignored, and the rest of the event is valid.
  const { traceparent } = attributes
  return { ...named, ...(typeof traceparent === 'string' && traceparentPattern.test(traceparent) ? { traceparent } : {}) }
}

const prefixes = { kafka: 'ce_', http: 'ce-' } as const

interface Headers {
  readonly contentType: string | undefined
  readonly attributes: Readonly<Record<string, string>>
  readonly unreadable: readonly Problem[]
}

/**
 * Attribute names are lower-case letters and digits; other headers are not attributes. An empty value is Kafka's null.
 */
function headersOf({ headers }: EventInput, binding: Binding): Headers {
  const pattern = binding === 'kafka' ? /^ce_([a-z0-9]+)$/ : /^ce-([a-z0-9]+)$/
  const attributes: Record<string, string> = {}
  const unreadable: Problem[] = []
  let contentType: string | undefined
  for (const [name, given] of Object.entries(headers)) {
    const raw = typeof given === 'string' ? given : given?.join(', ')
    if (raw === undefined || raw === '') continue
    if (name.toLowerCase() === 'content-type') contentType = raw
    const attribute = pattern.exec(name)?.[1]
    if (attribute === undefined) continue
    const value = binding === 'http' ? decodeHeader(raw) : raw
    if (value === undefined) unreadable.push({ code: 'BAD_ENCODING', path: name, message: 'must be percent-encoded UTF-8' })
    else attributes[attribute] = value
  }
  return { contentType, attributes, unreadable }
}

/**
 * CloudEvents HTTP binding, 3.1.3.2: removes quotes, then decodes percent-encoded UTF-8. HTTP gives each header byte as
 * one character.
 */
function decodeHeader(raw: string): string | undefined {
  const plain = /^".*"$/.test(raw) ? raw.slice(1, -1).replaceAll(/\\(.)/g, '$1') : raw
  try {
    return decodeURIComponent(plain.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25').replaceAll(/[\u0080-\u00ff]/g, encodeByte))
  } catch {
    return undefined
  }
}

const isNamed = ({ attributes }: Pick<Headers, 'attributes'>): boolean => Object.keys(attributes).length > 0

const encodeByte = (character: string) => `%${character.charCodeAt(0).toString(16)}`

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

type Named = Members | ReceivedEvent | ''

/** The name of refused input, as far as it can be read, so that its sender recognises it. */
function bestNameOf({ attributes }: Pick<Headers, 'attributes'>, text: string): Named {
  if (isNamed({ attributes })) return attributes
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : ''
  } catch {
    return ''
  }
}

function refusedAs(code: RefusalCode, named: Named, ...problems: Problem[]): Result<never, RefusedEvent> {
  const { id, source } = named === '' ? { id: '', source: '' } : named
  return refused({ code, id: nameFrom(id), source: nameFrom(source), problems })
}
const malformed = (named: Named, ...problems: Problem[]) => refusedAs('MALFORMED', named, ...problems)
const unsupported = (named: Named, path: string, message: string) =>
  refusedAs('UNSUPPORTED_MEDIA_TYPE', named, { code: 'BAD_HEADER', path, message })

const nameFrom = (value: unknown): string => (typeof value === 'string' ? value.slice(0, nameMax).toWellFormed() : '')
