import type { BasicSummary } from '@holdfast/core'
import type { Audience, LedgerFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SearchedViews, SearchIndex } from '../search/search-index.ts'

/** A fact of the current batch, which the file does not contain yet, and the member roles that received it. */
export interface WrittenFact {
  readonly arrival: number
  readonly fact: LedgerFact
  readonly line: string
  readonly audiences: ReadonlySet<Audience>
}

/** The member roles with full access: before the batch (undefined for a new request) and from now on. */
interface WhoSees {
  readonly before: readonly Audience[] | undefined
  readonly now: readonly Audience[]
}

export interface AccessWriter {
  /**
   * To be called within a write, after the facts of a request. Gives its whole history to member roles that gain
   * access, and removes it from those that lose access. Nearly every call has nothing to do.
   */
  keep(views: SearchedViews, request: Pick<BasicSummary, 'requestId'>, whoSees: WhoSees, written: readonly WrittenFact[]): void
}

export function createAccessWriter(file: SqliteFile, search: Pick<SearchIndex, 'keep' | 'drop'>): AccessWriter {
  const ofRequest = 'FROM facts WHERE request_id = ?'
  const grantFacts = file.prepare(
    `INSERT OR IGNORE INTO fact_audiences (country, arrival, partition, "offset") SELECT ?, arrival, partition, "offset" ${ofRequest}`,
  )
  const revokeFacts = file.prepare(`DELETE FROM fact_audiences WHERE country = ? AND arrival IN (SELECT arrival ${ofRequest})`)
  const readFacts = file.prepare(`SELECT arrival, line ${ofRequest}`)

  return {
    keep(views, { requestId }, { before, now }, written) {
      const had = new Set([...(before ?? []), ...written.flatMap(({ audiences }) => [...audiences])])
      const lacks = (audience: Audience): boolean =>
        before?.includes(audience) === false || written.some(({ audiences }) => !audiences.has(audience))
      const losing = [...had].filter(audience => !now.includes(audience))
      if (losing.length === 0 && !now.some(lacks)) return
      for (const audience of now) grantFacts.run(audience, requestId)
      for (const audience of losing) {
        revokeFacts.run(audience, requestId)
        search.drop(audience, requestId)
      }
      for (const { arrival, line } of readFacts.all(requestId) as { arrival: number; line: string }[])
        search.keep(views, JSON.parse(line) as LedgerFact, line, arrival, now)
      for (const { arrival, fact, line } of written) search.keep(views, fact, line, arrival, now)
    },
  }
}
