import {
  type AnswerPart,
  answerPartsOf,
  type Correlation,
  correlate,
  decodeXml,
  type IsoMessage,
  type Mapped,
  parseMessage,
} from '@holdfast/payment-stop/iso20022'
import { type AnswerBody, type AnswerKind, answerBodySchema, answerType, type Money } from '@holdfast/payment-stop/language'
import {
  accepted,
  type Binding,
  decodeUtf8,
  deterministicId,
  type EventInput,
  isXmlType,
  ofType,
  type Problem,
  parseWith,
  type ReceivedEvent,
  type Refusal,
  type RefusedEvent,
  type Result,
  readEvent,
  readEventOrData,
  readMediaType,
  refused,
} from '@holdfast/schemas'

/** An answer without the ids of its order. */
export type AnswerContent = Mapped['answers'][number]
export type Attention = Mapped['attention'][number]

/** What a document says about one order. */
export interface DocumentPart {
  readonly about: Correlation
  readonly kinds: readonly AnswerKind[]
  /** The office that the sender says it is; undefined in a bank's message. */
  readonly bic?: string
  /** Equal for equal content, whatever the order was. */
  readonly meaning: string
  /** If a bank leaves out an amount or states it in another currency, the order's amount counts. */
  interpret(order: { readonly amount: Money }): { readonly answers: readonly AnswerContent[]; readonly attention: readonly Attention[] }
}

/** An institution's input: a CloudEvent with one answer, or a bank's message with one answer for each payment in it. */
export interface AnswerDocument {
  readonly format: 'json' | 'iso20022'
  /** Identifies the document: the same whenever its sender repeats it. */
  readonly source: string
  readonly id: string
  /** The sender's own name for it: of a bank's message, its number. */
  readonly eventId: string
  readonly correlationid?: string
  readonly traceparent?: string
  readonly parts: readonly DocumentPart[]
  /** A bank's message as received, as text. */
  readonly message?: { readonly definition: IsoMessage['name']; readonly text: string }
  /** Distinguishes documents under one name by their content. The time of writing is no part of it. */
  readonly content: unknown
}

/** The input as its ingress has it: text if the ingress has already decoded it. */
export interface SentAnswer {
  readonly headers: EventInput['headers']
  readonly content: Uint8Array | string
  readonly damage?: string | undefined
}

export interface RefusedAnswer extends RefusedEvent {
  /** Set where the problems do not explain the refusal. */
  readonly message?: string
}

/** Names data that is in no event, or refuses it if its sender had to name it. */
export type NameData = (data: unknown) => Result<{ readonly source: string; readonly id: string }, Refusal>

/** Far more than one message of a payment stop is about, and few enough to look up their orders in one step. */
const partsMax = 50

/**
 * Reads an answer from any ingress: XML by its media type, else a CloudEvent in either mode, else data alone if the
 * ingress can name it.
 */
export function readAnswer(sent: SentAnswer, binding: Binding, nameData?: NameData): Result<AnswerDocument, RefusedAnswer> {
  const mediaType = readMediaType(contentTypeOf(sent))
  if (mediaType && isXmlType(mediaType)) return xmlCharsets.includes(mediaType.charset) ? readXml(sent) : unreadCharset(mediaType.charset)
  const text = textOf(sent)
  const read = nameData ? readEventOrData(text, binding) : readEvent(text, binding, answerType)
  if (!read.ok) return read
  return read.value.mode === 'none' ? readData(read.value.data, nameData) : readAnswerEvent(read.value, binding)
}

/** XML declares its encoding itself (RFC 7303, 3.2); the media type may only declare a supported one. */
const xmlCharsets: ReadonlyArray<string | undefined> = [undefined, 'utf-8', 'utf8', 'utf-16', 'utf-16le', 'utf-16be']

const unreadCharset = (charset: string | undefined) =>
  refuseUnnamed('UNSUPPORTED_MEDIA_TYPE', [
    {
      code: 'BAD_ENCODING',
      path: 'content-type',
      message: `The charset ${charset} is not supported. Send UTF-8, or UTF-16 with a byte order mark`,
    },
  ])

function contentTypeOf({ headers }: SentAnswer): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return typeof value === 'string' ? value : value?.[0]
}

/** Bytes that are not UTF-8 are decoded with replacement characters, to identify the event. */
function textOf({ headers, content, damage: problem }: SentAnswer): EventInput {
  if (typeof content === 'string') return { headers, text: content, problem }
  const text = decodeUtf8(content)
  if (text.ok) return { headers, text: text.value, problem }
  return { headers, text: new TextDecoder().decode(content), problem: text.error.map(({ message }) => message).join('; ') }
}

