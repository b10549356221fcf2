import { type EnginePhase, enginePhaseNames, enginePhases } from './phases.ts'

/** How often each kind of fault struck in each phase. A fault counts for all current phases. */
export interface Coverage {
  struck(kind: string, at: readonly EnginePhase[]): void
  count(kind: string, moment: EnginePhase): number
  /** A table for people: a row for each kind, a column for each phase. */
  table(kinds: readonly string[], momentsThere: readonly EnginePhase[]): readonly string[]
  toJson(): Readonly<Record<string, Readonly<Partial<Record<EnginePhase, number>>>>>
}

export function createCoverage(): Coverage {
  const counts = new Map<string, Map<EnginePhase, number>>()
  const count = (kind: string, moment: EnginePhase) => counts.get(kind)?.get(moment) ?? 0
  return {
    count,
    struck(kind, at) {
      const own = counts.get(kind) ?? new Map<EnginePhase, number>()
      counts.set(kind, own)
      for (const moment of at) own.set(moment, (own.get(moment) ?? 0) + 1)
    },
    table(kinds, momentsThere) {
      const width = Math.max(...kinds.map(({ length }) => length), 5)
      const row = (head: string, cells: readonly string[]) => `${head.padEnd(width)}  ${cells.map(cell => cell.padStart(12)).join('')}`
      const tried = kinds.flatMap(kind => momentsThere.map(moment => count(kind, moment))).filter(times => times > 0).length
      return [
        row('', momentsThere),
        ...kinds.map(kind =>
          row(
            kind,
            momentsThere.map(moment => (count(kind, moment) > 0 ? `${count(kind, moment)}` : '·')),
          ),
        ),
        ...momentsThere.map(moment => `  ${moment}: ${enginePhases[moment]}`),
        `${tried} of ${kinds.length * momentsThere.length} pairs of fault and phase occurred`,
      ]
    },
    toJson: () =>
      Object.fromEntries(
        [...counts].map(([kind, own]) => [
          kind,
          Object.fromEntries(enginePhaseNames.flatMap(name => (own.has(name) ? [[name, own.get(name) ?? 0]] : []))),
        ]),
      ),
  }
}
