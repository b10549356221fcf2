// The data keys of requests: one for each request and country, wrapped by the country's key, which a master key wraps.
// States of a key: absent → present → intended for destruction → destroyed (a tombstone stays) → confirmed on the
// ledger.
// Callers: personal-data-cipher.ts encrypts and decrypts with it; dispatch destroys; the CLI rotates, rewraps, backs up
// and restores.

import { randomBytes, randomUUID } from 'node:crypto'
import { entriesMax, StoreUnavailableError } from '@holdfast/stores'
import { type CountryKeys, createCountryKeys } from './country-keys.ts'
import { type CachedKey, createKeyCache } from './key-cache.ts'
import { backupLines, type KeyLines, type Restored, restoreLines, tombstoneLines } from './key-lines.ts'
import type { Destruction, KeyStore, StoredKey, Tombstone, WrappedRequestKey } from './key-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { createRequestKey, keyBytes } from './request-key.ts'
import { type Rewrapped, rewrapAll } from './rewrap.ts'
import { unwrapRequestKey, wrapRequestKey } from './wrapping.ts'

/** The owner of a data key: a request has one for each country whose personal data it encrypts. */
export interface KeyOwner {
  readonly requestId: string
  readonly country: string
}

/** All keys of the request were destroyed; its personal data can't be decrypted any more. */
export interface DestroyedKey {
  readonly state: 'destroyed'
  readonly requestId: string
  readonly destroyedAt: string
  readonly because: string
}

/**
 * The key exists but can't be unwrapped: a country key or master key is missing, or it was changed. An operator must
 * repair it; the personal data is not lost.
 */
export interface UnreadableKey {
  readonly state: 'unreadable'
  readonly keyId: string
}

export interface UnknownKey {
  readonly state: 'unknown'
}

export type ObtainedKey = CachedKey | DestroyedKey | UnreadableKey
export type FoundKey = ObtainedKey | UnknownKey

/**
 * Keys that may not be durable yet. What they encrypt must not become durable before `durable` resolves. If it rejects,
 * the keys never existed. Undefined: they are durable.
 */
export interface OrderedObtained {
  readonly keys: readonly ObtainedKey[]
  readonly durable: Promise<void> | undefined
}

/**
 * The data keys of requests, for encryption and decryption. Use a key at once and do not store it: the store's answer
 * is valid for `lifeMs`, counted from the question. So no process returns a destroyed key later than that, except from
 * a call in progress.
 * Everything throws StoreUnavailableError if the store is unreachable, and the errors of the master keys; then no key
 * is returned.
 */
export interface KeyRing {
  /**
   * Returns keys in the order of the owners. A missing key is created and durable before this resolves, and every
   * caller gets the same one. One round trip if the country key is known. Throws CountryKeyUnreadableError.
   */
  obtain(owners: readonly KeyOwner[]): Promise<readonly ObtainedKey[]>
  /** As `obtain`, but if the store allows it, before the keys are durable. */
  obtainOrdered(owners: readonly KeyOwner[]): Promise<OrderedObtained>
  /**
   * Finds keys by id, in one round trip if their country keys are known. Results are cached for `lifeMs`, because a
   * batch is requested at once and then one by one.
   */
  find(keyIds: readonly string[]): Promise<ReadonlyMap<string, FoundKey>>

  /**
   * Step 1 of 3: makes the intention durable, so that a restart continues it (`unfinished`). Returns the first
   * intention. @param because a code such as `ERASURE_ORDERED`.
   */
  intend(requestId: string, because: string): Promise<Destruction>
  /**
   * Step 2, for all countries: removes the keys from the store and its files. Throws without an intention. Idempotent.
   */
  destroy(requestId: string): Promise<Tombstone>
  /**
   * Step 3: records that the destruction is stored elsewhere, so that it needs no further work. Throws if the keys are
   * not destroyed.
   */
  confirm(requestId: string): Promise<Tombstone>
  /**
   * Destructions that were intended and are not confirmed, at most `limit`. Without `destroyedAt`, the keys still
   * exist.
   */
  unfinished(limit?: number): Promise<readonly Destruction[]>

  /**
   * Creates the country's next key and returns its version. New request keys are wrapped by it from now on, in other
   * processes within a second.
   */
  rotate(country: string): Promise<number>
  /**
   * Rewraps everything that is not wrapped by the current key above it: country keys, then request keys. It can be
   * interrupted and restarted anywhere, and changes no fact. @param onProgress receives the number of request keys read
   * so far.
   */
  rewrap(onProgress?: (requestKeys: number) => void): Promise<Rewrapped>

