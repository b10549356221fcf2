import { IndexIncompleteError } from './errors.ts'
import { assertEntries } from './limits.ts'
import type { OwnedPayments, PaymentMatch, PaymentStep } from './open-payments.ts'

/** How a driver is asked to take a step; `restore` and `complete` are the steps of `restore`, without and with `isLast`. */
export interface StepOrder extends PaymentStep {
  readonly mode: 'claim' | 'restore' | 'complete'
  readonly from: number | undefined
  /** Somebody joins, so every partition has to be there. */
  readonly needsAll: boolean
}

/** What became of a step. Only `taken` changed anything. */
export type StepOutcome =
  | { readonly outcome: 'taken'; readonly standings: PaymentMatch[] }
  | { readonly outcome: 'otherOwner' }
  /** Facts of this partition that were there are gone. */
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'incomplete'; readonly partition: number }

type Stepping = Pick<OwnedPayments, 'claim' | 'restore'>

/** What both drivers have in common: limits before a step, and an error after one that was refused. */
export function createStepping(partition: number, take: (order: StepOrder) => Promise<StepOutcome>): Stepping {
  const step = async (order: StepOrder): Promise<PaymentMatch[]> => {
    assertEntries(order.changes)
    const taken = await take(order)
    if (taken.outcome === 'taken') return taken.standings
    throw new IndexIncompleteError(`open payments of partition ${partition}: ${whyOf(taken)}`)
  }
  return {
    claim: ({ from, to, changes }) => step({ mode: 'claim', from, to, changes, needsAll: changes.some(change => change.kind === 'join') }),
    async restore({ from, to, changes, isLast }) {
      await step({ mode: isLast ? 'complete' : 'restore', from, to, changes, needsAll: false })
    },
  }
}

function whyOf(refused: Exclude<StepOutcome, { outcome: 'taken' }>): string {
  switch (refused.outcome) {
    case 'otherOwner':
      return 'another owner has taken the partition over, or the store was flushed'
    case 'lost':
      return 'the index no longer holds what was left there'
    case 'incomplete':
      return `those of partition ${refused.partition} are not all there`
  }
}
