import type { FoldDefinition } from '@holdfast/folds'
import { addMinor, isNext, type Minor, minorOf, nothing, type Position } from '@holdfast/lifecycle'
import { type Fact, type FreezeRequest, isFact, type Order, requestedMoneyOf } from '@holdfast/schemas'

/** What every order of a request says, whatever it orders. */
export type OrderFrame = Omit<Order['data'], 'orderId' | 'kind' | 'reason'>

/** What dispatch remembers of a request: its place in the history, what its orders say, and how much is held by them. */
export interface OrderState extends Position {
  readonly caseReference: string
  /** Null once the request has ended: what names an account is not kept longer than it is needed. */
  readonly frame: OrderFrame | null
  readonly holds: ReadonlyArray<{ readonly amountMinor: Minor; readonly expiresAt: string | null }>
}

/** What the institution holds now by the orders of a request. */
export const heldMinorOf = ({ holds }: Pick<OrderState, 'holds'>): Minor =>
  holds.reduce((sum, hold) => addMinor(sum, hold.amountMinor), nothing)

export const orderFold: FoldDefinition<OrderState> = {
  fold(state, fact) {
    if (!isNext(state, fact)) return { accepted: false, state }
    return { accepted: true, state: { sequence: fact.sequence, hash: fact.hash, ...after(state, fact) } }
  },
  serialize: state => JSON.stringify(state),
  parse(text) {
    const state = JSON.parse(text) as OrderState
    if (!Array.isArray(state.holds)) throw new Error('the state is of an older version')
    return state
  },
}

function after(state: OrderState | undefined, fact: Fact): Pick<OrderState, 'caseReference' | 'frame' | 'holds'> {
  const { caseReference = '', frame = null, holds = [] } = state ?? {}
  if (isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided')) {
    const { request } = fact.data
    return { caseReference: request.caseReference, frame: frameOf(fact.subject, request), holds }
  }
  if (fact.phase === 'closed' || fact.phase === 'recovered') return { caseReference, frame: null, holds: [] }
  return { caseReference, frame, holds: holdsAfter(holds, fact) }
}

/** The same holds as the ledger counts: reported, confirmed, lapsed one by one. */
function holdsAfter(holds: OrderState['holds'], fact: Fact): OrderState['holds'] {
  if (isFact(fact, 'FreezeReported')) {
    const { amount, expiresAt } = fact.data
    return [...holds, { amountMinor: minorOf(amount) ?? nothing, expiresAt }]
  }
  if (isFact(fact, 'FreezeConfirmed')) return holds.map(hold => ({ ...hold, expiresAt: fact.data.expiresAt ?? null }))
  if (isFact(fact, 'HoldExpired')) return holds.filter(hold => hold.expiresAt !== fact.data.dueAt)
  return holds
}

const frameOf = (requestId: string, request: FreezeRequest): OrderFrame => ({
  requestId,
  country: request.beneficiaryCountry,
  requestingCountry: request.requestingCountry,
  caseReference: request.caseReference,
  institution: request.payment.creditorAgent,
  amount: requestedMoneyOf(request),
  legalBasis: request.offence.legalBasis,
  confidentiality: request.handling.confidentiality,
  discloseToHolder: request.handling.discloseToHolder,
  payment: request.payment,
})
