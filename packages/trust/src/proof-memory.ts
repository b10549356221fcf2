/** What has become of a proof: it is new, it was used before, or its side has used so many that no more are remembered. */
export type Noted = 'new' | 'used' | 'full'

/**
 * The proofs that were used, for as long as one of them could be used again and up to as long once more: two generations, of which the older one goes as a whole. A side has so many, so that none can make the memory forget those of
 * another, or fill it for another.
 */
export function createProofMemory({ keptMs, ofSideMax }: { readonly keptMs: number; readonly ofSideMax: number }) {
  type Generation = Map<string, Set<string>>
  let current: Generation = new Map()
  let former: Generation = new Map()
  let begunMs = Number.NEGATIVE_INFINITY

  function turnOver(nowMs: number): void {
    if (nowMs - begunMs < keptMs) return
    former = nowMs - begunMs < 2 * keptMs ? current : new Map()
    current = new Map()
    begunMs = nowMs
  }

  return {
    note(side: string, proof: string, nowMs: number): Noted {
      turnOver(nowMs)
      const older = former.get(side)
      const ours = current.get(side) ?? new Set<string>()
      if (ours.has(proof) || older?.has(proof)) return 'used'
      if (ours.size + (older?.size ?? 0) >= ofSideMax) return 'full'
      current.set(side, ours.add(proof))
      return 'new'
    },
  }
}
