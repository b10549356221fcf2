import { type AnswerObstacleFinder, notOfThisInstitution } from '@holdfast/access'
import type { SentOrder } from '@holdfast/core'
import {
  type AnswerBody,
  answerCommands,
  type DualApprovalCommand,
  dualApprovalCommands,
  type Money,
} from '@holdfast/payment-stop/language'
import { heldFull, type Parking } from '@holdfast/request-state'
import { deterministicId, formatActor, officeOf } from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import type { Horizon, OrderFinder } from '../state/find-orders.ts'
import { commandIdOf } from './command-of-answer.ts'
import type { RequestFinder } from './find-requests.ts'
import type { AnswerSender, MatchedAnswer, ReceivedDocument } from './matched-answer.ts'
import type { AnswerContent, AnswerDocument, Attention, DocumentPart } from './read-answers.ts'

/** What a person has to resolve. */
export interface AttentionItem {
  readonly code: Attention['code'] | 'ORDER_UNKNOWN' | 'WRONG_STATE' | 'HELD_FULL'
  readonly message: string
  /** What the bank wrote. */
  readonly said?: string
  readonly requestId?: string
  readonly orderId?: string
}

/** The parts of a document after its orders have been looked up. */
export interface MatchedAnswers {
  readonly answers: readonly MatchedAnswer[]
  readonly attention: readonly AttentionItem[]
  /** The parts that match no order to their sender's country. */
  readonly unknown: readonly AttentionItem[]
}

export const noneMatched: MatchedAnswers = { answers: [], attention: [], unknown: [] }

export interface MatchingDependencies {
  readonly secret: EngineSecret
  readonly orders: OrderFinder
  readonly requests: RequestFinder
  readonly findAnswerObstacle: AnswerObstacleFinder
  /** Whether the ledger accepts one more command for a request that it has parked. */
  readonly hasHeldQuota: Parking['hasHeldQuota']
}

/** A sent order of a payment stop. */
type PaymentOrder = SentOrder & { readonly amount: Money }

type OrderRef = { readonly requestId: string; readonly orderId: string | undefined }

/**
 * An institution must answer an order to its own country. The text of a refusal must not reveal orders of other
 * countries.
 */
const advice = 'check the reference in the order, and answer again'
const unknown = (what: string): AttentionItem => ({ code: 'ORDER_UNKNOWN', message: `${what}: ${advice}` })

/**
 * Finds the order of each part of each document, all of one country. Never by the payment alone: unrelated cases have
 * been seen to share a UETR (V13).
 *
 * Waits while the store is behind the horizon, so each country is matched separately.
 */
export async function matchAnswers(
  { secret, orders, requests, findAnswerObstacle, hasHeldQuota }: MatchingDependencies,
  country: string,
  received: readonly ReceivedDocument[],
  horizon: Horizon,
  signal: AbortSignal,
): Promise<MatchedAnswers[]> {
  const refs = await refsOf(
    requests,
    country,
    received.flatMap(({ document }) => document.parts),
  )
  const wanted = new Map<string, Set<string | undefined>>()
  for (const ref of refs.values()) wanted.set(ref.requestId, (wanted.get(ref.requestId) ?? new Set()).add(ref.orderId))
  const found = wanted.size > 0 ? await orders.find(country, wanted, horizon, signal) : new Map<string, readonly SentOrder[]>()
  return received.map(each => {
    const { document } = each
    const parts = document.parts.map((part, index) => {
      const ref = refs.get(part)
      return matchPart(part, ref, {
        ...each,
        found: ref ? (found.get(ref.requestId) ?? []) : [],
        findAnswerObstacle: (by, bic) => findAnswerObstacle(by, bic) ?? whyAnotherOffice(part, bic),
        hasHeldQuota: answer =>
          hasHeldQuota({
            id: commandIdOf(secret, answer, each.sender, document),
            subject: answer.requestId,
            actor: formatActor(each.sender),
          }),
        answerIdOf: answerIds(secret, each, part, index),
      })
    })
    return {
      answers: parts.flatMap(({ answers }) => answers),
      attention: parts.flatMap(({ attention }) => attention),
      unknown: parts.flatMap(each => each.unknown),
    }
  })
}

/**
 * A sender that names another office has confused two orders. Both countries read a stored signed answer, so it must
 * not say more about who has the money than the requester's own document does.
 */
const whyAnotherOffice = ({ bic: named }: DocumentPart, ordered: string): string | undefined =>
  named === undefined || officeOf(named) === officeOf(ordered)
    ? undefined
    : 'its institution.bic is not the office that the order was sent to'

