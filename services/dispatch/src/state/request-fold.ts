import type { FoldDefinition } from '@holdfast/folds'
import {
  evolveSummary,
  evolveSummaryByRefusal,
  hasEnded,
  parseSummary,
  type RequestSummary,
  serializeSummary,
  UnknownKindError,
} from '@holdfast/lifecycle'
import { documentOf, type Fact, isFact, isKnownFact, type UnknownFact } from '@holdfast/schemas'
import { type DecryptedFrames, storedFrameOf } from '../orders/frames.ts'
import { instructionFor, orderIdOf } from '../orders/order-of-fact.ts'
import type { DispatchState, SentOrder, WaitingReport } from './dispatch-state.ts'

/** For who owns a partition: what it folds from words that are open is noted among its frames. */
export const createRequestFold = (frames?: Pick<DecryptedFrames, 'note'>): FoldDefinition<DispatchState> => ({
  fold(state, fact, offset) {
    const { accepted, standing } = evolveSummary(state?.standing, fact)
    if (!accepted || !standing) return { accepted: false, state }
    if (!isKnownFact(fact)) return { accepted: true, state: passedOver(state, standing, fact) }
    const document = documentOf(fact)
    const bic = document?.payment.creditorAgent.bic ?? state?.bic ?? ''
    const documentOffset = document ? offset : (state?.documentOffset ?? offset)
    const ordered = orderBecauseOf({ fact, before: state, state: { standing } }, bic)
    const frame = document ? storedFrameOf(fact, document, frames) : (state?.frame ?? null)
    return {
      accepted: true,
      state: {
        standing,
        frame: hasEnded(standing.phase) ? null : frame,
        documentOffset,
        bic,
        orders: ordered ? [...(state?.orders ?? []), ordered] : (state?.orders ?? []),
        waiting: waitingAfter(fact, state?.waiting ?? [], { offset, documentOffset }),
      },
    }
  },
  foldRefusal(state, refused) {
    const { accepted, standing } = evolveSummaryByRefusal(state?.standing, refused)
    return accepted && state && standing ? { accepted, state: { ...state, standing } } : { accepted: false, state }
  },
  // Two lines of JSON, neither of which has a line break of its own: the standing within the other would be escaped, and read twice.
  serialize: ({ standing, ...rest }) => `${JSON.stringify(rest)}\n${serializeSummary(standing)}`,
  parse(text) {
    const end = text.indexOf('\n')
    const rest = JSON.parse(text.slice(0, end)) as Omit<DispatchState, 'standing'>
    return { ...rest, standing: parseSummary(text.slice(end + 1)) }
  },
})

/** For who looks up what was ordered, and sends nothing. */
export const requestFold = createRequestFold()

/** What a kind that is not known orders is not known either: where it is critical, nothing goes out for the request until it is. */
function passedOver(state: DispatchState | undefined, standing: RequestSummary, fact: UnknownFact): DispatchState {
  if (!state || fact.critical !== false) throw new UnknownKindError(fact)
  return { ...state, standing }
}

/** What a fact orders is known from the fact alone, so that an order is remembered with it, and not by whether it went out already. */
function orderBecauseOf(step: Parameters<typeof instructionFor>[0], bic: string): SentOrder | undefined {
  const instruction = instructionFor(step)
  return instruction && { orderId: orderIdOf(step.fact), kind: instruction.kind, amount: instruction.amount, bic }
}

/** One that is declined waits all the same: the requester can think better of it. */
function waitingAfter(fact: Fact, waiting: readonly WaitingReport[], at: Omit<WaitingReport, 'sequence'>): readonly WaitingReport[] {
  if (isFact(fact, 'MovedOnwardReported') && fact.data.proposed) return [...waiting, { sequence: fact.sequence, ...at }]
  if (isFact(fact, 'AnswerCorrected')) return waiting.filter(({ sequence }) => sequence !== fact.data.report)
  return isFact(fact, 'OnwardFollowed') ? waiting.filter(({ sequence }) => sequence !== fact.data.report) : waiting
}
