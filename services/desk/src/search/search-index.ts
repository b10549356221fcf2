import type { Views } from '@holdfast/core'
import { type Audience, comparable, type LedgerFact, type RequestView } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { digestBytesWith } from '@holdfast/trust'
import { isParty, redactFor } from '../access/access-level.ts'
import { createNameIndex } from '../personal-data/name-index.ts'
import { nothingEncrypted, type SearchableData } from '../personal-data/searchable-data.ts'
import { tokensOf } from './tokens.ts'

export interface SearchReader {
  /** The country's requests that match a text, newest first: by id, case, account, wallet, UETR or names. */
  search(country: string, text: string, limit: number): string[]
}

/** What the search needs of the views of a workflow. */
export type SearchedViews = Pick<Views, 'searchTermsOf'>

export interface SearchIndex extends SearchReader {
  /** To be called at the start of each write, with the searchable data of its facts. */
  begin(found: SearchableData): void
  /**
   * To be called within a write, with each fact, its line, its arrival and the audiences that may find it; again if
   * they change.
   */
  keep(views: SearchedViews, fact: LedgerFact, line: string, arrival: number, countries: Iterable<Audience>): void
  /**
   * To be called within a write: an audience that loses access can't find the request by numbers. Its name tokens stay,
   * but lead to no request of that audience.
   */
  drop(audience: Audience, requestId: string): void
  /**
   * To be called within a write after erasure: removes everything derived from the data of a request, which is then
   * found by its id and its case only.
   */
  forgetPersonalData(requestId: string): void
  /** To be called within a write, before the facts of the partition are deleted. */
  forget(partition: number): void
  clear(): void
}

/** Maximum of hits for each kind of term: the latest facts, and the last case references. */
const foundMax = 500
const blindIndexBytes = 16

/**
 * Names are in an index of their own, as tokens. Numbers are stored as blind indexes: HMACs with an engine key per
 * country, so that the file reveals no number and allows no guesses. Both refer to the fact that contains them.
 */
export function createSearchIndex(file: SqliteFile, secret: ServiceContext['secret']): SearchIndex {
  file.schema(
    'CREATE TABLE IF NOT EXISTS blind_indexes (country TEXT NOT NULL, blind_index BLOB NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (country, blind_index, arrival)) STRICT, WITHOUT ROWID',
  )
  const names = createNameIndex(file, secret)
  let found = nothingEncrypted
  /** Facts of the current write by request, which it may not be able to read back. */
  const fresh = new Map<string, number[]>()
  const insertBlindIndex = file.prepare('INSERT OR IGNORE INTO blind_indexes (country, blind_index, arrival) VALUES (?, ?, ?)')
  const dropBlindIndexes = file.prepare(
    'DELETE FROM blind_indexes WHERE country = ? AND arrival IN (SELECT arrival FROM facts WHERE request_id = ?)',
  )
  const readArrivals = file.prepare('SELECT arrival FROM facts WHERE request_id = ?')
  const columns = 'view, country_rows.opened_ms AS openedMs, country_rows.number'
  const ofSide = 'country_rows CROSS JOIN requests USING (request_id)'
  const byId = file.prepare(
    `SELECT ${columns} FROM ${ofSide} WHERE country_rows.country = ? AND country_rows.request_id >= ? AND country_rows.request_id < ? LIMIT ?`,
  )
  const byCase = file.prepare(
    `SELECT ${columns} FROM country_rows INDEXED BY country_rows_case CROSS JOIN requests USING (request_id)
     WHERE country_rows.country = ? AND case_reference >= ? AND case_reference < ? ORDER BY case_reference DESC LIMIT ?`,
  )
  const byBlindIndex = file.prepare(
    `SELECT ${columns} FROM blind_indexes CROSS JOIN facts USING (arrival) CROSS JOIN country_rows ON country_rows.country = ?1 AND country_rows.request_id = facts.request_id
     CROSS JOIN requests ON requests.request_id = facts.request_id
     WHERE blind_indexes.country = ?1 AND blind_indexes.blind_index = ?2 ORDER BY blind_indexes.arrival DESC LIMIT ?3`,
  )
  const byNames = file.prepare(
    `SELECT ${columns} FROM search_names CROSS JOIN facts ON facts.arrival = search_names.rowid CROSS JOIN country_rows ON country_rows.country = ?1 AND country_rows.request_id = facts.request_id
     CROSS JOIN requests ON requests.request_id = facts.request_id
     WHERE search_names MATCH ?2 ORDER BY search_names.rowid DESC LIMIT ?3`,
  )
  const blindIndexOf = (country: string, number: string) =>
    digestBytesWith(secret.keyFor(`search/${country}`), number).subarray(0, blindIndexBytes)

  return {
    begin(searchable) {
      found = searchable
      fresh.clear()
      names.begin()
    },
    keep({ searchTermsOf }, fact, line, arrival, countries) {
      const terms = searchTermsOf(found.of(fact, line))
      if (terms.names.length === 0 && terms.numbers.length === 0) return
      const all = [...countries]
      const blindIndexes = all.flatMap(country => terms.numbers.map(number => [country, blindIndexOf(country, number)] as const))
      for (const [country, mark] of blindIndexes) insertBlindIndex.run(country, mark, arrival)
      fresh.set(fact.subject, [...(fresh.get(fact.subject) ?? []), arrival])
      names.keep(arrival, { words: tokensOf(terms.names.join(' ')), blindIndexes, countries: all })
    },
    drop(audience, requestId) {
      dropBlindIndexes.run(audience, requestId)
    },
    forgetPersonalData(requestId) {
      const arrivals = (readArrivals.all(requestId) as { arrival: number }[]).map(({ arrival }) => arrival)
      names.forgetPersonalData([...arrivals, ...(fresh.get(requestId) ?? [])])
    },
    forget(partition) {
      names.forget(partition)
      file.prepare('DELETE FROM blind_indexes WHERE arrival IN (SELECT arrival FROM facts WHERE partition = ?)').run(partition)
    },
    clear() {
      names.clear()
      file.prepare('DELETE FROM blind_indexes').run()
    },
    search(country, text, limit) {
      const found = new Map<number, Found>()
      const add = (rows: Record<string, unknown>[]) => {
        for (const row of rows as unknown as Found[]) found.set(row.number, row)
      }
      const [id, number, words] = [text.toLowerCase(), comparable(text), tokensOf(text)]
      if (/^[0-9a-f]{8}[0-9a-f-]*$/.test(id)) add(byId.all(country, id, afterPrefix(id), foundMax))
      for (const reference of new Set([text, text.toUpperCase()])) add(byCase.all(country, reference, afterPrefix(reference), foundMax))
      if (number !== '') add(byBlindIndex.all(country, blindIndexOf(country, number), foundMax))
      if (words.length > 0) add(byNames.all(country, names.matching(country, words), foundMax))
      return [...found.values()]
        .sort((a, b) => b.openedMs - a.openedMs || b.number - a.number)
        .slice(0, limit)
        .map(({ view }) => (isParty(country) ? view : JSON.stringify(redactFor(country, JSON.parse(view) as RequestView))))
    },
  }
}

interface Found {
  readonly view: string
  readonly openedMs: number
  readonly number: number
}

/** The upper bound of all texts with this beginning. */
const afterPrefix = (beginning: string): string => `${beginning}\u{10FFFF}`
