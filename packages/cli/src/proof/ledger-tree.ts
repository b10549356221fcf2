import { bytesOfHex, cosignedAt, createGrowingTree, isSameHash, leafHash } from '@holdfast/proof'
import { type LedgerFact, type Position, positionAfter, positionAfterRefusal, type RefusedCommand } from '@holdfast/schemas'
import { newestOf } from './seen-checkpoints.ts'
import type { Witnessing } from './witnessed-trees.ts'

export interface LedgerTreeReport {
  /** Facts that the ledger's rule accepts. */
  readonly accepted: number
  /** The number of facts that a witness has seen, complete and in this order. */
  readonly witnessed: number
  /** Undefined if the copy is what the witness has seen. */
  readonly problem?: string
}

/**
 * Builds the tree of a copy of one ledger partition again, as desks do, and compares it with what a witness has seen. A
 * copy of the whole partition needs no other proof: any changed, missing or added fact gives another tree. Keeps a hash
 * for each request.
 */
export function createLedgerTree({ seen, witness }: Witnessing) {
  const positions = new Map<string, Position>()
  const tree = createGrowingTree()
  const newest = [...newestOf(seen).values()]
  const roots = new Map<number, Uint8Array>()
  const wanted = new Set(newest.map(({ size }) => size))

  return {
    add(fact: LedgerFact): void {
      const after = positionAfter(positions.get(fact.subject), fact)
      if (!after) return
      positions.set(fact.subject, after)
      tree.append(leafHash(bytesOfHex(fact.hash)))
      if (wanted.has(tree.size)) roots.set(tree.size, tree.root())
    },
    addRefused(refused: RefusedCommand): void {
      const after = positionAfterRefusal(positions.get(refused.subject), refused)
      if (after) positions.set(refused.subject, after)
    },
    async finish(): Promise<LedgerTreeReport> {
      const accepted = tree.size
      const same = newest.filter(({ size, root }) => size > 0 && isSameHash(roots.get(size) ?? new Uint8Array(), root))
      const largest = same.reduce((size, each) => Math.max(size, each.size), 0)
      if (largest === 0)
        return {
          accepted,
          witnessed: 0,
          problem: `its ${accepted} facts do not start with those of any partition that the witness has seen: facts were changed, removed or added, or it is not a copy of one whole partition`,
        }
      if (witness)
        for (const { note } of same)
          if (!(await cosignedAt(note, witness)))
            return { accepted, witnessed: 0, problem: `a checkpoint is not signed by the witness ${witness.name}` }
      return { accepted, witnessed: largest }
    },
  }
}
