import { type AnswerOutcome, answerOnce, leaseMs, operatorOf, refusalAnswer, sendAnswer, sendRefusal } from '@holdfast/http'
import type { Refusal, Result } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { refusalOfAct } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** What was done, with the status and body of its answer, or why nothing was. */
export type Done = Result<{ readonly status: number; readonly body: object }, Refusal>

/**
 * Does what an operator asks for, once for each token, which lives ten minutes at most, and answers: the same again with the same token gets the first answer. A session is used again and again. Throws StoreUnavailableError; nothing is done then.
 * @param act which act it is: the same one with the same token is a repeat, any other is refused.
 */
export async function actAsOperator(
  { idempotency }: Pick<ServiceContext, 'idempotency'>,
  request: FastifyRequest,
  reply: FastifyReply,
  act: { readonly route: string; readonly body: unknown },
  work: () => Promise<Done>,
): Promise<FastifyReply> {
  const { person, tokenId, tokenLifeSeconds = 0 } = operatorOf(request)
  const tooLong = refusalOfAct({ tokenLifeSeconds })
  if (tooLong) return sendRefusal(reply, tooLong)
  if (tokenId === undefined) return sendAnswer(reply, outcomeOf(await work()).answer)
  // Of the token and the act: so nobody uses a key for something else, and a token that is used for something else is told as one.
  const key = `${tokenId} ${act.route} ${JSON.stringify(act.body)}`
  const use = { ...act, scope: `operator/${person}`, key, leaseMs: leaseMs.command, tokenId, reused: '' }
  const answer = await answerOnce(idempotency, use, async () => outcomeOf(await work()))
  return answer.ok ? sendAnswer(reply, answer.value) : sendRefusal(reply, answer.error)
}

const outcomeOf = (done: Done): AnswerOutcome =>
  done.ok
    ? { answer: { status: done.value.status, body: JSON.stringify(done.value.body) }, final: true }
    : { answer: refusalAnswer(done.error), final: 'nothingDone' }
