import { type AnswerBody, answerCommands, deterministicId, type JointCommand, jointCommands, type MemberActor } from '@holdfast/schemas'
import type { OrderedRequest, OrderFinder } from './find-orders.ts'
import type { RequestFinder } from './find-requests.ts'
import type { Attention, Part, Reading, Said } from './read-answers.ts'

/** An answer to an order that was sent. */
export interface MatchedAnswer {
  /** By which a repeat of it is known. */
  readonly answerId: string
  readonly orderId: string
  readonly requestId: string
  readonly said: Said
}

/** What a person has to look at. */
export interface ToLookAt {
  readonly code: Attention['code'] | 'ORDER_UNKNOWN'
  readonly message: string
  readonly requestId?: string
  readonly orderId?: string
}

/** What a reading comes to once it is known what was ordered. */
export interface Matched {
  readonly answers: readonly MatchedAnswer[]
  readonly attention: readonly ToLookAt[]
}

export interface Spoken {
  readonly sender: MemberActor
  readonly reading: Reading
}

export interface Matching {
  readonly orders: OrderFinder
  readonly requests: RequestFinder
}

type OrderRef = { readonly requestId: string; readonly orderId: string | undefined }

/** Who answers has to answer an order of its own country; in which words it is refused tells nothing of what other countries have. */
const unknown = (what: string): ToLookAt => ({
  code: 'ORDER_UNKNOWN',
  message: `${what}: check the reference that the order gave, and answer again`,
})

/** Finds the order that each part of each reading is about. Never by the payment alone: unrelated cases have been seen to share a UETR (V13). */
export async function matchAnswers({ orders, requests }: Matching, spoken: readonly Spoken[], signal: AbortSignal): Promise<Matched[]> {
  const named = await Promise.all(
    spoken.map(({ sender, reading }) => Promise.all(reading.parts.map(part => refOf(requests, sender, part)))),
  )
  const wanted = new Map<string, Set<string | undefined>>()
  for (const ref of named.flat()) if (ref) wanted.set(ref.requestId, (wanted.get(ref.requestId) ?? new Set()).add(ref.orderId))
  const found = await orders.find(wanted, signal)
  return spoken.map(({ sender, reading }, i) => {
    const parts = reading.parts.map((part, n) => matchPart(sender, reading, part, n, named[i]?.[n], found))
    return { answers: parts.flatMap(({ answers }) => answers), attention: parts.flatMap(({ attention }) => attention) }
  })
}

async function refOf(requests: RequestFinder, { country }: MemberActor, { about }: Part): Promise<OrderRef | undefined> {
  const { requestId, requestIdStart, orderId } = about
  if (requestId !== undefined) return { requestId, orderId }
  const known = await requests.find(country, { requestIdStart, orderId })
  return known === undefined ? undefined : { requestId: known, orderId }
}

function matchPart(
  sender: MemberActor,
  reading: Reading,
  part: Part,
  index: number,
  ref: OrderRef | undefined,
  found: ReadonlyMap<string, OrderedRequest>,
): Matched {
  const { requestIdStart: _, ...named } = part.about
  const refused = (reason: ToLookAt): Matched => ({ answers: [], attention: [{ ...named, ...reason }] })
  if (!ref) return refused(unknown('it names no order of ours'))
  const request = found.get(ref.requestId)
  if (!request || request.country !== sender.country) return refused(unknown(`${sender.country} has no order for the request it names`))
  // A bank's message names the request, and not always the order: then it answers the last one that asks to hold the money.
  const order =
    ref.orderId === undefined
      ? (request.orders.findLast(({ kind }) => kind === 'freeze') ?? request.orders.at(-1))
      : request.orders.find(({ orderId }) => orderId === ref.orderId)
  if (!order) return refused(unknown('the request it names has no such order'))
  const { requestId } = ref
  const { orderId } = order
  const { answers, attention } = part.says(order)
  return {
    answers: answers.map((said, n) => ({ answerId: answerIdOf(sender, reading, part, `${index}/${n}`, said), orderId, requestId, said })),
    attention: attention.map(each => ({ ...each, requestId, orderId })),
  }
}

/**
 * A CloudEvent has an id of its own. An answer in a bank's message has the message's, its place there, and what it says: a bank that uses one number for two messages
 * has said two things. Where two persons have to say the same (V17), the same message from another person is another's word and not a repeat.
 */
function answerIdOf({ person }: MemberActor, { format, id }: Reading, { meaning }: Part, place: string, { kind }: Said): string {
  if (format === 'json') return id
  return deterministicId('answer', id, place, meaning, isJoint(kind) ? person : '')
}

export const isJoint = (kind: AnswerBody['kind']): boolean => jointCommands.includes(answerCommands[kind] as JointCommand)
