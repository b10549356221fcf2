/** The outcome for a proof: new, used before, or refused because its member role or person has too many. */
export type ProofUse = 'new' | 'used' | 'full'

/** The user of a proof: a member role, such as `SG/officer`, and one of its persons or institutions. */
export interface UserOfProof {
  readonly side: string
  readonly who?: string | undefined
}

/**
 * The proofs that were used, for as long as one of them could be used again and up to as long once more: two generations, of which the older one goes as a whole. A side has so many, so that none can make the memory forget those of
 * another, or fill it for another; and one person or institution half of those of its side, so that none can fill it for the others of its country.
 */
export function createProofMemory({ keptMs, ofSideMax }: { readonly keptMs: number; readonly ofSideMax: number }) {
  let current = createGeneration()
  let former = createGeneration()
  let begunMs = Number.NEGATIVE_INFINITY

  function turnOver(nowMs: number): void {
    if (nowMs - begunMs < keptMs) return
    former = nowMs - begunMs < 2 * keptMs ? current : createGeneration()
    current = createGeneration()
    begunMs = nowMs
  }

  return {
    note({ side, who }: UserOfProof, proof: string, nowMs: number): ProofUse {
      turnOver(nowMs)
      if (current.has(side, proof) || former.has(side, proof)) return 'used'
      if (current.sizeOf(side) + former.sizeOf(side) >= ofSideMax) return 'full'
      if (who !== undefined && current.usedBy(side, who) + former.usedBy(side, who) >= ofSideMax / 2) return 'full'
      current.add(side, who, proof)
      return 'new'
    },
  }
}

interface ProofsOfSide {
  readonly proofs: Set<string>
  /** The number of proofs per user. */
  readonly used: Map<string, number>
}

function createGeneration() {
  const sides = new Map<string, ProofsOfSide>()
  return {
    has: (side: string, proof: string): boolean => sides.get(side)?.proofs.has(proof) ?? false,
    sizeOf: (side: string): number => sides.get(side)?.proofs.size ?? 0,
    usedBy: (side: string, who: string): number => sides.get(side)?.used.get(who) ?? 0,
    add(side: string, who: string | undefined, proof: string): void {
      const ours = sides.get(side) ?? { proofs: new Set(), used: new Map() }
      sides.set(side, ours)
      ours.proofs.add(proof)
      if (who !== undefined) ours.used.set(who, (ours.used.get(who) ?? 0) + 1)
    },
  }
}