/** A part with a whole request id needs no lookup; the others are looked up in one step. */
async function refsOf(requests: RequestFinder, country: string, parts: readonly DocumentPart[]): Promise<Map<DocumentPart, OrderRef>> {
  const refs = new Map<DocumentPart, OrderRef>()
  const unresolved: DocumentPart[] = []
  for (const part of parts) {
    const { requestId, orderId } = part.about
    if (requestId === undefined) unresolved.push(part)
    else refs.set(part, { requestId, orderId })
  }
  const known = await requests.find(
    country,
    unresolved.map(({ about }) => about),
  )
  for (const [n, part] of unresolved.entries()) {
    const requestId = known[n]
    if (requestId !== undefined) refs.set(part, { requestId, orderId: part.about.orderId })
  }
  return refs
}

/** @param nth index among the answers that the part makes. */
type AnswerIds = (nth: number, content: AnswerContent) => string

interface Matching {
  readonly sender: AnswerSender
  /** The orders for the request that the part names. */
  readonly found: readonly SentOrder[]
  readonly findAnswerObstacle: AnswerObstacleFinder
  hasHeldQuota(answer: MatchedAnswer): boolean
  readonly answerIdOf: AnswerIds
}

function matchPart(part: DocumentPart, ref: OrderRef | undefined, matching: Matching): MatchedAnswers {
  const { sender, found, findAnswerObstacle, answerIdOf } = matching
  const { requestIdStart: _, ...named } = part.about
  const refused = (reason: AttentionItem): MatchedAnswers => ({ answers: [], attention: [], unknown: [{ ...named, ...reason }] })
  if (!ref) return refused(unknown('it names no order of this engine'))
  const ordered = found.filter(({ bic }) => findAnswerObstacle(sender, bic) === undefined)
  const [another] = found.filter(({ orderId }) => ref.orderId === undefined || orderId === ref.orderId)
  // An institution must not learn whether an order to another institution exists.
  const whyNone = (another && findAnswerObstacle(sender, another.bic)) ?? (sender.bics ? notOfThisInstitution : undefined)
  if (ordered.length === 0) return refused(unknown(whyNone ?? `${sender.country} has no order for the request it names`))
  // A bank's message names its request, and not always the order. Then it answers the latest order to freeze.
  const order =
    ref.orderId === undefined
      ? (ordered.findLast(({ kind }) => kind === 'freeze') ?? ordered.at(-1))
      : ordered.find(({ orderId }) => orderId === ref.orderId)
  if (!order) return refused(unknown(whyNone ?? 'the request it names has no such order'))
  const { requestId } = ref
  const { orderId, bic: orderBic } = order
  const { answers: contents, attention } = part.interpret(order as PaymentOrder)
  const answers = contents.map((content, nth) => ({ answerId: answerIdOf(nth, content), orderId, orderBic, requestId, content }))
  if (!answers.every(matching.hasHeldQuota))
    return { answers: [], attention: [{ code: 'HELD_FULL', message: heldFull.message, requestId, orderId }], unknown: [] }
  return {
    answers,
    attention: attention.map(each => ({ ...each, requestId, orderId })),
    unknown: [],
  }
}

/** How many unknown requests the message lists, so that a person can find the document. */
const namesMax = 3

/** One item for all parts of a document that match no order. */
export function attentionForUnknown(country: string, { parts }: AnswerDocument, { unknown }: MatchedAnswers): AttentionItem | undefined {
  const [first, second] = unknown
  if (!second) return first
  const names = unknown.flatMap(({ requestId, orderId }) => requestId ?? orderId ?? [])
  const named = names.length > 0 ? `, such as ${names.slice(0, namesMax).join(', ')}` : ''
  return {
    code: 'ORDER_UNKNOWN',
    message: `${unknown.length} of its ${parts.length} parts match no order to ${country}${named}: ${advice}`,
  }
}

/**
 * A CloudEvent has its own id. The id of an answer in a bank's message is made of the message's id, the answer's
 * position and its content: a bank that uses one number for two messages has sent two answers.
 *
 * For dual approval (V17), the person is part of the id, so that the same message from another officer is no repeat.
 */
const answerIds =
  (
    secret: EngineSecret,
    { sender: { person }, document: { format, id } }: ReceivedDocument,
    part: DocumentPart,
    index: number,
  ): AnswerIds =>
  (nth, { kind }) =>
    format === 'json'
      ? id
      : deterministicId('answer', id, `${index}/${nth}`, keyedDigestOf(secret, 'meaning', part.meaning), isDualApproval(kind) ? person : '')

export const isDualApproval = (kind: AnswerBody['kind']): boolean =>
  dualApprovalCommands.includes(answerCommands[kind] as DualApprovalCommand)
