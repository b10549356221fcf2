import { type Problem, type Refusal, refusals } from '@holdfast/schemas'
import type { FastifyReply } from 'fastify'

/** RFC 9457. `code` is ours to branch on, `problems` lists everything wrong with a document. */
export const problemDetails = (refusal: Refusal, problems?: readonly Problem[]) => ({
  type: `urn:holdfast:refusal:${refusal.code}`,
  title: refusals[refusal.code].title,
  status: refusals[refusal.code].status,
  detail: refusal.message,
  code: refusal.code,
  ...(problems ? { problems } : {}),
})

/** What a caller should wait before the next try, in seconds. */
const retryAfterSeconds = 1

export function sendRefusal(reply: FastifyReply, refusal: Refusal, problems?: readonly Problem[]): FastifyReply {
  const { status } = refusals[refusal.code]
  if (status === 503 || refusal.code === 'KEY_IN_FLIGHT') reply.header('retry-after', retryAfterSeconds)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(problemDetails(refusal, problems)))
}
