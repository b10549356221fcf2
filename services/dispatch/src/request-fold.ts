import type { FoldDefinition } from '@holdfast/folds'
import { fold, foldRefusal, hasEnded, parseSnapshot, serializeSnapshot } from '@holdfast/lifecycle'
import { documentOf, type Fact, type FreezeRequest, isFact } from '@holdfast/schemas'
import type { DispatchState, OrderFrame, SentOrder, WaitingReport } from './dispatch-state.ts'
import { instructionFor, orderIdOf } from './orders.ts'

export const requestFold: FoldDefinition<DispatchState> = {
  fold(state, fact, offset) {
    const { accepted, snapshot } = fold(state?.snapshot, fact)
    if (!accepted || !snapshot) return { accepted: false, state }
    const document = documentOf(fact)
    const bic = document?.payment.creditorAgent.bic ?? state?.bic ?? ''
    const documentOffset = document ? offset : (state?.documentOffset ?? offset)
    const ordered = orderBecauseOf({ fact, before: state, state: { snapshot } }, bic)
    const frame = document ? frameOf(fact.subject, document) : (state?.frame ?? null)
    return {
      accepted: true,
      state: {
        snapshot: { ...snapshot, causes: [] },
        frame: hasEnded(snapshot.state) ? null : frame,
        documentOffset,
        bic,
        orders: ordered ? [...(state?.orders ?? []), ordered] : (state?.orders ?? []),
        waiting: waitingAfter(fact, state?.waiting ?? [], { offset, documentOffset }),
      },
    }
  },
  foldRefusal(state, refused) {
    const { accepted, snapshot } = foldRefusal(state?.snapshot, refused)
    return accepted && state && snapshot ? { accepted, state: { ...state, snapshot } } : { accepted: false, state }
  },
  // Two lines of JSON, neither of which has a line break of its own: the snapshot within the other would be escaped, and read twice.
  serialize: ({ snapshot, ...rest }) => `${JSON.stringify(rest)}\n${serializeSnapshot(snapshot)}`,
  parse(text) {
    const end = text.indexOf('\n')
    if (end < 0) throw new Error('the state is of an older version')
    const rest = JSON.parse(text.slice(0, end)) as Omit<DispatchState, 'snapshot'>
    if (!Array.isArray(rest.waiting)) throw new Error('the state is of an older version: it does not say what waits for its requester')
    if (!Array.isArray(rest.orders)) throw new Error('the state is of an older version: it does not say what was ordered')
    return { ...rest, snapshot: parseSnapshot(text.slice(end + 1)) }
  },
}

/** What a fact orders is known from the fact alone, so that an order is remembered with it, and not by whether it went out already. */
function orderBecauseOf(step: Parameters<typeof instructionFor>[0], bic: string): SentOrder | undefined {
  const instruction = instructionFor(step)
  return instruction && { orderId: orderIdOf(step.fact), kind: instruction.kind, amount: instruction.amount, bic }
}

/** One that is declined waits all the same: the requester can think better of it. */
function waitingAfter(fact: Fact, waiting: readonly WaitingReport[], at: Omit<WaitingReport, 'sequence'>): readonly WaitingReport[] {
  if (isFact(fact, 'MovedOnwardReported') && fact.data.proposed) return [...waiting, { sequence: fact.sequence, ...at }]
  return isFact(fact, 'OnwardFollowed') ? waiting.filter(({ sequence }) => sequence !== fact.data.report) : waiting
}

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
