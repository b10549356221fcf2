// The data keys of requests: one for each request and country, wrapped by the country's key, which a master key wraps.
// States of a key: absent → standing → intended for destruction → destroyed (a tombstone stays) → confirmed on the
// ledger.
// Callers: words.ts encrypts and decrypts with it; dispatch destroys; the CLI rotates, wraps again, backs up and
// restores.

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

/** Whose key it is: a request has one for each country whose words it seals. */
export interface KeyOwner {
  readonly requestId: string
  readonly country: string
}

/** All keys of the request were destroyed: its words are gone for good. */
export interface DestroyedKey {
  readonly state: 'destroyed'
  readonly requestId: string
  readonly destroyedAt: string
  readonly because: string
}

/** The key is there and can't be unwrapped: a country's key or a master key is missing, or it is not what was stored. For an operator to see to; the words are not gone. */
export interface UnreadableKey {
  readonly state: 'unreadable'
  readonly keyId: string
}

export interface UnknownKey {
  readonly state: 'unknown'
}

export type ObtainedKey = CachedKey | DestroyedKey | UnreadableKey
export type FoundKey = ObtainedKey | UnknownKey

/** Keys that may not be durable yet: nothing that they seal may be before `durable` resolves; where that rejects, they never were. Undefined: they are. */
export interface OrderedObtained {
  readonly keys: readonly ObtainedKey[]
  readonly durable: Promise<void> | undefined
}

/**
 * The keys of requests, for who seals and opens. A key is to be used at once and not to be kept: what the store said counts for `lifeMs` from when it was asked, so that a destroyed key is given by no process later than that, but by a call that was under way.
 * Everything throws StoreUnavailableError where the store can't be reached, and what the master keys throw; then nothing is given at all.
 */
export interface KeyRing {
  /**
   * In the order of the owners. A key that is not there is made, and durable before this resolves: whoever asks, and however often, gets the same one. One round trip where a country's key is known. Throws CountryKeyUnreadableError.
   */
  obtain(owners: readonly KeyOwner[]): Promise<readonly ObtainedKey[]>
  /** The same, where the store can, before the keys are durable. */
  obtainOrdered(owners: readonly KeyOwner[]): Promise<OrderedObtained>
  /** By their ids, all in one round trip where the keys of their countries are known. What is found is given again for `lifeMs` without one: a batch is asked for at once, and then one by one. */
  find(keyIds: readonly string[]): Promise<ReadonlyMap<string, FoundKey>>

  /** First step of three: what is to be destroyed is durable before it is, so that who is killed between goes on (`unfinished`). Gives what was meant first. @param because a code such as `ERASURE_ORDERED`. */
  intend(requestId: string, because: string): Promise<Destruction>
  /** Second step, for all countries together: the keys are gone from the store and its files. Throws where it was not intended. Done again it gives the same tombstone. */
  destroy(requestId: string): Promise<Tombstone>
  /** Third step: that the keys are gone is on record elsewhere, and nobody has to see to it any more. Throws where they are not destroyed. */
  confirm(requestId: string): Promise<Tombstone>
  /** What was intended and is not confirmed: of what was not destroyed `destroyedAt` is not there. At most so many. */
  unfinished(limit?: number): Promise<readonly Destruction[]>

  /** Gives the country another key, of the version that is given; new keys of requests are wrapped by it from now on, at other processes within a second. */
  rotate(country: string): Promise<number>
  /** Wraps anew all that is not wrapped by the current key above it: keys of countries, then of requests. May be cut off anywhere and begun again; no fact is another for it. @param onProgress is told how many keys of requests were looked at so far. */
  rewrap(onProgress?: (requestKeys: number) => void): Promise<Rewrapped>

  /** A copy of all keys as they are stored, wrapped, line by line. */
  backup(): AsyncIterable<string>
  /** What was destroyed so far, line by line; to be kept apart from copies of the keys, and newer than any of them. */
  tombstones(): AsyncIterable<string>
  /** Adds what is not there. What was destroyed here, by the copy or by the list stays so: the list is read to its end before the first key. Throws KeyLinesError for lines that are none or end early; done again it goes on. */
  restore(lines: KeyLines, tombstones: KeyLines): Promise<Restored>
  /** Forgets every key. */
  close(): void
}

/** Thrown where a country's key is stored and can't be unwrapped: no request of that country gets a new key then. */
export class CountryKeyUnreadableError extends Error {
  override readonly name = 'CountryKeyUnreadableError'
  readonly refusalCode = 'UNAVAILABLE'
  readonly isKeyFault = true
}

export interface KeyRingOptions {
  readonly store: KeyStore
  readonly masterKeys: MasterKeys
  readonly clock: () => Date
  /** How long what the store said of a key counts, in ms. */
  readonly lifeMs?: number
  /** Keys in memory at most, of some 5 kB each. */
  readonly keysMax?: number
  /** A clock that only goes forward. */
  readonly nowMs?: () => number
}

