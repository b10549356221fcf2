import type { SqliteFile } from '@holdfast/sqlite'
import { assertEntries, atOnceOrUnavailable, orUnavailable } from '@holdfast/stores'
import { coalesceWork } from '../coalesce-work.ts'
import type { KeyStore, OrderedKeys, StoredKey } from '../key-store.ts'
import { createCountryKeyRows } from './country-key-rows.ts'
import { createRequestKeyRows } from './request-key-rows.ts'
import { createStoreMetadataRows } from './store-metadata-rows.ts'

/**
 * The key store in a SQLite file of its own, which has to be durable. Of each destroyed key the bytes are overwritten in their place, and SQLite's write-ahead log, which holds them still, is cut to nothing.
 */
export async function createEmbeddedKeyStore(file: SqliteFile): Promise<KeyStore> {
  // It zeroes what SQLite frees.
  file.schema('PRAGMA secure_delete = ON')
  const requests = createRequestKeyRows(file)
  const countries = createCountryKeyRows(file)
  const marks = createStoreMetadataRows(file)
  const letGo = coalesceWork(file.cutLog)

  const durably = <T>(work: () => T): Promise<T> => orUnavailable(file.path, () => file.write(work))
  /** What is read may have been written a moment ago, and not be on the disk. */
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
  /** Each page begins behind the last row of the one before. */
  async function* pages<T>(next: (after: number) => { readonly page: readonly T[]; readonly last: number }): AsyncIterable<readonly T[]> {
    for (let after = 0; ; ) {
      const { page, last } = await read(() => next(after))
      if (last === after) return
      after = last
      if (page.length > 0) yield page
    }
  }

  // Who was killed between a destruction and the cut left the bytes in the log.
  await orUnavailable(file.path, letGo)

  const ordered: OrderedKeys = {
    insert(keys) {
      assertEntries(keys)
      return atOnceOrUnavailable(file.path, () => {
        // Whoever repeats something makes no commit, and who brings something new is looked for once.
        const isThere = keys.every(key => requests.standingOf(key) !== undefined)
        return isThere
          ? keys.map(key => requests.standingOf(key) as StoredKey)
          : file.now(() => keys.map(requests.insert), { isAwaited: true })
      })
    },
    durable: file.pending,
    onUndone: listener =>
      file.onRollback(() => {
        listener()
        return undefined
      }),
  }

  return {
    ordered,
    find: keyIds => checked(keyIds, () => read(() => keyIds.map(requests.standing))),
    async insert(keys) {
      const standing = ordered.insert(keys)
      await orUnavailable(file.path, file.committed)
      return standing
    },
    countryKeys: keyIds => checked(keyIds, () => read(() => keyIds.map(countries.find))),
    currentCountryKeys: of => checked(of, () => read(() => of.map(countries.current))),
    insertCountryKey: key => durably(() => countries.insert(key)),
    rewrapRequestKeys: changes => checked(changes, () => durably(() => changes.filter(requests.rewrap).length)),
    rewrapCountryKeys: changes => checked(changes, () => durably(() => changes.filter(countries.rewrap).length)),
    intend: (requestId, because, at) => durably(() => requests.intend(requestId, because, at)),
    async destroy(requestId, at) {
      const destroyed = await durably(() => requests.destroy(requestId, at))
      if (destroyed) await orUnavailable(file.path, letGo)
      return destroyed
    },
    confirm: (requestId, at) => durably(() => requests.confirm(requestId, at)),
    unfinished: limit => read(() => requests.unfinished(limit)),
    pagesOfRequestKeys: () => pages(requests.keysAfter),
    pagesOfCountryKeys: () => pages(countries.after),
    pagesOfDestructions: () => pages(requests.destructionsAfter),
    marks: () => read(marks.all),
    mark: (name, value) => durably(() => marks.set(name, value)),
    async restore({ requestKeys, countryKeys, destructions }) {
      await durably(() => {
        for (const destruction of destructions) requests.restoreDestruction(destruction)
        for (const key of requestKeys) requests.restoreKey(key)
        for (const key of countryKeys) countries.restore(key)
      })
      if (destructions.length > 0) await orUnavailable(file.path, letGo)
    },
  }
}
