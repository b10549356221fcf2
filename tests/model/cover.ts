import type { Path } from './graph.ts'

/** The cost of an engine for each path, in steps. */
const pathCost = 4

/** A few paths that together make every turn: greedily, the path that adds most for its length first. */
export function cover(paths: readonly Path[]): readonly Path[] {
  const walked = new Set<string>()
  const chosen: Path[] = []
  for (;;) {
    let best: Path | undefined
    let bestGain = 0
    for (const path of paths) {
      let fresh = 0
      for (const turn of path.turns) if (!walked.has(turn)) fresh++
      const gain = fresh / (path.moves.length + pathCost)
      if (gain > bestGain) [best, bestGain] = [path, gain]
    }
    if (!best) return chosen
    chosen.push(best)
    for (const turn of best.turns) walked.add(turn)
  }
}
