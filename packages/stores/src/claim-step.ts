import type { ClaimMatch, ClaimStep, OwnedClaims } from './claims.ts'
import { IndexIncompleteError } from './errors.ts'
import { assertEntries } from './limits.ts'

/** A step of the index. `restore` and `complete` are the steps of `restore`, without and with `isLast`. */
export interface StepOrder extends ClaimStep {
  readonly mode: 'claim' | 'restore' | 'complete'
  readonly from: number | undefined
  /** A request makes a claim, so every partition must be complete. */
  readonly needsAll: boolean
}

/** The outcome of a step. Only `taken` changed anything. */
export type StepOutcome =
  | { readonly outcome: 'applied'; readonly matches: ClaimMatch[] }
  | { readonly outcome: 'otherOwner' }
  /** Facts of this partition are missing from the index. */
  | { readonly outcome: 'lost' }
  | { readonly outcome: 'incomplete'; readonly partition: number }

type Stepping = Pick<OwnedClaims, 'claim' | 'restore'>

/** Shared by both drivers: limits before a step, and an error after a refused one. */
export function createStepping(partition: number, take: (order: StepOrder) => Promise<StepOutcome>): Stepping {
  const step = async (order: StepOrder): Promise<ClaimMatch[]> => {
    assertEntries(order.changes)
    const taken = await take(order)
    if (taken.outcome === 'applied') return taken.matches
    throw new IndexIncompleteError(`claims of partition ${partition}: ${whyOf(taken)}`)
  }
  return {
    claim: ({ from, to, changes }) => step({ mode: 'claim', from, to, changes, needsAll: changes.some(change => change.kind === 'join') }),
    async restore({ from, to, changes, isLast }) {
      await step({ mode: isLast ? 'complete' : 'restore', from, to, changes, needsAll: false })
    },
  }
}

function whyOf(refused: Exclude<StepOutcome, { outcome: 'applied' }>): string {
  switch (refused.outcome) {
    case 'otherOwner':
      return 'another owner took over the partition, or the store was flushed'
    case 'lost':
      return 'the index lost facts of the partition'
    case 'incomplete':
      return `those of partition ${refused.partition} are incomplete`
  }
}
