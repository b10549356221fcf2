import { type Instruction, type SentOrder, type SummaryStep, UnknownKindError, type Workflow } from '@holdfast/core'
import type { StateDefinition } from '@holdfast/request-state'
import type { LedgerFact } from '@holdfast/schemas'
import { type DecryptedFrames, storedFrameOf } from '../orders/frames.ts'
import { orderIdOf } from '../orders/order-of-fact.ts'
import type { DispatchState } from './dispatch-state.ts'

/** What the states of dispatch depend on. */
export type DispatchedWorkflow = Pick<Workflow, 'dispatching' | 'documentOf' | 'finalPhases' | 'isKnownFact' | 'views'>

/** For the owner of a partition: frames made of decrypted data are added to `frames`. Readers of states have none. */
export function createStateDefinition(
  {
    views: { evolveSummary, evolveSummaryByRefusal },
    dispatching: { orders, onward },
    documentOf,
    finalPhases,
    isKnownFact,
  }: DispatchedWorkflow,
  frames?: Pick<DecryptedFrames, 'note'>,
): StateDefinition<DispatchState> {
  /** The order of a fact depends on the fact alone, so it is stored with the fact, whether or not it was sent already. */
  function orderBecauseOf(step: SummaryStep<DispatchState['summary']>, bic: string): SentOrder | undefined {
    const instruction = orders?.instructionFor(step)
    if (!instruction) return undefined
    const { reason: _, ...kept }: Instruction = instruction
    return { orderId: orderIdOf(step.fact), ...kept, bic }
  }

  /**
   * The orders of an unknown kind of fact are unknown too: if it is critical, nothing is sent for the request until the
   * kind is known.
   */
  function skipUnknown(state: DispatchState | undefined, summary: DispatchState['summary'], fact: LedgerFact): DispatchState {
    if (!state || fact.critical !== false) throw new UnknownKindError(fact)
    return { ...state, summary }
  }

  return {
    evolve(state, fact, offset) {
      const { accepted, summary } = evolveSummary(state?.summary, fact)
      if (!accepted || !summary) return { accepted: false, state }
      if (!isKnownFact(fact.type)) return { accepted: true, state: skipUnknown(state, summary, fact) }
      const document = documentOf(fact)
      const bic = document === undefined ? (state?.bic ?? '') : (orders?.institutionOf(document) ?? '')
      const documentOffset = document === undefined ? (state?.documentOffset ?? offset) : offset
      const order = orderBecauseOf({ fact, before: state, state: { summary } }, bic)
      const frame = document === undefined || !orders ? (state?.frame ?? null) : storedFrameOf(orders, fact, documentOf, frames)
      const country = state?.country ?? orders?.countryOf(summary)
      const waiting = state?.waiting ?? []
      return {
        accepted: true,
        state: {
          ...(country === undefined ? {} : { country }),
          summary,
          frame: finalPhases.includes(summary.phase) ? null : frame,
          documentOffset,
          bic,
          orders: order ? [...(state?.orders ?? []), order] : (state?.orders ?? []),
          waiting: onward ? onward.waitingAfter(fact, waiting, { offset, documentOffset }) : waiting,
        },
      }
    },
    evolveRefusal(state, refused) {
      const { accepted, summary } = evolveSummaryByRefusal(state?.summary, refused)
      return accepted && state && summary ? { accepted, state: { ...state, summary } } : { accepted: false, state }
    },
    // Two lines of JSON without line breaks in them. Nesting the summary would escape it and parse it twice.
    serialize: ({ country, summary, ...rest }) => `${JSON.stringify({ country, ...rest })}\n${JSON.stringify(summary)}`,
    parse(text) {
      const end = text.indexOf('\n')
      const rest = JSON.parse(text.slice(0, end)) as Omit<DispatchState, 'summary'>
      return { ...rest, summary: JSON.parse(text.slice(end + 1)) as DispatchState['summary'] }
    },
  }
}

/**
 * Whether a serialised state belongs to a request whose orders go to another country. Quotes within values are escaped, so
 * the country is at its start.
 */
export const isOfAnotherCountry = (serialized: string, country: string): boolean =>
  serialized.startsWith('{"country":"') && !serialized.startsWith(`{"country":"${country}"`)
