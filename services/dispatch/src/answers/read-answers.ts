import {
  type AnswerPart,
  answerPartsOf,
  type Correlation,
  correlate,
  decodeXml,
  type IsoMessage,
  type Mapped,
  parseMessage,
} from '@holdfast/iso20022'
import {
  type AnswerBody,
  type AnswerKind,
  accepted,
  answerBodySchema,
  answerType,
  type Binding,
  decodeUtf8,
  deterministicId,
  isXmlType,
  type Money,
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
  type Sent,
} from '@holdfast/schemas'

/** An answer without the ids of its order. */
export type AnswerContent = Mapped['answers'][number]
export type Attention = Mapped['attention'][number]

/** What somebody says about one order. */
export interface DocumentPart {
  readonly about: Correlation
  readonly kinds: readonly AnswerKind[]
  /** The office that it says it is of; undefined in a bank's message. */
  readonly bic?: string
  /** The same for the same words, whatever was asked. */
  readonly meaning: string
  /** An amount that a bank leaves out, or says in another currency, is known from what it was asked. */
  says(asked: { readonly amount: Money }): { readonly answers: readonly AnswerContent[]; readonly attention: readonly Attention[] }
}

/** What came from an institution: a CloudEvent with one answer, or a bank's message with one for each payment in it. */
export interface AnswerDocument {
  readonly format: 'json' | 'iso20022'
  /** By which it is known, the same whenever its sender sends it again. */
  readonly source: string
  readonly id: string
  /** By which its sender knows it: of a bank's message, the number that the bank gave it. */
  readonly eventId: string
  readonly correlationid?: string
  readonly traceparent?: string
  readonly parts: readonly DocumentPart[]
  /** A bank's message as it came, as text. */
  readonly message?: { readonly definition: IsoMessage['name']; readonly text: string }
  /** What makes two uses of one name the same: what is said. When it was written down is not. */
  readonly content: unknown
}

/** What came, as its door has it: text where the door has decoded it already. */
export interface SentAnswer {
  readonly headers: Sent['headers']
  readonly content: Uint8Array | string
  readonly damage?: string | undefined
}

export interface RefusedAnswer extends RefusedEvent {
  /** Where problems do not say it. */
  readonly message?: string
}

/** What data that is in no event is known by; a refusal where its sender should have said. */
export type NameData = (data: unknown) => Result<{ readonly source: string; readonly id: string }, Refusal>

/** Far more than one message of a payment stop is about, and few enough for their orders to be looked up in one step. */
const partsMax = 50

/** Reads an answer from whichever door: XML by its media type, else a CloudEvent in either mode, else its data alone where the door names that. */
export function readAnswer(sent: SentAnswer, binding: Binding, nameData?: NameData): Result<AnswerDocument, RefusedAnswer> {
  const mediaType = readMediaType(contentTypeOf(sent))
  if (mediaType && isXmlType(mediaType)) return xmlCharsets.includes(mediaType.charset) ? readXml(sent) : unreadCharset(mediaType.charset)
  const text = textOf(sent)
  const read = nameData ? readEventOrData(text, binding) : readEvent(text, binding, answerType)
  if (!read.ok) return read
  return read.value.mode === 'none' ? readData(read.value.data, nameData) : readAnswerEvent(read.value, binding)
}

/** XML says its encoding itself (RFC 7303, 3.2); a media type may only say one that can be read. */
const xmlCharsets: ReadonlyArray<string | undefined> = [undefined, 'utf-8', 'utf8', 'utf-16', 'utf-16le', 'utf-16be']

const unreadCharset = (charset: string | undefined) =>
  unnamed('UNSUPPORTED_MEDIA_TYPE', [
    { code: 'BAD_ENCODING', path: 'content-type', message: `says ${charset}: send UTF-8, or UTF-16 with a byte order mark` },
  ])

function contentTypeOf({ headers }: SentAnswer): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? []
  return typeof value === 'string' ? value : value?.[0]
}

