import { type Audience, comparable, type Fact, isKnownFact, type RequestView, type UnknownFact } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { digestBytesWith } from '@holdfast/trust'
import { isParty, redactFor } from '../access/access-level.ts'
import { createNameIndex } from '../personal-data/name-index.ts'
import { nothingEncrypted, type SearchableData } from '../personal-data/searchable-data.ts'
import { termsIn, tokensOf } from './search-terms.ts'

export interface SearchReader {
  /** A country's own requests that a text may mean, newest first: by id, case, account, wallet, UETR or names. */
  search(country: string, text: string, limit: number): string[]
}

export interface SearchIndex extends SearchReader {
  /** To be called at the beginning of each write, with the words of its facts. */
  begin(found: SearchableData): void
  /** To be called within a write, with each fact, its line, its arrival and all who may find it: also again, where they have become others. */
  keep(fact: Fact | UnknownFact, line: string, arrival: number, countries: Iterable<Audience>): void
  /** To be called within a write: who sees a request no longer finds it by no number either. Its words stay, and lead to nothing that is not among its own. */
  drop(audience: Audience, requestId: string): void
  /** To be called within a write, where the words of a request can't be read any more: nothing is left that was made of them, and it is found by its id and its case alone. */
  forgetWords(requestId: string): void
  /** To be called within a write, while the facts of the partition are still there. */
  forget(partition: number): void
  clear(): void
}

/** What is found in one way: the last that were told of, and of cases those with the last references. More than that is no search any more. */
const foundMax = 500
const markBytes = 16

/**
 * Names stand in an index of their own, as tokens that say nothing. Numbers stand nowhere in clear: a mark is an HMAC with a key of the engine for the country, so who has the file can neither read them nor
 * try some. Both point to the fact that said it.
 */
export function createSearchIndex(file: SqliteFile, secret: ServiceContext['secret']): SearchIndex {
  file.schema(
    'CREATE TABLE IF NOT EXISTS search_marks (country TEXT NOT NULL, mark BLOB NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (country, mark, arrival)) STRICT, WITHOUT ROWID',
  )
  const names = createNameIndex(file, secret)
  let found = nothingEncrypted
  /** Facts of the write that is being made, by their requests: it may not be able to read them. */
  const fresh = new Map<string, number[]>()
  const insertMark = file.prepare('INSERT OR IGNORE INTO search_marks (country, mark, arrival) VALUES (?, ?, ?)')
  const dropMarks = file.prepare(
    'DELETE FROM search_marks WHERE country = ? AND arrival IN (SELECT arrival FROM facts WHERE request_id = ?)',
  )
  const readArrivals = file.prepare('SELECT arrival FROM facts WHERE request_id = ?')
  const columns = 'view, sides.opened_ms AS openedMs, sides.number'
  const ofSide = 'sides CROSS JOIN requests USING (request_id)'
  const byId = file.prepare(
    `SELECT ${columns} FROM ${ofSide} WHERE sides.country = ? AND sides.request_id >= ? AND sides.request_id < ? LIMIT ?`,
  )
  const byCase = file.prepare(
    `SELECT ${columns} FROM sides INDEXED BY sides_case CROSS JOIN requests USING (request_id)
     WHERE sides.country = ? AND case_reference >= ? AND case_reference < ? ORDER BY case_reference DESC LIMIT ?`,
  )
  const byMark = file.prepare(
    `SELECT ${columns} FROM search_marks CROSS JOIN facts USING (arrival) CROSS JOIN sides ON sides.country = ?1 AND sides.request_id = facts.request_id
     CROSS JOIN requests ON requests.request_id = facts.request_id
     WHERE search_marks.country = ?1 AND search_marks.mark = ?2 ORDER BY search_marks.arrival DESC LIMIT ?3`,
  )
  const byNames = file.prepare(
    `SELECT ${columns} FROM search_names CROSS JOIN facts ON facts.arrival = search_names.rowid CROSS JOIN sides ON sides.country = ?1 AND sides.request_id = facts.request_id
     CROSS JOIN requests ON requests.request_id = facts.request_id
     WHERE search_names MATCH ?2 ORDER BY search_names.rowid DESC LIMIT ?3`,
  )
  const markOf = (country: string, number: string) => digestBytesWith(secret.keyFor(`search/${country}`), number).subarray(0, markBytes)

  return {
    begin(words) {
      found = words
      fresh.clear()
      names.begin()
    },
    keep(fact, line, arrival, countries) {
      const withWords = found.of(fact, line)
      if (!isKnownFact(withWords)) return
      const said = termsIn(withWords)
      if (said.names.length === 0 && said.numbers.length === 0) return
      const all = [...countries]
      const marks = all.flatMap(country => said.numbers.map(number => [country, markOf(country, number)] as const))
      for (const [country, mark] of marks) insertMark.run(country, mark, arrival)
      fresh.set(fact.subject, [...(fresh.get(fact.subject) ?? []), arrival])
      names.keep(arrival, { words: tokensOf(said.names.join(' ')), marks, countries: all })
    },
    drop(audience, requestId) {
      dropMarks.run(audience, requestId)
    },
    forgetWords(requestId) {
      const arrivals = (readArrivals.all(requestId) as { arrival: number }[]).map(({ arrival }) => arrival)
      names.forgetWords([...arrivals, ...(fresh.get(requestId) ?? [])])
    },
    forget(partition) {
      names.forget(partition)
      file.prepare('DELETE FROM search_marks WHERE arrival IN (SELECT arrival FROM facts WHERE partition = ?)').run(partition)
    },
    clear() {
      names.clear()
      file.prepare('DELETE FROM search_marks').run()
    },
    search(country, text, limit) {
      const found = new Map<number, Found>()
      const add = (rows: Record<string, unknown>[]) => {
        for (const row of rows as unknown as Found[]) found.set(row.number, row)
      }
      const [id, number, words] = [text.toLowerCase(), comparable(text), tokensOf(text)]
      if (/^[0-9a-f]{8}[0-9a-f-]*$/.test(id)) add(byId.all(country, id, behind(id), foundMax))
      for (const reference of new Set([text, text.toUpperCase()])) add(byCase.all(country, reference, behind(reference), foundMax))
      if (number !== '') add(byMark.all(country, markOf(country, number), foundMax))
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

/** The end of all texts that begin so. */
const behind = (beginning: string): string => `${beginning}\u{10FFFF}`
