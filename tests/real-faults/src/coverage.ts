import { type Moment, momentNames, moments } from './moments.ts'

/** How often each kind of fault struck at each moment. A fault strikes at all moments that hold then. */
export interface Coverage {
  struck(kind: string, at: readonly Moment[]): void
  count(kind: string, moment: Moment): number
  /** As a table for people: kinds down, moments across, by their letters. */
  table(kinds: readonly string[], momentsThere: readonly Moment[]): readonly string[]
  toJson(): Readonly<Record<string, Readonly<Partial<Record<Moment, number>>>>>
}

export function createCoverage(): Coverage {
  const counts = new Map<string, Map<Moment, number>>()
  const count = (kind: string, moment: Moment) => counts.get(kind)?.get(moment) ?? 0
  return {
    count,
    struck(kind, at) {
      const own = counts.get(kind) ?? new Map<Moment, number>()
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
        ...momentsThere.map(moment => `  ${moment}: ${moments[moment]}`),
        `${tried} of ${kinds.length * momentsThere.length} pairs of fault and moment were met`,
      ]
    },
    toJson: () =>
      Object.fromEntries(
        [...counts].map(([kind, own]) => [
          kind,
          Object.fromEntries(momentNames.flatMap(name => (own.has(name) ? [[name, own.get(name) ?? 0]] : []))),
        ]),
      ),
  }
}