  /** A copy of all keys as stored, wrapped, line by line. */
  backup(): AsyncIterable<string>
  /** All destructions so far, line by line. Store them apart from copies of the keys, and newer than any of them. */
  tombstones(): AsyncIterable<string>
  /**
   * Adds missing keys. A destruction in the store, the copy or the list always wins: the list is read completely before
   * the first key. Throws KeyLinesError for invalid or incomplete lines; a repeat continues.
   */
  restore(lines: KeyLines, tombstones: KeyLines): Promise<Restored>
  /** Clears the cache. */
  close(): void
}

/** Thrown if a stored country key can't be unwrapped. No request of that country gets a new key then. */
export class CountryKeyUnreadableError extends Error {
  override readonly name = 'CountryKeyUnreadableError'
  readonly refusalCode = 'UNAVAILABLE'
  readonly isKeyFault = true
}

export interface KeyRingOptions {
  readonly store: KeyStore
  readonly masterKeys: MasterKeys
  readonly clock: () => Date
  /** How long the store's answer about a key is valid, in ms. */
  readonly lifeMs?: number
  /** The most keys in memory, of some 5 kB each. */
  readonly keysMax?: number
  /** A monotonic clock. */
  readonly nowMs?: () => number
}

const becausePattern = /^[A-Z][A-Z0-9_]{0,63}$/

