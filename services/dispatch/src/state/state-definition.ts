import {
  evolveSummary,
  evolveSummaryByRefusal,
  hasEnded,
  parseSummary,
  type RequestSummary,
  serializeSummary,
  UnknownKindError,
} from '@holdfast/payment-stop/lifecycle'
import type { StateDefinition } from '@holdfast/request-state'
import { documentOf, type Fact, isFact, isKnownFact, type UnknownFact } from '@holdfast/schemas'
import { type DecryptedFrames, storedFrameOf } from '../orders/frames.ts'
import { instructionFor, orderIdOf } from '../orders/order-of-fact.ts'
import type { DispatchState, SentOrder, WaitingReport } from './dispatch-state.ts'

/** For the owner of a partition: frames made of decrypted data are added to `frames`. */
export const createStateDefinition = (frames?: Pick<DecryptedFrames, 'note'>): StateDefinition<DispatchState, Fact | UnknownFact> => ({
  evolve(state, fact, offset) {
    const { accepted, summary } = evolveSummary(state?.summary, fact)
    if (!accepted || !summary) return { accepted: false, state }
    if (!isKnownFact(fact)) return { accepted: true, state: skipUnknown(state, summary, fact) }
    const document = documentOf(fact)
    const bic = document?.payment.creditorAgent.bic ?? state?.bic ?? ''
    const documentOffset = document ? offset : (state?.documentOffset ?? offset)
    const order = orderBecauseOf({ fact, before: state, state: { summary } }, bic)
    const frame = document ? storedFrameOf(fact, document, frames) : (state?.frame ?? null)
    return {
      accepted: true,
      state: {
        summary,
        frame: hasEnded(summary.phase) ? null : frame,
        documentOffset,
        bic,
        orders: order ? [...(state?.orders ?? []), order] : (state?.orders ?? []),
        waiting: waitingReportsAfter(fact, state?.waiting ?? [], { offset, documentOffset }),
      },
    }
  },
  evolveRefusal(state, refused) {
    const { accepted, summary } = evolveSummaryByRefusal(state?.summary, refused)
    return accepted && state && summary ? { accepted, state: { ...state, summary } } : { accepted: false, state }
  },
  // Two lines of JSON without line breaks in them. Nesting the summary would escape it and parse it twice.
  serialize: ({ summary, ...rest }) => `${JSON.stringify(rest)}\n${serializeSummary(summary)}`,
  parse(text) {
    const end = text.indexOf('\n')
    const rest = JSON.parse(text.slice(0, end)) as Omit<DispatchState, 'summary'>
    return { ...rest, summary: parseSummary(text.slice(end + 1)) }
  },
})

/** For readers of orders that send nothing. */
export const stateDefinition = createStateDefinition()

/**
 * The orders of an unknown kind of fact are unknown too: if it is critical, nothing is sent for the request until the
 * kind is known.
 */
function skipUnknown(state: DispatchState | undefined, summary: RequestSummary, fact: UnknownFact): DispatchState {
  if (!state || fact.critical !== false) throw new UnknownKindError(fact)
  return { ...state, summary }
}

/** The order of a fact depends on the fact alone, so it is stored with the fact, whether or not it was sent already. */
function orderBecauseOf(step: Parameters<typeof instructionFor>[0], bic: string): SentOrder | undefined {
  const instruction = instructionFor(step)
  return instruction && { orderId: orderIdOf(step.fact), kind: instruction.kind, amount: instruction.amount, bic }
}

/** A declined report keeps waiting, because the requester may still decide otherwise. */
function waitingReportsAfter(fact: Fact, waiting: readonly WaitingReport[], at: Omit<WaitingReport, 'sequence'>): readonly WaitingReport[] {
  if (isFact(fact, 'MovedOnwardReported') && fact.data.proposed) return [...waiting, { sequence: fact.sequence, ...at }]
  if (isFact(fact, 'AnswerCorrected')) return waiting.filter(({ sequence }) => sequence !== fact.data.report)
  return isFact(fact, 'OnwardFollowed') ? waiting.filter(({ sequence }) => sequence !== fact.data.report) : waiting
}
