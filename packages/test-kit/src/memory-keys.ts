import {
  type Destruction,
  type KeyStore,
  pageSize,
  type Rewrapping,
  type StoredKey,
  type StoreMetadata,
  type Tombstone,
  type WrappedCountryKey,
  type WrappedRequestKey,
} from '@holdfast/encryption/key-store'
import { assertEntries } from '@holdfast/stores'
import { type Perform, performAtOnce } from './memory-stores.ts'

/** Keys in this process, for simulations: what a Redis is to its driver. Its clients are key stores, one for each process that is simulated. */
export interface MemoryKeys {
  /** `perform` is by default: each call is done at once. */
  store(perform?: Perform): KeyStore
}

/** @param onStored told of each key of a request as it is stored, for who has to know later what was said under it. */
export function createMemoryKeys(onStored: (key: WrappedRequestKey) => void = () => {}): MemoryKeys {
  /** Of a key that was destroyed its bytes are gone, and that it was there stays. */
  const requestKeys = new Map<string, WrappedRequestKey>()
  const countryKeys = new Map<string, WrappedCountryKey>()
  const destructions = new Map<string, Omit<Destruction, 'keys'>>()
  let marks: StoreMetadata = {}

  const keysOf = (requestId: string): WrappedRequestKey[] => [...requestKeys.values()].filter(key => key.requestId === requestId)

  function destructionOf(requestId: string): Destruction | undefined {
    const found = destructions.get(requestId)
    if (!found) return undefined
    const keys = found.destroyedAt === undefined ? [] : keysOf(requestId).map(({ keyId, country }) => ({ keyId, country }))
    return { ...found, keys }
  }

  function tombstoneOf(requestId: string): Tombstone | undefined {
    const found = destructionOf(requestId)
    return found?.destroyedAt === undefined ? undefined : (found as Tombstone)
  }

  function standing(key: WrappedRequestKey | undefined): StoredKey | undefined {
    if (!key) return undefined
    const destruction = tombstoneOf(key.requestId)
    return destruction ? { state: 'destroyed', destruction } : { state: 'present', key }
  }

  function insert(key: WrappedRequestKey): StoredKey {
    const destruction = tombstoneOf(key.requestId)
    if (destruction) return { state: 'destroyed', destruction }
    const known = standing(keysOf(key.requestId).find(({ country }) => country === key.country))
    if (known) return known
    requestKeys.set(key.keyId, key)
    onStored(key)
    return { state: 'present', key }
  }

  function current(country: string): WrappedCountryKey | undefined {
    return [...countryKeys.values()].filter(key => key.country === country).reduce<WrappedCountryKey | undefined>(newerOf, undefined)
  }

  function insertCountryKey(key: WrappedCountryKey): WrappedCountryKey {
    const known = current(key.country)
    if (known && known.version !== key.version - 1) return known
    countryKeys.set(key.keyId, key)
    return key
  }

  function rewrap<K extends WrappedRequestKey | WrappedCountryKey>(keys: Map<string, K>, isGone: (key: K) => boolean) {
    return ({ keyId, from, wrappedBy, wrapped }: Rewrapping): boolean => {
      const key = keys.get(keyId)
      if (key?.wrappedBy !== from || isGone(key)) return false
      keys.set(keyId, { ...key, wrappedBy, wrapped })
      return true
    }
  }
  const isDestroyed = ({ requestId }: WrappedRequestKey): boolean => tombstoneOf(requestId) !== undefined

  function intend(requestId: string, because: string, intendedAt: string): Destruction {
    if (!destructions.has(requestId)) destructions.set(requestId, { requestId, because, intendedAt })
    return destructionOf(requestId) as Destruction
  }

  function destroy(requestId: string, destroyedAt: string): Tombstone | undefined {
    const found = destructions.get(requestId)
    if (!found) return undefined
    if (found.destroyedAt === undefined) destructions.set(requestId, { ...found, destroyedAt })
    for (const key of keysOf(requestId)) requestKeys.set(key.keyId, { ...key, wrapped: '' })
    return tombstoneOf(requestId)
  }

  function confirm(requestId: string, confirmedAt: string): Tombstone | undefined {
    const found = destructions.get(requestId)
    if (found?.destroyedAt !== undefined && found.confirmedAt === undefined) destructions.set(requestId, { ...found, confirmedAt })
    return tombstoneOf(requestId)
  }

  function restoreDestruction({ requestId, because, intendedAt, destroyedAt, confirmedAt, keys }: Destruction): void {
    intend(requestId, because, intendedAt)
    if (destroyedAt === undefined) return
    for (const { keyId, country } of keys)
      if (!requestKeys.has(keyId)) requestKeys.set(keyId, { keyId, requestId, country, wrappedBy: '', wrapped: '', createdAt: destroyedAt })
    destructions.set(requestId, { ...(destructions.get(requestId) as Destruction), because })
    destroy(requestId, destroyedAt)
    if (confirmedAt !== undefined) confirm(requestId, confirmedAt)
  }

  function restoreKey(key: WrappedRequestKey): void {
    if (!requestKeys.has(key.keyId)) requestKeys.set(key.keyId, isDestroyed(key) ? { ...key, wrapped: '' } : key)
  }

  return {
    store(perform = performAtOnce) {
      const read = <T>(operation: string, work: () => T): Promise<T> => perform({ port: 'keys', operation, writes: false }, work)
      const write = <T>(operation: string, work: () => T): Promise<T> => perform({ port: 'keys', operation, writes: true }, work)
      async function checked<T>(entries: readonly unknown[], work: () => Promise<T>): Promise<T> {
        assertEntries(entries)
        return work()
      }
      async function* pages<T>(all: () => readonly T[]): AsyncIterable<readonly T[]> {
        const found = await read('page', all)
        for (let at = 0; at < found.length; at += pageSize) yield found.slice(at, at + pageSize)
      }
      return {
        find: keyIds => checked(keyIds, () => read('find', () => keyIds.map(keyId => standing(requestKeys.get(keyId))))),
        insert: keys => checked(keys, () => write('insert', () => keys.map(insert))),
        countryKeys: keyIds => checked(keyIds, () => read('countryKeys', () => keyIds.map(keyId => countryKeys.get(keyId)))),
        currentCountryKeys: countries => checked(countries, () => read('currentCountryKeys', () => countries.map(current))),
        insertCountryKey: key => write('insertCountryKey', () => insertCountryKey(key)),
        rewrapRequestKeys: changes =>
          checked(changes, () => write('rewrapRequestKeys', () => changes.filter(rewrap(requestKeys, isDestroyed)).length)),
        rewrapCountryKeys: changes =>
          checked(changes, () => write('rewrapCountryKeys', () => changes.filter(rewrap(countryKeys, () => false)).length)),
        intend: (requestId, because, at) => write('intend', () => intend(requestId, because, at)),
        destroy: (requestId, at) => write('destroy', () => destroy(requestId, at)),
        confirm: (requestId, at) => write('confirm', () => confirm(requestId, at)),
        unfinished: limit =>
          read('unfinished', () =>
            [...destructions.values()]
              .filter(({ confirmedAt }) => confirmedAt === undefined)
              .slice(0, limit)
              .map(({ requestId }) => destructionOf(requestId) as Destruction),
          ),
        pagesOfRequestKeys: () => pages(() => [...requestKeys.values()].filter(key => !isDestroyed(key))),
        pagesOfCountryKeys: () => pages(() => [...countryKeys.values()]),
        pagesOfDestructions: () => pages(() => [...destructions.keys()].map(requestId => destructionOf(requestId) as Destruction)),
        metadata: () => read('marks', () => marks),
        setMetadata: (name, value) =>
          write('mark', () => {
            marks = { ...marks, [name]: value }
          }),
        restore: records =>
          write('restore', () => {
            for (const destruction of records.destructions) restoreDestruction(destruction)
            for (const key of records.requestKeys) restoreKey(key)
            for (const key of records.countryKeys) if (!countryKeys.has(key.keyId)) countryKeys.set(key.keyId, key)
          }),
      }
    },
  }
}

/** Of two of one version, as a restore may bring one, the first that came. */
const newerOf = (one: WrappedCountryKey | undefined, other: WrappedCountryKey): WrappedCountryKey =>
  one === undefined || other.version > one.version ? other : one