/** Of bytes that are no text, as much as tells whose event it was. */
function textOf({ headers, content, damage }: SentAnswer): Sent {
  if (typeof content === 'string') return { headers, text: content, damage }
  const text = decodeUtf8(content)
  if (text.ok) return { headers, text: text.value, damage }
  return { headers, text: new TextDecoder().decode(content), damage: text.error.map(({ message }) => message).join('; ') }
}

/** An event that is read already. */
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
  if (!name?.ok) return refused({ ...nobody, code: name?.error.code ?? 'MALFORMED', problems: [], message: name?.error.message ?? '' })
  const body = parseWith(answerBodySchema, data)
  return body.ok ? accepted(jsonDocument(body.value, data, name.value.source, name.value.id)) : unnamed('MALFORMED', body.error)
}

function jsonDocument(
  { requestId, orderId, institution: { bic }, kind, details }: AnswerBody,
  content: unknown,
  source: string,
  id: string,
): AnswerDocument {
  const part: DocumentPart = {
    // UUIDs may be written in either case, and ours are not.
    about: { requestId: requestId.toLowerCase(), orderId: orderId.toLowerCase() },
    kinds: [kind],
    bic,
    meaning: '',
    says: () => ({ answers: [{ kind, details } as AnswerContent], attention: [] }),
  }
  return { format: 'json', source, id, eventId: id, parts: [part], content }
}

const nobody = { id: '', source: '' } as const
const unnamed = (code: RefusedEvent['code'], problems: readonly Problem[]) => refused({ ...nobody, code, problems: [...problems] })

/** Reads a bank's message that answers something: camt.029 or pacs.004, in whatever frame. What a door has decoded as UTF-8 must not say that it is something else. */
function readXml({ content, damage }: SentAnswer): Result<AnswerDocument, RefusedAnswer> {
  if (damage !== undefined) return unnamed('MALFORMED', [{ code: 'BAD_ENCODING', path: '', message: damage }])
  const text = decodeXml(typeof content === 'string' ? Buffer.from(content) : content)
  if (!text.ok) return unnamed('MALFORMED', [{ code: 'BAD_ENCODING', path: '', message: text.error }])
  const message = parseMessage(text.value)
  if (!message.ok) return unnamed('MALFORMED', message.error)
  const { name, id, source } = namesOf(message.value)
  const wrong = (words: string): Result<never, RefusedAnswer> =>
    refused({ code: 'MALFORMED', id: name, source, problems: [{ code: 'RULE', path: '', message: words }] })
  const answers = answerPartsOf(message.value)
  if (!answers.ok) return wrong(answers.error.message)
  const count = answers.value.length
  if (count > partsMax) return wrong(`is about ${count} payments, and ${partsMax} are the most`)
  const whole = correlate(message.value) ?? {}
  const parts = answers.value.map(part => partOf(part, whole))
  const said = parts.map(({ about, meaning }) => ({ about, meaning }))
  return accepted({
    format: 'iso20022',
    source,
    id,
    eventId: name,
    parts,
    message: { definition: message.value.name, text: text.value },
    content: said,
  })
}

function partOf({ about, says }: AnswerPart, whole: Correlation): DocumentPart {
  const unasked = says()
  return { about: about ?? whole, kinds: unasked.answers.map(({ kind }) => kind), meaning: JSON.stringify(unasked), says }
}

/** A message is known by what it is, who sends it and the id that its sender gave it: banks number theirs, each for itself. */
function namesOf({ kind, header, body }: IsoMessage): { source: string; id: string; name: string } {
  const { assigner, id: name } = 'assignment' in body ? body.assignment : { assigner: undefined, id: body.group.messageId }
  const from = JSON.stringify(
    assigner ?? header?.from ?? ('group' in body && 'instructingAgent' in body.group && body.group.instructingAgent),
  )
  return { source: `/iso20022/${kind}`, id: deterministicId('message', kind, from, name), name }
}
