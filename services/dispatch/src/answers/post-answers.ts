import type { IncomingHttpHeaders } from 'node:http'
import { refusalOfOldSignIn } from '@holdfast/access'
import { type AnswerOutcome, answerOnce, callerOf, leaseMs, readIdempotencyKey, sendRefusal } from '@holdfast/http'
import { paymentStop } from '@holdfast/payment-stop'
import type { AnswerReceipt } from '@holdfast/payment-stop/language'
import { heldFull } from '@holdfast/request-state'
import type { FairQueue } from '@holdfast/runtime'
import {
  accepted,
  cloudEventsMediaType,
  deterministicId,
  type MemberActor,
  type Problem,
  type Refusal,
  type Result,
  refused,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { createHorizon } from '../state/find-orders.ts'
import { commandIdOf } from './command-of-answer.ts'
import { createConcurrencyLimiter } from './concurrency-limiter.ts'
import {
  attentionForUnknown,
  isDualApproval,
  type MatchedAnswers,
  type MatchingDependencies,
  matchAnswers,
  noneMatched,
} from './match-answers.ts'
import { requireAnswerRole } from './on-answer.ts'
import { type PublishingDependencies, publishAnswers } from './publish-answers.ts'
import { type AnswerDocument, type NameData, type RefusedAnswer, readAnswer } from './read-answers.ts'

const route = 'POST /v1/answers'
const mediaTypes = ['application/json', cloudEventsMediaType, 'application/xml', 'text/xml']

/**
 * Limits for each country. Eight keep the store and the stream busy; each waiting call keeps a body of at most 256 KiB.
 */
const answersAtOnce = 8
const answersWaitingMax = 256

type Dependencies = Pick<ServiceContext, 'http' | 'idempotency' | 'log' | 'config'> &
  MatchingDependencies &
  PublishingDependencies & { readonly fairQueue: FairQueue }

interface AnswerRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

type AnswerRefusal = { readonly refusal: Refusal; readonly problems?: readonly Problem[] }
type AnswerResult = Result<AnswerOutcome['answer'], AnswerRefusal>

/**
 * The HTTP endpoint for answers. Accepts a CloudEvent in either mode or its data alone (JSON), or a bank's camt.029 or
 * pacs.004 (XML). Replies 202 with the interpretation, once the commands are durable in the stream.
 *
 * 400 key missing, or invalid JSON · 401 no member, or a session too old for dual approval · 403 neither institution
 * nor FIU · 404 no such order: nothing is stored · 409 the first request is still running · 415 neither JSON nor XML,
 * or not UTF-8 · 422 malformed, or the key was used with another body · 429 too many calls of this country wait, or too
 * many commands for a parked request · 503 a backend is unreachable: the outcome is unknown, and repeating the request
 * is safe.
 */
export async function postAnswers(deps: Dependencies, signal: AbortSignal): Promise<void> {
  const limiter = createConcurrencyLimiter({ atOnce: answersAtOnce, waitingMax: answersWaitingMax })
  // A scope of its own, because other endpoints refuse XML, and here every body is read together with its headers.
  await deps.http.register(async http => {
    http.removeAllContentTypeParsers()
    http.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    http.post('/v1/answers', { config: { forInstitutions: true, takes: mediaTypes } }, async (request, reply) => {
      const caller = callerOf(request)
      const sender = requireAnswerRole(caller)
      if (!sender.ok) return sendRefusal(reply, sender.error)
      const outcome = await limiter.pass(caller.country, () => answerTo(deps, request, caller, signal))
      const answer: AnswerResult = outcome.ok ? outcome.value : refused({ refusal: outcome.error })
      if (!answer.ok) return sendRefusal(reply, answer.error.refusal, answer.error.problems)
      return reply.status(answer.value.status).type('application/json').send(answer.value.body)
    })
  })
}

async function answerTo(
  deps: Dependencies,
  request: AnswerRequest,
  sender: ReturnType<typeof callerOf>,
  signal: AbortSignal,
): Promise<AnswerResult> {
  await deps.fairQueue.next(sender.country)
  const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const read = readAnswer({ headers: request.headers, content }, 'http', nameOfData(request, sender))
  if (!read.ok) return refused(refusalOf(read.error))
  const document = read.value
  // For dual approval (V17), each officer needs a recent sign-in, and one officer's answer is no repeat of the other's.
  const needsDualApproval = document.parts.flatMap(({ kinds }) => kinds).some(isDualApproval)
  const signInAgain = needsDualApproval ? refusalOfOldSignIn(sender, deps) : undefined
  if (signInAgain) return refused({ refusal: signInAgain })
  const by = needsDualApproval ? sender.person : ''
  const key = repeatKeyOf(request, document, by)
  if (!key.ok) return refused({ refusal: key.error })
  const [matched = noneMatched] = await matchAnswers(
    deps,
    sender.country,
    [{ sender, document }],
    createHorizon(deps.streams, paymentStop),
    signal,
  )
  const unknown = attentionForUnknown(sender.country, document, matched)
  // Checked before the key is claimed: an answer to no order leaves no trace.
  if (unknown && matched.answers.length + matched.attention.length === 0)
    return refused({ refusal: { code: 'ORDER_UNKNOWN', message: unknown.message } })
  // Nor does an answer beyond the quota of a parked request: the sender repeats it under the same key.
  if (matched.answers.length === 0 && matched.attention.some(({ code }) => code === heldFull.code)) return refused({ refusal: heldFull })
  // Colleagues may repeat each other's answers. An officer of the country has keys of its own, and so has an
  // institution with a signing key of its own.
  const use = {
    scope: [sender.country, sender.role, ...(sender.bics?.slice(0, 1) ?? [])].join('/'),
    key: key.value,
    route,
    body: { by, content: document.content },
    leaseMs: leaseMs.publish,
    tokenId: sender.tokenId,
    reused: 'Your country has already used this name for another answer. Send a new answer with a new id, number or key',
  }
  const answer = await answerOnce(deps.idempotency, use, () => acceptAnswers(deps, sender, document, matched))
  return answer.ok ? answer : refused({ refusal: answer.error })
}

const refusalOf = ({ code, message, problems }: RefusedAnswer): AnswerRefusal =>
  message === undefined
    ? { refusal: { code, message: `The answer has ${problems.length} problem(s). Correct them and send it again` }, problems }
    : { refusal: { code, message } }

/** The data of an answer has no id, so the Idempotency-Key names it and is required. */
const nameOfData =
  ({ headers }: AnswerRequest, { country }: MemberActor): NameData =>
  () => {
    const key = readIdempotencyKey(headers['idempotency-key'])
    if (!key.ok) return key
    return accepted({ source: `/institutions/${country.toLowerCase()}`, id: deterministicId('answer', country, key.value) })
  }

/**
 * The name by which a sender repeats an answer. An event has its own id, which a second officer must not reuse. A
 * bank's message has its system's number, whichever person sends it, so there the person belongs to the key.
 */
function repeatKeyOf(request: AnswerRequest, { format, source, id }: AnswerDocument, by: string): Result<string, Refusal> {
  if (format === 'json') return accepted(deterministicId('answer-key', source, id))
  const header = request.headers['idempotency-key']
  return header === undefined ? accepted(deterministicId('answer-key', source, id, by)) : readIdempotencyKey(header)
}

async function acceptAnswers(
  deps: Dependencies,
  sender: MemberActor,
  document: AnswerDocument,
  matched: MatchedAnswers,
): Promise<AnswerOutcome> {
  await publishAnswers(deps, [{ sender, document, matched, takenAt: deps.clock.now() }], true)
  deps.log.debug({ answers: matched.answers.length }, 'Answers accepted')
  return { answer: { status: 202, body: JSON.stringify(receiptOf(deps.secret, sender, document, matched)) }, final: true }
}

/** The stored receipt survives crypto-shredding, so it contains no text from the bank. */
const receiptOf = (
  secret: Dependencies['secret'],
  sender: MemberActor,
  document: AnswerDocument,
  { answers, attention, unknown }: MatchedAnswers,
): AnswerReceipt => ({
  answers: answers.map(answer => ({
    answerId: commandIdOf(secret, answer, sender, document),
    kind: answer.content.kind,
    orderId: answer.orderId,
    requestId: answer.requestId,
  })),
  attention: [...attention, ...unknown].map(({ said: _, ...about }) => about),
})
