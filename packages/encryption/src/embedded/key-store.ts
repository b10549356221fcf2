import type { SqliteFile } from '@holdfast/sqlite'
import { assertEntries, orUnavailable, orUnavailableSync } from '@holdfast/stores'
import { coalesceWork } from '../coalesce-work.ts'
import type { KeyStore, OrderedKeys, StoredKey } from '../key-store.ts'
import { createCountryKeyRows } from './country-key-rows.ts'
import { createRequestKeyRows } from './request-key-rows.ts'
import { createStoreMetadataRows } from './store-metadata-rows.ts'

/**
 * The key store in its own SQLite file, which must be durable. The bytes of a destroyed key are overwritten in place,
 * and the write-ahead log that still holds them is truncated.
 */
export async function createEmbeddedKeyStore(file: SqliteFile): Promise<KeyStore> {
  // Zeroes what SQLite frees.
  file.schema('PRAGMA secure_delete = ON')
  const requests = createRequestKeyRows(file)
  const countries = createCountryKeyRows(file)
  const marks = createStoreMetadataRows(file)
  const eraseLog = coalesceWork(file.truncateLog)

  const durably = <T>(work: () => T): Promise<T> => orUnavailable(file.path, () => file.write(work))
  /** Rows that are read may have been written a moment ago and not be durable yet. */
  const read = <T>(work: () => T): Promise<T> =>
    orUnavailable(file.path, async () => {
      const found = work()
      await file.committed()
      return found
    })
  async function checked<T>(entries: readonly unknown[], work: () => Promise<T>): Promise<T> {
    assertEntries(entries)
    return work()
  }
  /** Each page starts after the last row of the previous one. */
  async function* pages<T>(next: (after: number) => { readonly page: readonly T[]; readonly last: number }): AsyncIterable<readonly T[]> {
    for (let after = 0; ; ) {
      const { page, last } = await read(() => next(after))
      if (last === after) return
      after = last
      if (page.length > 0) yield page
    }
  }

  // A process killed between a destruction and the truncation left key bytes in the log.
  await orUnavailable(file.path, eraseLog)

  const ordered: OrderedKeys = {
    insert(keys) {
      assertEntries(keys)
      return orUnavailableSync(file.path, () => {
        // A repeat needs no commit, and a new key is searched only once.
        const isThere = keys.every(key => requests.findByOwner(key) !== undefined)
        return isThere
          ? keys.map(key => requests.findByOwner(key) as StoredKey)
          : file.writeNow(() => keys.map(requests.insert), { isAwaited: true })
      })
    },
    durable: file.pending,
    onRolledBack: listener =>
      file.onRollback(() => {
        listener()
        return undefined
      }),
  }

  return {
    ordered,
    find: keyIds => checked(keyIds, () => read(() => keyIds.map(requests.find))),
    async insert(keys) {
      const stored = ordered.insert(keys)
      await orUnavailable(file.path, file.committed)
      return stored
    },
    countryKeys: keyIds => checked(keyIds, () => read(() => keyIds.map(countries.find))),
    currentCountryKeys: of => checked(of, () => read(() => of.map(countries.current))),
    insertCountryKey: key => durably(() => countries.insert(key)),
    rewrapRequestKeys: changes => checked(changes, () => durably(() => changes.filter(requests.rewrap).length)),
    rewrapCountryKeys: changes => checked(changes, () => durably(() => changes.filter(countries.rewrap).length)),
    intend: (requestId, because, at) => durably(() => requests.intend(requestId, because, at)),
    async destroy(requestId, at) {
      const destroyed = await durably(() => requests.destroy(requestId, at))
      if (destroyed) await orUnavailable(file.path, eraseLog)
      return destroyed
    },
    confirm: (requestId, at) => durably(() => requests.confirm(requestId, at)),
    unfinished: limit => read(() => requests.unfinished(limit)),
    pagesOfRequestKeys: () => pages(requests.keysAfter),
    pagesOfCountryKeys: () => pages(countries.after),
    pagesOfDestructions: () => pages(requests.destructionsAfter),
    metadata: () => read(marks.all),
    setMetadata: (name, value) => durably(() => marks.set(name, value)),
    async restore({ requestKeys, countryKeys, destructions }) {
      await durably(() => {
        for (const destruction of destructions) requests.restoreDestruction(destruction)
        for (const key of requestKeys) requests.restoreKey(key)
        for (const key of countryKeys) countries.restore(key)
      })
      if (destructions.length > 0) await orUnavailable(file.path, eraseLog)
    },
  }
}
