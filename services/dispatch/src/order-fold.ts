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
  readonly heldMinor: Minor
}

export const orderFold: FoldDefinition<OrderState> = {
  fold(state, fact) {
    if (!isNext(state, fact)) return { accepted: false, state }
    return { accepted: true, state: { sequence: fact.sequence, hash: fact.hash, ...after(state, fact) } }
  },
  serialize: state => JSON.stringify(state),
  parse: text => JSON.parse(text) as OrderState,
}

function after(state: OrderState | undefined, fact: Fact): Pick<OrderState, 'caseReference' | 'frame' | 'heldMinor'> {
  const { caseReference = '', frame = null, heldMinor = nothing } = state ?? {}
  if (isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided')) {
    const { request } = fact.data
    return { caseReference: request.caseReference, frame: frameOf(fact.subject, request), heldMinor }
  }
  if (fact.phase === 'closed' || fact.phase === 'recovered') return { caseReference, frame: null, heldMinor }
  if (isFact(fact, 'FreezeReported')) return { caseReference, frame, heldMinor: addMinor(heldMinor, minorOf(fact.data.amount) ?? nothing) }
  return { caseReference, frame, heldMinor }
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