export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { store, masterKeys, clock, lifeMs = 1_000, keysMax = 10_000, nowMs = () => performance.now() } = options
  const cache = createKeyCache({ lifeMs, keysMax, nowMs })
  const countries = createCountryKeys({ store, masterKeys, clock, nowMs, currentMs: lifeMs })
  /** Counts destructions and rollbacks. Answers that were requested before one are not cached after it. */
  let destroyed = 0
  // Keys that were rolled back must not be returned again.
  store.ordered?.onRolledBack(() => {
    destroyed += 1
    cache.clear()
  })

  const now = (): string => clock().toISOString()

  async function readAll(stored: readonly StoredKey[]): Promise<ObtainedKey[]> {
    const wrappers = stored.flatMap(each => (each.state === 'present' ? [each.key.wrappedBy] : []))
    const known = await countries.ofIds(wrappers)
    return stored.map(each => {
      if (each.state === 'destroyed') return destroyedKey(each.destruction)
      const by = known.get(each.key.wrappedBy)
      const bytes = by && unwrapRequestKey(by, each.key)
      return bytes ? cachedKey(each.key, bytes) : { state: 'unreadable', keyId: each.key.keyId }
    })
  }

  /**
   * Creates candidate keys first and offers them to the store, so that one call is enough whether or not keys exist.
   */
  async function obtainAll(owners: readonly KeyOwner[]): Promise<OrderedObtained> {
    const current = await countries.current(owners.map(({ country }) => country))
    const askedAtMs = nowMs()
    const destroyedBefore = destroyed
    const offered = owners.map(owner => makeKey(owner, current))
    const wrapped = offered.map(each => each.wrapped)
    const stored = store.ordered ? store.ordered.insert(wrapped) : await store.insert(wrapped)
    const durable = notDurable()
    const others = await readAll(stored.filter((each, index) => keyIdIn(each) !== offered[index]?.wrapped.keyId))
    const obtained = stored.map((each, index): ObtainedKey => {
      const made = offered[index]
      return made && keyIdIn(each) === made.wrapped.keyId ? cachedKey(made.wrapped, made.bytes) : (others.shift() as ObtainedKey)
    })
    if (destroyed === destroyedBefore) for (const each of obtained) if (each.state === 'present') cache.putOwned(each, askedAtMs)
    return { keys: obtained, durable }
  }

  /** Whether any key that the store returned so far is not durable; read in the same turn as the keys. */
  const notDurable = (): Promise<void> | undefined => store.ordered?.durable()

  function makeKey(owner: KeyOwner, current: Awaited<ReturnType<CountryKeys['current']>>) {
    const by = current.get(owner.country)
    if (!by)
      throw new CountryKeyUnreadableError(`The key of ${owner.country} can't be unwrapped: its master key is missing, or it is damaged`)
    const bytes = randomBytes(keyBytes)
    const about = { ...owner, keyId: randomUUID() }
    const wrapped = wrapRequestKey(by.key, about, bytes)
    return { bytes, wrapped: { ...about, wrappedBy: by.keyId, wrapped, createdAt: now() } }
  }

  async function findAll(keyIds: readonly string[]): Promise<(readonly [string, FoundKey])[]> {
    const askedAtMs = nowMs()
    const destroyedBefore = destroyed
    const stored = await store.find(keyIds)
    const known = await readAll(stored.filter(each => each !== undefined))
    return keyIds.map((keyId, index) => {
      const found = stored[index] === undefined ? { state: 'unknown' as const } : (known.shift() as ObtainedKey)
      if (found.state === 'present' && destroyed === destroyedBefore) cache.put(found, askedAtMs)
      return [keyId, found] as const
    })
  }

  async function obtainOrdered(owners: readonly KeyOwner[]): Promise<OrderedObtained> {
    const found = owners.map(({ requestId, country }) => cache.ofOwner(requestId, country) as ObtainedKey | undefined)
    // A cached key may have been created a moment ago, and not be durable yet.
    const waits = [notDurable()]
    const wanted = uniqueOwners(owners.filter((_, index) => !found[index]))
    const obtained = new Map<string, ObtainedKey>()
    for (const part of partsOf(wanted)) {
      const { keys, durable } = await obtainAll(part)
      waits.push(durable)
      for (const [index, owner] of part.entries()) obtained.set(textOf(owner), keys[index] as ObtainedKey)
    }
    const keys = owners.map((owner, index) => found[index] ?? (obtained.get(textOf(owner)) as ObtainedKey))
    return { keys, durable: allOf(waits.filter(each => each !== undefined)) }
  }

  return {
    async obtain(owners) {
      const { keys, durable } = await obtainOrdered(owners)
      try {
        await durable
      } catch (error) {
        throw new StoreUnavailableError(`The keys were not stored: ${(error as Error).message}`, { cause: error })
      }
      return keys
    },
    obtainOrdered,

    async find(keyIds) {
      const found = new Map<string, FoundKey>()
      const wanted = new Set<string>()
      for (const keyId of keyIds) {
        const known = cache.ofId(keyId)
        if (known) found.set(keyId, known)
        else wanted.add(keyId)
      }
      for (const part of partsOf([...wanted])) for (const [keyId, key] of await findAll(part)) found.set(keyId, key)
      return found
    },

    async intend(requestId, because) {
      if (!becausePattern.test(because)) throw new RangeError('The reason of a destruction must be a code of capital letters, digits and _')
      return store.intend(requestId, because, now())
    },
    async destroy(requestId) {
      const forget = () => {
        destroyed += 1
        cache.forget(requestId)
      }
      forget()
      // Also after a failure, because the outcome is then unknown.
      const tombstone = await store.destroy(requestId, now()).finally(forget)
      if (!tombstone) throw new Error(`The keys of ${requestId} have no intended destruction. Intend it first`)
      return tombstone
    },
    async confirm(requestId) {
      const tombstone = await store.confirm(requestId, now())
      if (!tombstone) throw new Error(`The keys of ${requestId} are not destroyed`)
      return tombstone
    },
    unfinished: (limit = 1_000) => store.unfinished(limit),

    rotate: countries.rotate,
    rewrap: onProgress => rewrapAll(store, countries, onProgress),

    backup: () => backupLines(store),
    tombstones: () => tombstoneLines(store),
    restore: (lines, tombstones) => restoreLines(store, lines, tombstones),
    close: () => cache.clear(),
  }
}

const cachedKey = ({ keyId, requestId, country }: WrappedRequestKey, bytes: Uint8Array): CachedKey => ({
  state: 'present',
  keyId,
  requestId,
  country,
  key: createRequestKey(bytes),
})

const destroyedKey = ({ requestId, destroyedAt, because }: Tombstone): DestroyedKey => ({
  state: 'destroyed',
  requestId,
  destroyedAt,
  because,
})

const keyIdIn = (stored: StoredKey): string | undefined => (stored.state === 'present' ? stored.key.keyId : undefined)

function allOf(waits: readonly Promise<void>[]): Promise<void> | undefined {
  const [first, ...others] = new Set(waits)
  if (others.length === 0) return first
  const all = Promise.all(waits).then(() => undefined)
  // Avoids an unhandled rejection if the caller has nothing to encrypt.
  all.catch(() => undefined)
  return all
}

const textOf = ({ requestId, country }: KeyOwner): string => `${requestId} ${country}`

const uniqueOwners = (owners: readonly KeyOwner[]): KeyOwner[] => [...new Map(owners.map(owner => [textOf(owner), owner])).values()]

function* partsOf<T>(entries: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < entries.length; at += entriesMax) yield entries.slice(at, at + entriesMax)
}