/** Reads an answer from a parsed event. */
export function readAnswerEvent(event: ReceivedEvent, binding: Binding): Result<AnswerDocument, RefusedAnswer> {
  const typed = ofType(event, binding, answerType)
  if (!typed.ok) return typed
  const { id, source, data, dataPath, correlationid, traceparent } = event
  const body = parseWith(answerBodySchema, data)
  if (!body.ok) {
    const problems = body.error.map(problem => ({ ...problem, path: dataPath + problem.path }))
    return refused({ code: 'MALFORMED' as const, id, source, problems })
  }
  return accepted<AnswerDocument>({
    ...jsonDocument(body.value, data, source, id),
    ...(correlationid ? { correlationid } : {}),
    ...(traceparent ? { traceparent } : {}),
  })
}

function readData(data: unknown, nameData: NameData | undefined): Result<AnswerDocument, RefusedAnswer> {
  const name = nameData?.(data)
  if (!name?.ok)
    return refused({ ...unnamedEvent, code: name?.error.code ?? 'MALFORMED', problems: [], message: name?.error.message ?? '' })
  const body = parseWith(answerBodySchema, data)
  return body.ok ? accepted(jsonDocument(body.value, data, name.value.source, name.value.id)) : refuseUnnamed('MALFORMED', body.error)
}

function jsonDocument(
  { requestId, orderId, institution: { bic }, kind, details }: AnswerBody,
  content: unknown,
  source: string,
  id: string,
): AnswerDocument {
  const part: DocumentPart = {
    // UUIDs may be in either case; the engine's are in lower case.
    about: { requestId: requestId.toLowerCase(), orderId: orderId.toLowerCase() },
    kinds: [kind],
    bic,
    meaning: '',
    interpret: () => ({ answers: [{ kind, details } as AnswerContent], attention: [] }),
  }
  return { format: 'json', source, id, eventId: id, parts: [part], content }
}

const unnamedEvent = { id: '', source: '' } as const
const refuseUnnamed = (code: RefusedEvent['code'], problems: readonly Problem[]) =>
  refused({ ...unnamedEvent, code, problems: [...problems] })

/**
 * Reads a bank's camt.029 or pacs.004, in any frame. Text that an ingress decoded as UTF-8 must not declare another
 * encoding.
 */
function readXml({ content, damage }: SentAnswer): Result<AnswerDocument, RefusedAnswer> {
  if (damage !== undefined) return refuseUnnamed('MALFORMED', [{ code: 'BAD_ENCODING', path: '', message: damage }])
  const text = decodeXml(typeof content === 'string' ? Buffer.from(content) : content)
  if (!text.ok) return refuseUnnamed('MALFORMED', [{ code: 'BAD_ENCODING', path: '', message: text.error }])
  const message = parseMessage(text.value)
  if (!message.ok) return refuseUnnamed('MALFORMED', message.error)
  const { name, id, source } = namesOf(message.value)
  const refuseMessage = (message: string): Result<never, RefusedAnswer> =>
    refused({ code: 'MALFORMED', id: name, source, problems: [{ code: 'RULE', path: '', message }] })
  const answers = answerPartsOf(message.value)
  if (!answers.ok) return refuseMessage(answers.error.message)
  const count = answers.value.length
  if (count > partsMax) return refuseMessage(`The message is about ${count} payments; the limit is ${partsMax}. Send several messages`)
  const messageReference = correlate(message.value) ?? {}
  const parts = answers.value.map(part => partOf(part, messageReference))
  const contents = parts.map(({ about, meaning }) => ({ about, meaning }))
  return accepted({
    format: 'iso20022',
    source,
    id,
    eventId: name,
    parts,
    message: { definition: message.value.name, text: text.value },
    content: contents,
  })
}

function partOf({ about, interpret }: AnswerPart, messageReference: Correlation): DocumentPart {
  const content = interpret()
  return { about: about ?? messageReference, kinds: content.answers.map(({ kind }) => kind), meaning: JSON.stringify(content), interpret }
}

/**
 * A message is identified by its type, its sender and the sender's own id, because each bank numbers its messages
 * itself.
 */
function namesOf({ kind, header, body }: IsoMessage): { source: string; id: string; name: string } {
  const { assigner, id: name } = 'assignment' in body ? body.assignment : { assigner: undefined, id: body.group.messageId }
  const from = JSON.stringify(
    assigner ?? header?.from ?? ('group' in body && 'instructingAgent' in body.group && body.group.instructingAgent),
  )
  return { source: `/iso20022/${kind}`, id: deterministicId('message', kind, from, name), name }
}