const becausePattern = /^[A-Z][A-Z0-9_]{0,63}$/

export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { store, masterKeys, clock, lifeMs = 1_000, keysMax = 10_000, nowMs = () => performance.now() } = options
  const cache = createKeyCache({ lifeMs, keysMax, nowMs })
  const countries = createCountryKeys({ store, masterKeys, clock, nowMs, currentMs: lifeMs })
  /** Counts what was destroyed here, or undone: what was asked of the store before is not kept after. */
  let destroyed = 0
  // Of keys that never were nobody is given one again.
  store.ordered?.onUndone(() => {
    destroyed += 1
    cache.clear()
  })

  const now = (): string => clock().toISOString()

  async function readAll(standing: readonly StoredKey[]): Promise<ObtainedKey[]> {
    const wrappers = standing.flatMap(each => (each.state === 'there' ? [each.key.wrappedBy] : []))
    const known = await countries.ofIds(wrappers)
    return standing.map(each => {
      if (each.state === 'destroyed') return destroyedKey(each.destruction)
      const by = known.get(each.key.wrappedBy)
      const bytes = by && unwrapRequestKey(by, each.key)
      return bytes ? inHand(each.key, bytes) : { state: 'unreadable', keyId: each.key.keyId }
    })
  }

  /** What nobody has yet is made first and offered to the store: it is asked once, whether it has one or not. */
  async function obtainAll(owners: readonly KeyOwner[]): Promise<OrderedObtained> {
    const current = await countries.current(owners.map(({ country }) => country))
    const saidAtMs = nowMs()
    const destroyedBefore = destroyed
    const offered = owners.map(owner => makeKey(owner, current))
    const wrapped = offered.map(each => each.wrapped)
    const standing = store.ordered ? store.ordered.insert(wrapped) : await store.insert(wrapped)
    const durable = notDurable()
    const others = await readAll(standing.filter((each, index) => keyIdIn(each) !== offered[index]?.wrapped.keyId))
    const obtained = standing.map((each, index): ObtainedKey => {
      const made = offered[index]
      return made && keyIdIn(each) === made.wrapped.keyId ? inHand(made.wrapped, made.bytes) : (others.shift() as ObtainedKey)
    })
    if (destroyed === destroyedBefore) for (const each of obtained) if (each.state === 'there') cache.putOwned(each, saidAtMs)
    return { keys: obtained, durable }
  }

  /** What is not durable of all that the store has given so far: asked in one go with what is given. */
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
    const saidAtMs = nowMs()
    const destroyedBefore = destroyed
    const standing = await store.find(keyIds)
    const known = await readAll(standing.filter(each => each !== undefined))
    return keyIds.map((keyId, index) => {
      const found = standing[index] === undefined ? { state: 'unknown' as const } : (known.shift() as ObtainedKey)
      if (found.state === 'there' && destroyed === destroyedBefore) cache.put(found, saidAtMs)
      return [keyId, found] as const
    })
  }

  async function obtainOrdered(owners: readonly KeyOwner[]): Promise<OrderedObtained> {
    const found = owners.map(({ requestId, country }) => cache.ofOwner(requestId, country) as ObtainedKey | undefined)
    // Also somebody else may have had a key made a moment ago.
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
      if (!becausePattern.test(because)) throw new RangeError('Why keys are destroyed is a code of capital letters, digits and _')
      return store.intend(requestId, because, now())
    },
    async destroy(requestId) {
      const forget = () => {
        destroyed += 1
        cache.forget(requestId)
      }
      forget()
      // Also where it fails: nobody knows then whether they are destroyed.
      const tombstone = await store.destroy(requestId, now()).finally(forget)
      if (!tombstone) throw new Error(`The keys of ${requestId} were not intended to be destroyed`)
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

const inHand = ({ keyId, requestId, country }: WrappedRequestKey, bytes: Uint8Array): CachedKey => ({
  state: 'there',
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

const keyIdIn = (standing: StoredKey): string | undefined => (standing.state === 'there' ? standing.key.keyId : undefined)

function allOf(waits: readonly Promise<void>[]): Promise<void> | undefined {
  const [first, ...others] = new Set(waits)
  if (others.length === 0) return first
  const all = Promise.all(waits).then(() => undefined)
  // Who turns out to have nothing to seal does not look at it, and that is no fault of the process.
  all.catch(() => undefined)
  return all
}

const textOf = ({ requestId, country }: KeyOwner): string => `${requestId} ${country}`

const uniqueOwners = (owners: readonly KeyOwner[]): KeyOwner[] => [...new Map(owners.map(owner => [textOf(owner), owner])).values()]

function* partsOf<T>(entries: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < entries.length; at += entriesMax) yield entries.slice(at, at + entriesMax)
}
