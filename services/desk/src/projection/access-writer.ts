import type { RequestSummary } from '@holdfast/lifecycle'
import type { Audience, Fact, UnknownFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SearchIndex } from '../search/search-index.ts'

/** A fact of the batch that is being written, which nobody reads in the file yet, and who it was given to. */
export interface WrittenFact {
  readonly arrival: number
  readonly fact: Fact | UnknownFact
  readonly line: string
  readonly sides: ReadonlySet<Audience>
}

/** Who sees all of a request: before the batch, undefined where there was none; and from now on. */
interface WhoSees {
  readonly before: readonly Audience[] | undefined
  readonly now: readonly Audience[]
}

export interface AccessWriter {
  /**
   * To be called within a write, once the facts of a request are there: who may see its history from now on has all of it, and who may no longer has none. Of nearly every request
   * there is nothing to be done.
   */
  keep(request: Pick<RequestSummary, 'requestId'>, whoSees: WhoSees, written: readonly WrittenFact[]): void
}

export function createAccessWriter(file: SqliteFile, search: Pick<SearchIndex, 'keep' | 'drop'>): AccessWriter {
  const ofRequest = 'FROM facts WHERE request_id = ?'
  const giveFacts = file.prepare(
    `INSERT OR IGNORE INTO fact_sides (country, arrival, partition, "offset") SELECT ?, arrival, partition, "offset" ${ofRequest}`,
  )
  const takeFacts = file.prepare(`DELETE FROM fact_sides WHERE country = ? AND arrival IN (SELECT arrival ${ofRequest})`)
  const readFacts = file.prepare(`SELECT arrival, line ${ofRequest}`)

  return {
    keep({ requestId }, { before, now }, written) {
      const had = new Set([...(before ?? []), ...written.flatMap(({ sides }) => [...sides])])
      const lacks = (audience: Audience): boolean =>
        before?.includes(audience) === false || written.some(({ sides }) => !sides.has(audience))
      const losing = [...had].filter(audience => !now.includes(audience))
      if (losing.length === 0 && !now.some(lacks)) return
      for (const audience of now) giveFacts.run(audience, requestId)
      for (const audience of losing) {
        takeFacts.run(audience, requestId)
        search.drop(audience, requestId)
      }
      for (const { arrival, line } of readFacts.all(requestId) as { arrival: number; line: string }[])
        search.keep(JSON.parse(line) as Fact | UnknownFact, line, arrival, now)
      for (const { arrival, fact, line } of written) search.keep(fact, line, arrival, now)
    },
  }
}
