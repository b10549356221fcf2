import { type Problem, type Refusal, type RefusalCode, refusals } from '@holdfast/schemas'
import type { FastifyReply } from 'fastify'
import type { Answer } from './answer-once.ts'
import { challengeOf } from './challenge.ts'
import { instanceOf } from './request-ids.ts'

/**
 * Problem details (RFC 9457). `code` is for programs, `problems` lists everything wrong with a document, `instance`
 * names the refused HTTP request. `instance` is absent in stored answers, because every repeat gets the same bytes.
 */
export const problemDetails = (refusal: Refusal, problems?: readonly Problem[], httpRequestId?: string) => ({
  type: `urn:holdfast:refusal:${refusal.code}`,
  title: refusals[refusal.code].title,
  status: refusals[refusal.code].status,
  detail: refusal.message,
  ...(httpRequestId === undefined ? {} : { instance: instanceOf(httpRequestId) }),
  code: refusal.code,
  ...(problems ? { problems } : {}),
})

/** The default pause before a retry. */
const retryAfterDefaultMs = 1_000

const passing: ReadonlySet<RefusalCode> = new Set(['UNAVAILABLE', 'CLOSED', 'STORAGE_LOW', 'KEY_IN_FLIGHT', 'RATE_LIMITED', 'HELD_FULL'])

/** A refusal as an answer, which every repeat of its key gets. */
export const refusalAnswer = (refusal: Refusal): Answer => ({
  status: refusals[refusal.code].status,
  body: JSON.stringify(problemDetails(refusal)),
})

export const sendAnswer = (reply: FastifyReply, { status, body }: Pick<Answer, 'status' | 'body'>): FastifyReply =>
  reply
    .status(status)
    .type(status < 400 ? 'application/json' : 'application/problem+json')
    .send(body)

export function sendRefusal(reply: FastifyReply, refusal: Refusal, problems?: readonly Problem[]): FastifyReply {
  const { status } = refusals[refusal.code]
  if (passing.has(refusal.code)) reply.header('retry-after', Math.max(1, Math.ceil((refusal.retryAfterMs ?? retryAfterDefaultMs) / 1000)))
  const challenge = challengeOf(refusal, reply.request.headers.authorization)
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  return reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(refusal, problems, reply.request.id)))
}
