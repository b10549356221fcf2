import type { IncomingHttpHeaders } from 'node:http'
import { refusalOfOldSignIn } from '@holdfast/access'
import { heldFull } from '@holdfast/folds'
import { type AnswerOutcome, answerOnce, callerOf, leaseMs, readIdempotencyKey, sendRefusal } from '@holdfast/http'
import type { FairQueue } from '@holdfast/runtime'
import {
  type AnswerReceipt,
  accepted,
  answerCommands,
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
import { createConcurrencyLimiter } from './gate.ts'
import { type GivingDependencies, giveAnswers } from './give-answers.ts'
import {
  attentionForUnknown,
  isDualApproval,
  type MatchedAnswers,
  type MatchingDependencies,
  matchAnswers,
  noneMatched,
} from './match-answers.ts'
import { answersMayComeFrom } from './on-answer.ts'
import { type AnswerDocument, type NameData, type RefusedAnswer, readAnswer } from './read-answers.ts'

const route = 'POST /v1/answers'
const mediaTypes = ['application/json', cloudEventsMediaType, 'application/xml', 'text/xml']

/** Of one country. Eight keep the store and the stream busy; those who wait hold a body of at most 256 KiB each. */
const answersAtOnce = 8
const answersWaitingMax = 256

type Dependencies = Pick<ServiceContext, 'http' | 'idempotency' | 'log' | 'config'> &
  MatchingDependencies &
  GivingDependencies & { readonly turns: FairQueue }

interface AnswerRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

type Refused = { readonly refusal: Refusal; readonly problems?: readonly Problem[] }
type Answered = Result<AnswerOutcome['answer'], Refused>

/**
 * The HTTP door for answers: an answer as a CloudEvent in either mode or as its data (JSON), or a bank's camt.029 or pacs.004 (XML). 202 with what it was understood as, once
 * its commands are durable in the stream. 400 no key where one is needed, or no JSON · 401 no member, or a session that is too old for a word of two persons · 403 no institution or FIU · 404 no such order: nothing is kept ·
 * 409 the first is still running · 415 neither JSON nor XML, or not UTF-8 · 422 malformed, or the key used with another body · 429 too many of this country wait, or are held for a parked request ·
 * 503 a backend is away: whether it was taken is not known, and the same again is safe.
 */
export async function postAnswers(deps: Dependencies, signal: AbortSignal): Promise<void> {
  const gate = createConcurrencyLimiter({ atOnce: answersAtOnce, waitingMax: answersWaitingMax })
  // In a scope of its own: at the other doors XML stays what they do not take, and here every body is read where its envelope is.
  await deps.http.register(async http => {
    http.removeAllContentTypeParsers()
    http.addContentTypeParser(mediaTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    http.post('/v1/answers', { config: { forInstitutions: true, takes: mediaTypes } }, async (request, reply) => {
      const caller = callerOf(request)
      const sender = answersMayComeFrom(caller)
      if (!sender.ok) return sendRefusal(reply, sender.error)
      const given = await gate.pass(caller.country, () => answerTo(deps, request, caller, signal))
      const answer: Answered = given.ok ? given.value : refused({ refusal: given.error })
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
): Promise<Answered> {
  await deps.turns.next(sender.country)
  const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const read = readAnswer({ headers: request.headers, content }, 'http', nameOfData(request, sender))
  if (!read.ok) return refused(refusalOf(read.error))
  const document = read.value
  // Where two persons have to say the same (V17), each has to be who it is, and one's word is no repeat of the other's.
  const joint = document.parts.flatMap(({ kinds }) => kinds).find(isDualApproval)
  const signInAgain = joint && refusalOfOldSignIn(answerCommands[joint], sender, deps)
  if (signInAgain) return refused({ refusal: signInAgain })
  const by = joint ? sender.person : ''
  const key = keyOf(request, document, by)
  if (!key.ok) return refused({ refusal: key.error })
  const [matched = noneMatched] = await matchAnswers(deps, sender.country, [{ sender, document }], createHorizon(deps.streams), signal)
  const unknown = attentionForUnknown(sender.country, document, matched)
  // Before its key is claimed: what is about no order leaves nothing behind.
  if (unknown && matched.answers.length + matched.attention.length === 0)
    return refused({ refusal: { code: 'ORDER_UNKNOWN', message: unknown.message } })
  // Nor does what can't be held: it is sent again under the same key.
  if (matched.answers.length === 0 && matched.attention.some(({ code }) => code === heldFull.code)) return refused({ refusal: heldFull })
  // Colleagues repeat for each other; an officer of the country has keys of its own, and so has an institution that speaks by its own key.
  const use = {
    scope: [sender.country, sender.role, ...(sender.bics?.slice(0, 1) ?? [])].join('/'),
    key: key.value,
    route,
    body: { by, content: document.content },
    leaseMs: leaseMs.publish,
    tokenId: sender.tokenId,
    reused: 'your country has used this name for another answer: give a new answer a new id, number or key',
  }
  const answer = await answerOnce(deps.idempotency, use, () => take(deps, sender, document, matched))
  return answer.ok ? answer : refused({ refusal: answer.error })
}

const refusalOf = ({ code, message, problems }: RefusedAnswer): Refused =>
  message === undefined
    ? { refusal: { code, message: `${problems.length} problem(s) in the answer` }, problems }
    : { refusal: { code, message } }

/** The data of an answer has no name of its own to repeat it by: the key is that, and is needed. */
const nameOfData =
  ({ headers }: AnswerRequest, { country }: MemberActor): NameData =>
  () => {
    const key = readIdempotencyKey(headers['idempotency-key'])
    if (!key.ok) return key
    return accepted({ source: `/institutions/${country.toLowerCase()}`, id: deterministicId('answer', country, key.value) })
  }

/**
 * What a sender repeats an answer by. An event has its own id, which a second person may not use; a bank's message has the number that its system gave it, whoever sends it,
 * so there the person belongs to the key.
 */
function keyOf(request: AnswerRequest, { format, source, id }: AnswerDocument, by: string): Result<string, Refusal> {
  if (format === 'json') return accepted(deterministicId('answer-key', source, id))
  const header = request.headers['idempotency-key']
  return header === undefined ? accepted(deterministicId('answer-key', source, id, by)) : readIdempotencyKey(header)
}

async function take(deps: Dependencies, sender: MemberActor, document: AnswerDocument, matched: MatchedAnswers): Promise<AnswerOutcome> {
  await giveAnswers(deps, [{ sender, document, matched, takenAt: deps.clock.now() }], true)
  deps.log.debug({ answers: matched.answers.length }, 'answers were taken')
  return { answer: { status: 202, body: JSON.stringify(receiptOf(deps.secret, sender, document, matched)) }, final: true }
}

/** It is kept to be given again, and nobody forgets it with the keys of a request: so it has no word of the bank's. */
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
