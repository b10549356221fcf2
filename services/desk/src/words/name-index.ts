import type { Audience } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** By what a fact's request is found, beside its id and its case. */
export interface SaidWords {
  readonly words: readonly string[]
  readonly marks: readonly (readonly [country: Audience, mark: Buffer])[]
  /** Who may find it. */
  readonly countries: readonly Audience[]
}

/** Names stand in a full-text table `search_names` whose rows are the arrivals of facts, of which a word of each country is a word of its own, so that what others have is not even walked over (V16). It holds no text. */
export interface NameIndex {
  /** To be called within a write, and again where others may find it. */
  keep(arrival: number, said: SaidWords): void
  /** What matches rows of a country in which words begin so, all of them. */
  matching(country: Audience, words: readonly string[]): string
  /** To be called within a write: of facts whose words nobody can read any more nothing is left that was made of them. */
  forgetWords(arrivals: readonly number[]): void
  /** To be called within a write, while the facts of the partition are still there. */
  forget(partition: number): void
  /** To be called at the beginning of each write. */
  begin(): void
  clear(): void
}

export const deleteAllNames = "INSERT INTO search_names (search_names) VALUES ('delete-all')"

/** Words as they are, for an engine that seals none. Taking a row away takes nothing else with it. */
export function createPlainNames(file: SqliteFile): NameIndex {
  file.schema(
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_names USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')",
  )
  const insert = file.prepare('INSERT OR REPLACE INTO search_names (rowid, words) VALUES (?, ?)')
  return {
    keep(arrival, { words, countries }) {
      const indexed: string[] = []
      for (const country of countries) for (const word of words) indexed.push(`${tokenOf(country)}${word}`)
      if (indexed.length > 0) insert.run(arrival, indexed.join(' '))
    },
    matching: (country, words) => words.map(word => `"${tokenOf(country)}${word}"*`).join(' '),
    // Of what was never sealed no key is destroyed.
    forgetWords: () => undefined,
    forget(partition) {
      file.prepare('DELETE FROM search_names WHERE rowid IN (SELECT arrival FROM facts WHERE partition = ?)').run(partition)
    },
    begin: () => undefined,
    clear() {
      file.prepare(deleteAllNames).run()
    },
  }
}

/** A token holds letters and digits alone. */
const tokenOf = (audience: Audience): string => audience.replace('.', '0')
