import { type AnswerOutcome, answerOnce, leaseMs, operatorOf, refusalAnswer, sendAnswer, sendRefusal } from '@holdfast/http'
import type { Refusal, Result } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { refusalOfAct } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What was done, with the status and body of its answer, or why nothing was. */
export type Done = Result<{ readonly status: number; readonly body: object }, Refusal>

/**
 * Runs an operator's action once per token, which lives ten minutes at most: a repeat with the token gets the first
 * answer. A session has no such limit. Throws StoreUnavailableError before anything is done.
 * @param act identifies the action: the same one is a repeat, any other is refused.
 */
export async function actAsOperator(
  { idempotency }: Pick<ServiceContext, 'idempotency'>,
  request: FastifyRequest,
  reply: FastifyReply,
  act: { readonly route: string; readonly body: unknown },
  work: () => Promise<Done>,
): Promise<FastifyReply> {
  const { person, tokenId, tokenLifeSeconds = 0 } = operatorOf(request)
  const lifetimeRefusal = refusalOfAct({ tokenLifeSeconds })
  if (lifetimeRefusal) return sendRefusal(reply, lifetimeRefusal)
  if (tokenId === undefined) return sendAnswer(reply, outcomeOf(await work()).answer)
  // Contains token and action, so that another action with the same token is recognised as a reuse.
  const key = `${tokenId} ${act.route} ${JSON.stringify(act.body)}`
  const usage = { ...act, scope: `operator/${person}`, key, leaseMs: leaseMs.command, tokenId, reused: '' }
  const answer = await answerOnce(idempotency, usage, async () => outcomeOf(await work()))
  return answer.ok ? sendAnswer(reply, answer.value) : sendRefusal(reply, answer.error)
}

const outcomeOf = (done: Done): AnswerOutcome =>
  done.ok
    ? { answer: { status: done.value.status, body: JSON.stringify(done.value.body) }, final: true }
    : { answer: refusalAnswer(done.error), final: 'nothingDone' }
