import { answersOf, type Correlation, correlate, decodeXml, type IsoMessage, type Mapped, parseMessage } from '@holdfast/iso20022'
import {
  type AnswerBody,
  type AnswerKind,
  accepted,
  answerBodySchema,
  answerSchema,
  deterministicId,
  type Money,
  type Problem,
  parseJson,
  parseWith,
  type Result,
  refused,
} from '@holdfast/schemas'

/** An answer without the ids of its order. */
export type Said = Mapped['answers'][number]
export type Attention = Mapped['attention'][number]

/** What somebody says about one order. */
export interface Part {
  readonly about: Correlation
  readonly kinds: readonly AnswerKind[]
  /** The same for the same words, whatever was asked. */
  readonly meaning: string
  /** An amount that a bank leaves out, or says in another currency, is known from what it was asked. */
  says(asked: { readonly amount: Money }): { readonly answers: readonly Said[]; readonly attention: readonly Attention[] }
}

/** What came from an institution: a CloudEvent with one answer, or a bank's message with one for each payment in it. */
export interface Reading {
  readonly format: 'json' | 'iso20022'
  /** By which its sender names it, the same whenever it sends it again. */
  readonly source: string
  readonly id: string
  readonly correlationid?: string
  readonly traceparent?: string
  readonly parts: readonly Part[]
}

/** Far more than one message of a payment stop is about, and few enough for their orders to be looked up in one step. */
const partsMax = 50

/** Whether a media type says XML; what says nothing of itself is JSON. */
export const isXml = (mediaType: string | undefined): boolean => /^(application|text)\/([a-z0-9.-]+\+)?xml\b/i.test(mediaType?.trim() ?? '')

/** Reads an answer that is a CloudEvent. */
export function readEvent(text: string): Result<Reading, Problem[]> {
  const json = parseJson(text)
  return json.ok ? readAnswerEvent(json.value) : json
}

export function readAnswerEvent(value: unknown): Result<Reading, Problem[]> {
  const parsed = parseWith(answerSchema, value)
  if (!parsed.ok) return parsed
  const { id, source, data, correlationid, traceparent } = parsed.value
  return accepted({
    format: 'json',
    source,
    id,
    ...(correlationid ? { correlationid } : {}),
    ...(traceparent ? { traceparent } : {}),
    parts: [partOf(data)],
  })
}

/** Reads the data of an answer alone, which has the name that its sender repeats it by from elsewhere. */
export function readAnswerData(value: unknown, source: string, id: string): Result<Reading, Problem[]> {
  const parsed = parseWith(answerBodySchema, value)
  return parsed.ok ? accepted({ format: 'json', source, id, parts: [partOf(parsed.value)] }) : parsed
}

const partOf = ({ requestId, orderId, kind, details }: AnswerBody): Part => ({
  // UUIDs may be written in either case, and ours are not.
  about: { requestId: requestId.toLowerCase(), orderId: orderId.toLowerCase() },
  kinds: [kind],
  meaning: '',
  says: () => ({ answers: [{ kind, details } as Said], attention: [] }),
})

/** The text of a bank's message, whatever encoding it has. */
export function textOfXml(bytes: Uint8Array): Result<string, Problem[]> {
  const text = decodeXml(bytes)
  return text.ok ? text : refused([{ path: '', message: text.error }])
}

/** Reads a bank's message that answers something: camt.029 or pacs.004, with or without its business header. */
export function readBankMessage(text: string): Result<Reading, Problem[]> {
  const message = parseMessage(text)
  if (!message.ok) return message
  const mapped = answersOf(message.value)
  if (!mapped.ok) return refused([{ path: '/Document', message: mapped.error.message }])
  const count = mapped.value.length
  if (count > partsMax) return refused([{ path: '/Document', message: `is about ${count} payments, and ${partsMax} are the most` }])
  const whole = correlate(message.value) ?? {}
  const parts = mapped.value.map(
    ({ about, answers, attention }, index): Part => ({
      about: about ?? whole,
      kinds: answers.map(({ kind }) => kind),
      meaning: JSON.stringify({ answers, attention }),
      says(asked) {
        const again = answersOf(message.value, asked)
        return (again.ok ? again.value[index] : undefined) ?? { answers: [], attention: [] }
      },
    }),
  )
  return accepted({ format: 'iso20022', ...namesOf(message.value), parts })
}

/** A message is known by what it is, who sends it and the id that its sender gave it: banks number theirs, each for itself. */
function namesOf({ kind, header, body }: IsoMessage): { source: string; id: string } {
  const { assigner, id } = 'assignment' in body ? body.assignment : { assigner: undefined, id: body.group.messageId }
  const from = JSON.stringify(
    assigner ?? header?.from ?? ('group' in body && 'instructingAgent' in body.group && body.group.instructingAgent),
  )
  return { source: `/iso20022/${kind}`, id: deterministicId('message', kind, from, id) }
}
