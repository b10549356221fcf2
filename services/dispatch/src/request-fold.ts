import type { FoldDefinition } from '@holdfast/folds'
import { fold, hasEnded, parseSnapshot, type RequestSnapshot, serializeSnapshot } from '@holdfast/lifecycle'
import { type Fact, type FreezeRequest, isFact, type Order } from '@holdfast/schemas'

/** What every order of a request says, whatever it orders. */
export type OrderFrame = Omit<Order['data'], 'orderId' | 'kind' | 'reason' | 'amount'>

/** What dispatch remembers of a request. */
export interface DispatchState {
  /** As the lifecycle folds it, but for the causes: which commands were applied is for the ledger to know. */
  readonly snapshot: RequestSnapshot
  /** Null once the request has ended: what names an account is not kept longer than it is needed. */
  readonly frame: OrderFrame | null
  /** Where in the ledger partition the fact lies that has the latest document. */
  readonly documentOffset: number
}

export const requestFold: FoldDefinition<DispatchState> = {
  fold(state, fact, offset) {
    const { accepted, snapshot } = fold(state?.snapshot, fact)
    if (!accepted || !snapshot) return { accepted: false, state }
    const document = documentOf(fact)
    const frame = document ? frameOf(fact.subject, document) : (state?.frame ?? null)
    return {
      accepted: true,
      state: {
        snapshot: { ...snapshot, causes: [] },
        frame: hasEnded(snapshot.state) ? null : frame,
        documentOffset: document ? offset : (state?.documentOffset ?? offset),
      },
    }
  },
  // Two lines of JSON, neither of which has a line break of its own: the snapshot within the other would be escaped, and read twice.
  serialize: ({ snapshot, ...rest }) => `${JSON.stringify(rest)}\n${serializeSnapshot(snapshot)}`,
  parse(text) {
    const end = text.indexOf('\n')
    if (end < 0) throw new Error('the state is of an older version')
    return { ...(JSON.parse(text.slice(0, end)) as Omit<DispatchState, 'snapshot'>), snapshot: parseSnapshot(text.slice(end + 1)) }
  },
}

/** The document that a fact brings. */
export const documentOf = (fact: Fact): FreezeRequest | undefined =>
  isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided') || isFact(fact, 'RequestReopened') ? fact.data.request : undefined

export const frameOf = (requestId: string, request: FreezeRequest): OrderFrame => ({
  requestId,
  country: request.beneficiaryCountry,
  requestingCountry: request.requestingCountry,
  caseReference: request.caseReference,
  institution: request.payment.creditorAgent,
  legalBasis: request.offence.legalBasis,
  confidentiality: request.handling.confidentiality,
  discloseToHolder: request.handling.discloseToHolder,
  payment: request.payment,
})
