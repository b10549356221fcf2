import { callerOf, sendRefusal } from '@holdfast/http'
import {
  type AnswerKind,
  type AnswerView,
  answerCommands,
  answerFacts,
  asSubmitted,
  isFact,
  isKnownFact,
  isRefusedCommand,
  type LedgerRecord,
  type OrderAnswers,
  ordersTopic,
  quotedIn,
  type UnknownFact,
} from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { actsForOffice } from '@holdfast/trust'
import type { DeskWorld } from '../desk-world.ts'
import { createBoundedWaits } from '../ledger-consumer/bounded-waits.ts'
import type { AnsweredOrder } from '../projection/stored-answers.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredOrders } from './stored-orders.ts'

interface OwnAnswersWorld extends Pick<DeskWorld, 'views' | 'turns' | 'words' | 'followed'> {
  readonly kept: StoredOrders
  readonly reader: OrderReader
}

const forInstitutions = { config: { forInstitutions: true } } as const
const noSuchOrder = { code: 'ORDER_UNKNOWN', message: 'your institution has no such order, or it is not kept any more' } as const
const noSuchAnswer = {
  code: 'NOT_FOUND',
  message: 'no answer of your institution has this id, or the ledger has not decided on it yet: ask again in a moment',
} as const

const notForOthers = {
  code: 'NOT_PERMITTED',
  message: 'this is for institutions and FIUs, who answer orders: what came of an answer stands in the history of its request',
} as const
/** An answer is applied some 20 ms after its receipt, and within this on a busy engine. */
const patienceMs = 2_000
const mayAnswer = ({ role }: Pick<ReturnType<typeof callerOf>, 'role'>): boolean => role === 'institution' || role === 'fiu'

/**
 * `GET /v1/answers/ID`: what became of an answer. `GET /v1/orders/ID/answers`: the same of all answers to an order. For an institution with a key of its own, of its own orders; for the other institutions and the FIU of a country, of the orders of
 * all its institutions. What is another's is answered as what there is not, after the same time.
 */
export function getOwnAnswers({ http, members }: ServiceContext, { views, turns, words, followed, kept, reader }: OwnAnswersWorld): void {
  const waits = createBoundedWaits()
  type Caller = ReturnType<typeof callerOf>

  function isOwn({ country, bics }: Caller, orderId: string): boolean {
    const bic = kept.officeOf(ordersTopic(country).name, orderId)
    return bic !== undefined && (bics === undefined || actsForOffice(members.get(country), bics, bic))
  }

  function ownAnswer(caller: Caller, answerId: string): AnsweredOrder | undefined {
    const place = views.answer(answerId)
    return place && isOwn(caller, place.orderId) ? place : undefined
  }

  async function viewsOf(country: string, places: readonly AnsweredOrder[]): Promise<AnswerView[]> {
    const entries = await turns.take(country, () =>
      places.flatMap(place => {
        const entry = views.causedBy(place.requestId, place.answerId)
        return entry ? [{ place, entry, isWaiting: isWaiting(place.requestId, entry) }] : []
      }),
    )
    const opened = await words.events(entries.map(({ entry }) => entry))
    return entries.map(({ place, entry, isWaiting }, index) => answerView(place, opened[index] ?? entry, isWaiting))
  }

  const isWaiting = (requestId: string, entry: LedgerRecord): boolean =>
    !isRefusedCommand(entry) && (views.standing(requestId)?.ledTo.proposals ?? []).some(({ sequence }) => sequence === entry.sequence)

  http.get<{ Params: { answer: string } }>('/v1/answers/:answer', forInstitutions, async (request, reply) => {
    const caller = callerOf(request)
    if (!mayAnswer(caller)) return sendRefusal(reply, notForOthers)
    const { country } = caller
    const { answer: answerId } = request.params
    await reader.catchUpOrders(country)
    const find = () => turns.take(country, () => ownAnswer(caller, answerId))
    let place = await find()
    if (!place) {
      await waits.wait(country, () => followed.arrivals.causedBy(answerId, patienceMs))
      place = await find()
    }
    const [view] = place ? await viewsOf(country, [place]) : []
    return view ? reply.send(view) : sendRefusal(reply, noSuchAnswer)
  })

  http.get<{ Params: { order: string } }>('/v1/orders/:order/answers', forInstitutions, async (request, reply) => {
    const caller = callerOf(request)
    if (!mayAnswer(caller)) return sendRefusal(reply, notForOthers)
    const { country } = caller
    const { order: orderId } = request.params
    await reader.catchUpOrders(country)
    const places = await turns.take(country, () => (isOwn(caller, orderId) ? views.answersTo(orderId) : undefined))
    if (!places) return sendRefusal(reply, noSuchOrder)
    return reply.send({ orderId, answers: await viewsOf(country, places) } satisfies OrderAnswers)
  })
}

const kindOf = (table: Readonly<Record<AnswerKind, string>>, name: string): AnswerKind | undefined =>
  (Object.keys(table) as AnswerKind[]).find(kind => table[kind] === name)

function answerView({ answerId, orderId, requestId }: AnsweredOrder, entry: LedgerRecord | UnknownFact, isWaiting: boolean): AnswerView {
  const about = { answerId, orderId, requestId }
  const given = { at: entry.time, by: entry.actor }
  if (isRefusedCommand(entry)) {
    const { command, code, message, late } = entry.data
    return { ...about, ...named(kindOf(answerCommands, command)), outcome: 'refused', ...given, code, message, ...(late ? { late } : {}) }
  }
  if (isKnownFact(entry) && isFact(entry, 'ActionProposed')) {
    const details = asSubmitted(quotedIn(entry.data) ?? {})
    const kind = named(kindOf(answerCommands, entry.data.command))
    return { ...about, ...kind, outcome: 'proposed', ...(isWaiting ? { waiting: true } : {}), ...given, details }
  }
  return { ...about, ...named(kindOf(answerFacts, entry.type.slice(entry.type.lastIndexOf('.') + 1))), outcome: 'applied', ...given }
}

const named = (kind: AnswerKind | undefined) => (kind ? { kind } : {})
