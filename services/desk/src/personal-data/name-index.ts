import type { Audience } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { createNameTokens } from './name-tokens.ts'

/** The data by which the request of a fact is found, besides its id and its case. */
interface IndexedNames {
  readonly words: readonly string[]
  readonly blindIndexes: readonly (readonly [country: Audience, mark: Buffer])[]
  /** The member roles that may find it. */
  readonly countries: readonly Audience[]
}

/**
 * The full-text table `search_names` has one row per fact, by arrival. Each word has a token per country, so that a
 * search never touches other countries' entries (V16). The table contains no plaintext.
 */
interface NameIndex {
  /** To be called within a write, and again when further member roles may find it. */
  keep(arrival: number, indexed: IndexedNames): void
  /** A MATCH expression for rows of a country in which all these words occur as beginnings. */
  matching(country: Audience, words: readonly string[]): string
  /** To be called within a write: removes all index entries of facts whose data was erased. */
  forgetPersonalData(arrivals: readonly number[]): void
  /** To be called within a write, before the facts of the partition are deleted. */
  forget(partition: number): void
  /** To be called at the start of each write. */
  begin(): void
  clear(): void
}

const deleteAllNames = "INSERT INTO search_names (search_names) VALUES ('delete-all')"

/** The index entries of a fact. */
interface StoredTokens {
  readonly tokens: string
  /** Country and blind index in hex, for each number. */
  readonly blindIndexes: string
}

/**
 * Stores tokens instead of words, so that the file contains no names. The entries of each fact are stored too, because
 * FTS5 can't list them: so they can be removed completely when the data is erased.
 */
export function createNameIndex(file: SqliteFile, secret: ServiceContext['secret']): NameIndex {
  file.schema(`
    CREATE VIRTUAL TABLE IF NOT EXISTS search_names USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii');
    INSERT INTO search_names (search_names, rank) VALUES ('secure-delete', 1);
    CREATE TABLE IF NOT EXISTS search_tokens (arrival INTEGER PRIMARY KEY, tokens TEXT NOT NULL, blind_indexes TEXT NOT NULL) STRICT;
  `)
  const names = createNameTokens(secret)
  const insert = file.prepare('INSERT INTO search_names (rowid, words) VALUES (?, ?)')
  const remove = file.prepare("INSERT INTO search_names (search_names, rowid, words) VALUES ('delete', ?, ?)")
  const saveTokens = file.prepare('INSERT OR REPLACE INTO search_tokens (arrival, tokens, blind_indexes) VALUES (?, ?, ?)')
  const readTokens = file.prepare<StoredTokens>('SELECT tokens, blind_indexes AS blindIndexes FROM search_tokens WHERE arrival = ?')
  const deleteTokens = file.prepare('DELETE FROM search_tokens WHERE arrival = ?')
  const deleteBlindIndex = file.prepare('DELETE FROM blind_indexes WHERE country = ? AND blind_index = ? AND arrival = ?')
  // FTS5 accepts an integer literal only for this setting: SQLite binds parameters as floating point.
  const setSecureDelete = (is: 0 | 1): void =>
    void file.prepare(`INSERT INTO search_names (search_names, rank) VALUES ('secure-delete', ${is})`).run()
  /** Entries of the current write, which it may not be able to read back. */
  const fresh = new Map<number, StoredTokens>()

  const tokensOf = (arrival: number): StoredTokens | undefined => fresh.get(arrival) ?? readTokens.get(arrival)

  function removeTokens(arrival: number, { tokens }: StoredTokens): void {
    if (tokens !== '') remove.run(arrival, tokens)
  }

  function buildTokens({ words, blindIndexes, countries }: IndexedNames): StoredTokens {
    const tokens = names.of(countries, words).flat()
    return { tokens: tokens.join(' '), blindIndexes: blindIndexes.map(([country, mark]) => `${country}:${mark.toString('hex')}`).join(' ') }
  }

  return {
    keep(arrival, indexed) {
      const stored = tokensOf(arrival)
      if (stored) removeTokens(arrival, stored)
      const next = buildTokens(indexed)
      if (next.tokens !== '') insert.run(arrival, next.tokens)
      saveTokens.run(arrival, next.tokens, next.blindIndexes)
      fresh.set(arrival, next)
    },
    matching: (country, words) =>
      names
        .of([country], words)
        .flat()
        .map(token => `"${token}"*`)
        .join(' '),
    forgetPersonalData(arrivals) {
      for (const arrival of arrivals) {
        const stored = tokensOf(arrival)
        if (!stored) continue
        removeTokens(arrival, stored)
        for (const each of stored.blindIndexes.split(' ').filter(Boolean)) {
          const [country = '', mark = ''] = each.split(':')
          deleteBlindIndex.run(country, Buffer.from(mark, 'hex'), arrival)
        }
        deleteTokens.run(arrival)
        fresh.delete(arrival)
      }
    },
    forget(partition) {
      const isAll = file.prepare('SELECT 1 FROM facts WHERE partition <> ? LIMIT 1').get(partition) === undefined
      if (isAll) file.prepare(deleteAllNames).run()
      else {
        // A truncated ledger is no erasure, so the fast deletion is enough.
        setSecureDelete(0)
        const ofPartition =
          'SELECT arrival, tokens, blind_indexes AS blindIndexes FROM search_tokens CROSS JOIN facts USING (arrival) WHERE partition = ?'
        for (const { arrival, ...stored } of file.prepare<StoredTokens & { arrival: number }>(ofPartition).all(partition))
          removeTokens(arrival, stored)
        setSecureDelete(1)
      }
      file.prepare('DELETE FROM search_tokens WHERE arrival IN (SELECT arrival FROM facts WHERE partition = ?)').run(partition)
    },
    begin: () => fresh.clear(),
    clear() {
      file.prepare(deleteAllNames).run()
      file.prepare('DELETE FROM search_tokens').run()
    },
  }
}
