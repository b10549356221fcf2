import { callerOf, sendRefusal } from '@holdfast/http'
import {
  type AnswerKind,
  type AnswerView,
  answerKindOfCommand,
  answerKindOfFact,
  factKindOf,
  isFact,
  isKnownFact,
  type OrderAnswers,
} from '@holdfast/payment-stop/language'
import { asSubmitted, isRefusedCommand, type LedgerFact, ordersTopic, quotedDataOf, type RefusedCommand } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { actsForOffice } from '@holdfast/trust'
import type { DeskWorld } from '../../desk-world.ts'
import { createBoundedWaits } from '../../ledger-consumer/bounded-waits.ts'
import type { AnsweredOrder } from '../../projection/stored-answers.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredOrders } from './stored-orders.ts'

interface OwnAnswersWorld extends Pick<DeskWorld, 'deskOf' | 'views' | 'turns' | 'decrypter' | 'followed'> {
  readonly stored: StoredOrders
  readonly reader: OrderReader
}

const forInstitutions = { config: { forInstitutions: true } } as const
const noSuchOrder = { code: 'ORDER_UNKNOWN', message: 'Your institution has no such order, or it is no longer stored.' } as const
const noSuchAnswer = {
  code: 'NOT_FOUND',
  message: 'No answer of your institution has this id, or the ledger has not decided on it yet. Ask again in a moment.',
} as const

const notForOthers = {
  code: 'NOT_PERMITTED',
  message:
    'Only institutions and FIUs, which answer orders, can use this endpoint. The result of an answer is in the history of its request.',
} as const
/** An answer is applied about 20 ms after its receipt, and within this time on a busy engine. */
const waitMsMax = 2_000
const mayAnswer = ({ role }: Pick<ReturnType<typeof callerOf>, 'role'>): boolean => role === 'institution' || role === 'fiu'

/**
 * `GET /v1/answers/ID`: the outcome of an answer. `GET /v1/orders/ID/answers`: all answers to an order. An institution
 * with a key of its own sees its own orders; the other institutions and the FIU of a country see those of all its
 * institutions. A foreign answer is answered as an unknown one, after the same time.
 */
export function getOwnAnswers(
  { http, members }: ServiceContext,
  { deskOf, views, turns, decrypter, followed, stored, reader }: OwnAnswersWorld,
): void {
  const waits = createBoundedWaits()
  type Caller = ReturnType<typeof callerOf>

  function isOwn({ country, bics }: Caller, orderId: string): boolean {
    const bic = stored.officeOf(ordersTopic(country).name, orderId)
    return bic !== undefined && (bics === undefined || actsForOffice(members.get(country), bics, bic))
  }

  function ownAnswer(caller: Caller, answerId: string): AnsweredOrder | undefined {
    const answered = views.answer(answerId)
    return answered && isOwn(caller, answered.orderId) ? answered : undefined
  }

  async function viewsOf(country: string, answeredOrders: readonly AnsweredOrder[]): Promise<AnswerView[]> {
    const entries = await turns.take(country, () =>
      answeredOrders.flatMap(answered => {
        const entry = views.causedBy(answered.requestId, answered.answerId)
        return entry ? [{ answered, entry, isWaiting: isWaiting(answered.requestId, entry) }] : []
      }),
    )
    const decrypted = await decrypter.events(entries.map(({ entry }) => entry))
    return entries.map(({ answered, entry, isWaiting }, index) => answerView(answered, decrypted[index] ?? entry, isWaiting))
  }

  function isWaiting(requestId: string, entry: LedgerFact | RefusedCommand): boolean {
    const summary = views.summary(requestId)
    return (
      !isRefusedCommand(entry) &&
      summary !== undefined &&
      deskOf(requestId).workflow.views.decisions.awaitedBy(summary).includes(entry.sequence)
    )
  }

  http.get<{ Params: { answer: string } }>('/v1/answers/:answer', forInstitutions, async (request, reply) => {
    const caller = callerOf(request)
    if (!mayAnswer(caller)) return sendRefusal(reply, notForOthers)
    const { country } = caller
    const { answer: answerId } = request.params
    await reader.catchUpOrders(country)
    const find = () => turns.take(country, () => ownAnswer(caller, answerId))
    let answered = await find()
    if (!answered) {
      await waits.wait(country, () => followed.arrivals.causedBy(answerId, waitMsMax))
      answered = await find()
    }
    const [view] = answered ? await viewsOf(country, [answered]) : []
    return view ? reply.send(view) : sendRefusal(reply, noSuchAnswer)
  })

  http.get<{ Params: { order: string } }>('/v1/orders/:order/answers', forInstitutions, async (request, reply) => {
    const caller = callerOf(request)
    if (!mayAnswer(caller)) return sendRefusal(reply, notForOthers)
    const { country } = caller
    const { order: orderId } = request.params
    await reader.catchUpOrders(country)
    const answered = await turns.take(country, () => (isOwn(caller, orderId) ? views.answersTo(orderId) : undefined))
    if (!answered) return sendRefusal(reply, noSuchOrder)
    return reply.send({ orderId, answers: await viewsOf(country, answered) } satisfies OrderAnswers)
  })
}

function answerView({ answerId, orderId, requestId }: AnsweredOrder, entry: LedgerFact | RefusedCommand, isWaiting: boolean): AnswerView {
  const about = { answerId, orderId, requestId }
  const decided = { at: entry.time, by: entry.actor }
  if (isRefusedCommand(entry)) {
    const { command, code, message, late } = entry.data
    return {
      ...about,
      ...withKind(answerKindOfCommand(command)),
      outcome: 'refused',
      ...decided,
      code,
      message,
      ...(late ? { late } : {}),
    }
  }
  if (isKnownFact(entry) && isFact(entry, 'ActionProposed')) {
    const details = asSubmitted(quotedDataOf(entry.data) ?? {})
    const kind = withKind(answerKindOfCommand(entry.data.command))
    return { ...about, ...kind, outcome: 'proposed', ...(isWaiting ? { waiting: true } : {}), ...decided, details }
  }
  const kind = withKind(answerKindOfFact(factKindOf(entry)))
  return { ...about, ...kind, outcome: 'applied', sequence: entry.sequence, ...decided }
}

const withKind = (kind: AnswerKind | undefined) => (kind ? { kind } : {})
