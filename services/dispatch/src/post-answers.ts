import type { IncomingHttpHeaders } from 'node:http'
import {
  type AnswerReceipt,
  accepted,
  answerType,
  cloudEventsMediaType,
  deterministicId,
  type MemberActor,
  type Problem,
  parseJson,
  type Refusal,
  type Result,
  refusals,
  refused,
  topics,
} from '@holdfast/schemas'
import {
  answerOnce,
  leaseMs,
  type Outcome,
  problemDetails,
  readIdempotencyKey,
  type ServiceContext,
  sendRefusal,
} from '@holdfast/service-kit'
import type { OutgoingRecord } from '@holdfast/streams'
import { isJoint, type Matched, type Matching, matchAnswers } from './answers/match-answers.ts'
import { isXml, type Reading, readAnswerData, readAnswerEvent, readBankMessage, textOfXml } from './answers/read-answers.ts'
import { answersMayComeFrom } from './on-answer.ts'

const route = 'POST /v1/answers'
const xmlMediaTypes = ['application/xml', 'text/xml']

type Dependencies = Pick<ServiceContext, 'http' | 'verify' | 'idempotency' | 'streams' | 'clock' | 'log'> & Matching

interface Asking {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** A body as its sender means it, and as it goes into the topic. */
interface Given {
  readonly reading: Reading
  readonly record: OutgoingRecord
  /** What makes two uses of one key the same: what is said. When it was written down is not. */
  readonly content: unknown
}
type Refused = { readonly refusal: Refusal; readonly problems?: readonly Problem[] }

/**
 * The HTTP door for answers: an answer as a CloudEvent or as its data (JSON), or a bank's camt.029 or pacs.004 (XML). 202 with what it was understood as, once it is durable
 * in the stream, where one path decides about it, whichever way it came. 400 no key where one is needed, or no JSON · 401 no member · 403 no institution or FIU ·
 * 404 no such order, which is kept all the same · 409 the first is still running · 422 malformed, or the key used with another body · 503 a backend is away.
 */
export async function postAnswers(deps: Dependencies, signal: AbortSignal): Promise<void> {
  // In a scope of its own: at the other doors XML stays what they do not take.
  await deps.http.register(async http => {
    http.addContentTypeParser(xmlMediaTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    http.addContentTypeParser(cloudEventsMediaType, { parseAs: 'string' }, (_request, body, done) => done(null, body))
    http.post('/v1/answers', async (request, reply) => {
      const member = await deps.verify(request.headers.authorization)
      const sender = member.ok ? answersMayComeFrom(member.value) : member
      if (!sender.ok) return sendRefusal(reply, sender.error)
      const given = read(request, sender.value, deps.clock.now())
      if (!given.ok) return sendRefusal(reply, given.error.refusal, given.error.problems)
      const { reading, content } = given.value
      // Where two persons have to say the same (V17), one's word is no repeat of the other's.
      const by = reading.parts.some(({ kinds }) => kinds.some(isJoint)) ? sender.value.person : ''
      const key = keyOf(request, reading, by)
      if (!key.ok) return sendRefusal(reply, key.error)
      // Colleagues repeat for each other; an officer of the country has keys of its own.
      const use = {
        scope: `${sender.value.country}/${sender.value.role}`,
        key: key.value,
        route,
        body: { by, content },
        leaseMs: leaseMs.publish,
      }
      const answer = await answerOnce(deps.idempotency, use, () => take(deps, sender.value, given.value, signal))
      if (!answer.ok) return sendRefusal(reply, answer.error)
      const { status, body: text } = answer.value
      return reply
        .status(status)
        .type(status < 400 ? 'application/json' : 'application/problem+json')
        .send(text)
    })
  })
}

function read(request: Asking, sender: MemberActor, now: Date): Result<Given, Refused> {
  const mediaType = request.headers['content-type']
  const authorization = request.headers.authorization ?? ''
  if (isXml(mediaType)) {
    const text = textOfXml(request.body as Buffer)
    const reading = text.ok ? readBankMessage(text.value) : text
    if (!text.ok || !reading.ok) return malformed(reading.ok ? [] : reading.error)
    const headers = { authorization, 'content-type': 'application/xml' }
    return accepted({
      reading: reading.value,
      record: { key: keyFor(reading.value), value: text.value, headers },
      content: reading.value.parts.map(({ about, meaning }) => ({ about, meaning })),
    })
  }
  const json = typeof request.body === 'string' ? parseJson(request.body) : accepted(request.body)
  if (!json.ok) return refused({ refusal: { code: 'NOT_JSON', message: 'the body is not JSON' }, problems: json.error })
  const event = isEvent(json.value) ? accepted(json.value) : eventOf(json.value, sender, request.headers['idempotency-key'], now)
  if (!event.ok) return event
  const reading = readAnswerEvent(event.value)
  if (!reading.ok) return malformed(reading.error)
  return accepted({
    reading: reading.value,
    record: { key: keyFor(reading.value), value: JSON.stringify(event.value), headers: { authorization } },
    content: event.value.data,
  })
}

const malformed = (problems: readonly Problem[]) =>
  refused({ refusal: { code: 'MALFORMED' as const, message: `${problems.length} problem(s) in the answer` }, problems })

/** Answers to one request stay in order. */
const keyFor = ({ id, parts }: Reading): string => parts[0]?.about.requestId ?? id

const isEvent = (body: unknown): body is { readonly data?: unknown } => typeof body === 'object' && body !== null && 'specversion' in body

/** The data of an answer has no name of its own to repeat it by: the key is that, and is needed. */
function eventOf(
  data: unknown,
  { country }: MemberActor,
  header: string | string[] | undefined,
  now: Date,
): Result<{ readonly data?: unknown }, Refused> {
  const key = readIdempotencyKey(header)
  if (!key.ok) return refused({ refusal: key.error })
  const source = `/institutions/${country.toLowerCase()}`
  const id = deterministicId('answer', country, key.value)
  // Read before it is put into an event, so that what is wrong is told by its place in what was sent.
  const reading = readAnswerData(data, source, id)
  if (!reading.ok) return malformed(reading.error)
  const time = now.toISOString()
  return accepted({ specversion: '1.0', id, source, type: answerType, time, datacontenttype: 'application/json', data })
}

/**
 * What a sender repeats an answer by. An event has its own id, which a second person may not use; a bank's message has the number that its system gave it, whoever sends it,
 * so there the person belongs to the key.
 */
function keyOf(request: Asking, { format, source, id }: Reading, by: string): Result<string, Refusal> {
  if (format === 'json') return accepted(deterministicId('answer-key', source, id))
  const header = request.headers['idempotency-key']
  return header === undefined ? accepted(deterministicId('answer-key', source, id, by)) : readIdempotencyKey(header)
}

async function take({ streams, log, ...matching }: Dependencies, sender: MemberActor, given: Given, signal: AbortSignal): Promise<Outcome> {
  const [matched = { answers: [], attention: [] }] = await matchAnswers(matching, [{ sender, reading: given.reading }], signal)
  // Also what matches nothing, so that it is kept and told like all else.
  await streams.publish(topics.answers.name, [given.record])
  log.debug({ answers: matched.answers.length }, 'answers were taken')
  const unknown = matched.attention.filter(({ code }) => code === 'ORDER_UNKNOWN')
  if (matched.answers.length > 0 || unknown.length === 0)
    return { answer: { status: 202, body: JSON.stringify(receiptOf(matched)) }, final: true }
  const refusal: Refusal = { code: 'ORDER_UNKNOWN', message: unknown.map(({ message }) => message).join('; ') }
  return { answer: { status: refusals[refusal.code].status, body: JSON.stringify(problemDetails(refusal)) }, final: 'nothingDone' }
}

const receiptOf = ({ answers, attention }: Matched): AnswerReceipt => ({
  answers: answers.map(({ answerId, orderId, requestId, said }) => ({ answerId, kind: said.kind, orderId, requestId })),
  attention,
})
