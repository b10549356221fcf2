import type { Audience } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { createNameTokens } from './name-tokens.ts'

/** By what a fact's request is found, beside its id and its case. */
interface IndexedNames {
  readonly words: readonly string[]
  readonly marks: readonly (readonly [country: Audience, mark: Buffer])[]
  /** Who may find it. */
  readonly countries: readonly Audience[]
}

/** Names stand in a full-text table `search_names` whose rows are the arrivals of facts, of which a word of each country is a word of its own, so that what others have is not even walked over (V16). It holds no text. */
interface NameIndex {
  /** To be called within a write, and again where others may find it. */
  keep(arrival: number, said: IndexedNames): void
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

const deleteAllNames = "INSERT INTO search_names (search_names) VALUES ('delete-all')"

/** What was made of the words of a fact. */
interface KeptTokens {
  readonly tokens: string
  /** Country and mark, in hex, of each. */
  readonly marks: string
}

/**
 * Tokens in the place of words: nothing of a name can be read in the file. What was made of a fact's words is kept beside it, as no table says that backwards: so it can be taken out, each byte of it, when nobody
 * can read the words any more.
 */
export function createNameIndex(file: SqliteFile, secret: ServiceContext['secret']): NameIndex {
  file.schema(`
    CREATE VIRTUAL TABLE IF NOT EXISTS search_names USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii');
    INSERT INTO search_names (search_names, rank) VALUES ('secure-delete', 1);
    CREATE TABLE IF NOT EXISTS search_said (arrival INTEGER PRIMARY KEY, tokens TEXT NOT NULL, marks TEXT NOT NULL) STRICT;
  `)
  const names = createNameTokens(secret)
  const insert = file.prepare('INSERT INTO search_names (rowid, words) VALUES (?, ?)')
  const take = file.prepare("INSERT INTO search_names (search_names, rowid, words) VALUES ('delete', ?, ?)")
  const keepSaid = file.prepare('INSERT OR REPLACE INTO search_said (arrival, tokens, marks) VALUES (?, ?, ?)')
  const readSaid = file.prepare<KeptTokens>('SELECT tokens, marks FROM search_said WHERE arrival = ?')
  const takeSaid = file.prepare('DELETE FROM search_said WHERE arrival = ?')
  const takeMark = file.prepare('DELETE FROM search_marks WHERE country = ? AND mark = ? AND arrival = ?')
  // Trap: what is bound is no integer to SQLite, and FTS5 takes nothing else for a setting.
  const setSecureDelete = (is: 0 | 1): void =>
    void file.prepare(`INSERT INTO search_names (search_names, rank) VALUES ('secure-delete', ${is})`).run()
  /** Of the write that is being made: what it writes itself it may not be able to read. */
  const fresh = new Map<number, KeptTokens>()

  const keptOf = (arrival: number): KeptTokens | undefined => fresh.get(arrival) ?? readSaid.get(arrival)

  function takeTokens(arrival: number, { tokens }: KeptTokens): void {
    if (tokens !== '') take.run(arrival, tokens)
  }

  function made({ words, marks, countries }: IndexedNames): KeptTokens {
    const tokens = names.of(countries, words).flat()
    return { tokens: tokens.join(' '), marks: marks.map(([country, mark]) => `${country}:${mark.toString('hex')}`).join(' ') }
  }

  return {
    keep(arrival, said) {
      const kept = keptOf(arrival)
      if (kept) takeTokens(arrival, kept)
      const next = made(said)
      if (next.tokens !== '') insert.run(arrival, next.tokens)
      keepSaid.run(arrival, next.tokens, next.marks)
      fresh.set(arrival, next)
    },
    matching: (country, words) =>
      names
        .of([country], words)
        .flat()
        .map(token => `"${token}"*`)
        .join(' '),
    forgetWords(arrivals) {
      for (const arrival of arrivals) {
        const kept = keptOf(arrival)
        if (!kept) continue
        takeTokens(arrival, kept)
        for (const each of kept.marks.split(' ').filter(Boolean)) {
          const [country = '', mark = ''] = each.split(':')
          takeMark.run(country, Buffer.from(mark, 'hex'), arrival)
        }
        takeSaid.run(arrival)
        fresh.delete(arrival)
      }
    },
    forget(partition) {
      const isAll = file.prepare('SELECT 1 FROM facts WHERE partition <> ? LIMIT 1').get(partition) === undefined
      if (isAll) file.prepare(deleteAllNames).run()
      else {
        // What the ledger has lost was nobody's wish to forget: it is taken away as fast as can be.
        setSecureDelete(0)
        const ofPartition = 'SELECT arrival, tokens, marks FROM search_said CROSS JOIN facts USING (arrival) WHERE partition = ?'
        for (const { arrival, ...kept } of file.prepare<KeptTokens & { arrival: number }>(ofPartition).all(partition))
          takeTokens(arrival, kept)
        setSecureDelete(1)
      }
      file.prepare('DELETE FROM search_said WHERE arrival IN (SELECT arrival FROM facts WHERE partition = ?)').run(partition)
    },
    begin: () => fresh.clear(),
    clear() {
      file.prepare(deleteAllNames).run()
      file.prepare('DELETE FROM search_said').run()
    },
  }
}
