import type { RequestStanding } from '@holdfast/lifecycle'
import { type Audience, type Fact, isKnownFact, type UnknownFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SearchIndex } from '../search-index.ts'
import { wholeFor } from './audience.ts'

export interface ShareKeeper {
  /**
   * To be called within a write where a batch has changed who a request is shared with, once its facts are there: who may see its history from now on has all of it, and who may no longer has
   * none. `during` are those who might at any moment of the batch.
   */
  keep(before: RequestStanding | undefined, standing: RequestStanding, during: Iterable<Audience>): void
}

export function createShareKeeper(file: SqliteFile, search: Pick<SearchIndex, 'keep' | 'drop'>): ShareKeeper {
  const ofRequest = 'FROM facts WHERE request_id = ?'
  const giveFacts = file.prepare(
    `INSERT OR IGNORE INTO fact_sides (country, arrival, partition, "offset") SELECT ?, arrival, partition, "offset" ${ofRequest}`,
  )
  const takeFacts = file.prepare(`DELETE FROM fact_sides WHERE country = ? AND arrival IN (SELECT arrival ${ofRequest})`)
  const readFacts = file.prepare(`SELECT arrival, line ${ofRequest}`)

  return {
    keep(before, standing, during) {
      const { requestId, requestingCountry, beneficiaryCountry } = standing
      const whole = wholeFor(standing)
      for (const audience of whole) giveFacts.run(audience, requestId)
      for (const audience of new Set([...(before ? wholeFor(before) : []), ...during])) {
        if (whole.includes(audience)) continue
        takeFacts.run(audience, requestId)
        search.drop(audience, requestId)
      }
      for (const { arrival, line } of readFacts.all(requestId) as { arrival: number; line: string }[]) {
        const fact = JSON.parse(line) as Fact | UnknownFact
        if (isKnownFact(fact)) search.keep(fact, arrival, new Set([requestingCountry, beneficiaryCountry, ...whole]))
      }
    },
  }
}
