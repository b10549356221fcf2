import type { RequestCounts } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

export interface CountryCounts {
  /** To be called within a write: notes one more or one less request of a country in a phase. */
  note(country: string, phase: string, change: 1 | -1): void
  /** To be called at the end of the write: writes the noted changes, each phase of a country once. */
  keep(): void
  /** Drops what was noted in a failed write. */
  drop(): void
  /** To be called within a write that deleted rows itself. */
  recount(): void
  counts(country: string, now: Date): Omit<RequestCounts, 'asOf' | 'behind'>
}

const hourMs = 3_600_000

/**
 * The number of requests of a country in each phase, updated with each change: counting 100,000 would take 10 ms each
 * time. Deadlines are counted on demand, because time passes without a fact. An ended request has none, and any other
 * has one index entry.
 */
export function createCountryCounts(file: SqliteFile, phases: readonly string[]): CountryCounts {
  file.schema(`
    CREATE TABLE IF NOT EXISTS phase_counts (country TEXT NOT NULL, phase TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (country, phase)) STRICT, WITHOUT ROWID;
  `)
  const add = file.prepare(
    'INSERT INTO phase_counts VALUES (?, ?, ?) ON CONFLICT (country, phase) DO UPDATE SET requests = requests + excluded.requests',
  )
  const read = file.prepare('SELECT phase, requests FROM phase_counts WHERE country = ?')
  const readProposals = file.prepare('SELECT count(*) AS proposals FROM proposals WHERE country = ?')
  const countDue = file.prepare(
    `SELECT count(*) AS due FROM country_rows INDEXED BY country_rows_deadline
     WHERE country = ? AND outgoing = ? AND phase = ? AND next_deadline_ms >= ? AND next_deadline_ms < ?`,
  )
  let noted = new Map<string, { country: string; phase: string; change: number }>()
  // The index starts with direction and phase, so only counted entries are read.
  const ranges = [0, 1].flatMap(outgoing => phases.map(phase => [outgoing, phase] as const))
  const dueBetween = (country: string, fromMs: number, toMs: number) =>
    ranges.reduce((sum, range) => sum + (countDue.get(country, ...range, fromMs, toMs) as { due: number }).due, 0)

  return {
    note(country, phase, change) {
      const key = `${country}/${phase}`
      const known = noted.get(key)
      if (known) known.change += change
      else noted.set(key, { country, phase, change })
    },
    keep() {
      for (const { country, phase, change } of noted.values()) if (change !== 0) add.run(country, phase, change)
      noted = new Map()
    },
    drop() {
      noted = new Map()
    },
    recount() {
      file.prepare('DELETE FROM phase_counts').run()
      file.prepare('INSERT INTO phase_counts SELECT country, phase, count(*) FROM country_rows GROUP BY country, phase').run()
    },
    counts(country, now) {
      const known = new Map((read.all(country) as { phase: string; requests: number }[]).map(({ phase, requests }) => [phase, requests]))
      const nowMs = now.getTime()
      const within4h = dueBetween(country, nowMs, nowMs + 4 * hourMs)
      return {
        byPhase: Object.fromEntries(phases.map(phase => [phase, known.get(phase) ?? 0])) as RequestCounts['byPhase'],
        deadlines: {
          passed: dueBetween(country, 0, nowMs),
          within4h,
          within24h: within4h + dueBetween(country, nowMs + 4 * hourMs, nowMs + 24 * hourMs),
        },
        proposals: (readProposals.get(country) as { proposals: number }).proposals,
      }
    },
  }
}
