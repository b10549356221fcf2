import { type Audience, comparable, type Fact, isKnownFact, type RequestView, type UnknownFact } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { digestBytesWith } from '@holdfast/trust'
import { termsIn, wordsOf } from './search-terms.ts'
import { isParty, seenBy } from './visibility/may-see.ts'

export interface SearchReader {
  /** A country's own requests that a text may mean, newest first: by id, case, account, wallet, UETR or names. */
  search(country: string, text: string, limit: number): string[]
}

export interface SearchIndex extends SearchReader {
  /** To be called within a write, with each fact, its arrival and all who may find it: also again, where they have become others. */
  keep(fact: Fact | UnknownFact, arrival: number, countries: Iterable<string>): void
  /** To be called within a write: who sees a request no longer finds it by no number either. Its words stay, and lead to nothing that is not among its own. */
  drop(audience: Audience, requestId: string): void
  /** To be called within a write, while the facts of the partition are still there. */
  forget(partition: number): void
  clear(): void
}

/** What is found in one way: the last that were told of, and of cases those with the last references. More than that is no search any more. */
const foundMax = 500
const markBytes = 16

/**
 * Names stand alone in a full-text table, of which a word of each country is a word of its own, so that what others have is not even walked over (V16). It holds no text, and
 * taking it away takes nothing else with it.
 * Numbers stand nowhere in clear: a mark is an HMAC with a key of the engine for the country, so who has the file can neither read them nor try some. Both point to the fact that said it.
 */
export function createSearchIndex(file: SqliteFile, secret: ServiceContext['secret']): SearchIndex {
  file.schema(`
    CREATE VIRTUAL TABLE IF NOT EXISTS search_names USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
    CREATE TABLE IF NOT EXISTS search_marks (country TEXT NOT NULL, mark BLOB NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (country, mark, arrival)) STRICT, WITHOUT ROWID;
  `)
  const insertNames = file.prepare('INSERT OR REPLACE INTO search_names (rowid, words) VALUES (?, ?)')
  const insertMark = file.prepare('INSERT OR IGNORE INTO search_marks (country, mark, arrival) VALUES (?, ?, ?)')
  const dropMarks = file.prepare(
    'DELETE FROM search_marks WHERE country = ? AND arrival IN (SELECT arrival FROM facts WHERE request_id = ?)',
  )
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
    keep(fact, arrival, countries) {
      if (!isKnownFact(fact)) return
      const { names, numbers } = termsIn(fact)
      const words = wordsOf(names.join(' '))
      const indexed: string[] = []
      for (const country of countries) {
        for (const word of words) indexed.push(`${tokenOf(country)}${word}`)
        for (const number of numbers) insertMark.run(country, markOf(country, number), arrival)
      }
      if (indexed.length > 0) insertNames.run(arrival, indexed.join(' '))
    },
    drop(audience, requestId) {
      dropMarks.run(audience, requestId)
    },
    forget(partition) {
      const ofPartition = 'IN (SELECT arrival FROM facts WHERE partition = ?)'
      file.prepare(`DELETE FROM search_names WHERE rowid ${ofPartition}`).run(partition)
      file.prepare(`DELETE FROM search_marks WHERE arrival ${ofPartition}`).run(partition)
    },
    clear() {
      file.prepare("INSERT INTO search_names (search_names) VALUES ('delete-all')").run()
      file.prepare('DELETE FROM search_marks').run()
    },
    search(country, text, limit) {
      const found = new Map<number, Found>()
      const add = (rows: Record<string, unknown>[]) => {
        for (const row of rows as unknown as Found[]) found.set(row.number, row)
      }
      const [id, number, words] = [text.toLowerCase(), comparable(text), wordsOf(text)]
      if (/^[0-9a-f]{8}[0-9a-f-]*$/.test(id)) add(byId.all(country, id, behind(id), foundMax))
      for (const reference of new Set([text, text.toUpperCase()])) add(byCase.all(country, reference, behind(reference), foundMax))
      if (number !== '') add(byMark.all(country, markOf(country, number), foundMax))
      if (words.length > 0) add(byNames.all(country, words.map(word => `"${tokenOf(country)}${word}"*`).join(' '), foundMax))
      return [...found.values()]
        .sort((a, b) => b.openedMs - a.openedMs || b.number - a.number)
        .slice(0, limit)
        .map(({ view }) => (isParty(country) ? view : JSON.stringify(seenBy(country, JSON.parse(view) as RequestView))))
    },
  }
}

interface Found {
  readonly view: string
  readonly openedMs: number
  readonly number: number
}

/** A token holds letters and digits alone. */
const tokenOf = (audience: Audience): string => audience.replace('.', '0')

/** The end of all texts that begin so. */
const behind = (beginning: string): string => `${beginning}\u{10FFFF}`
