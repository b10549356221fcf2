import { type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { entriesMax } from '@holdfast/stores'
import type { KeyStore, WrappedCountryKey } from './key-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { keyBytes } from './request-key.ts'
import { wrappedFor, wrappingKey } from './wrapping.ts'

/** A country's key that wraps new keys. */
export interface CountryKey {
  readonly keyId: string
  readonly version: number
  readonly key: KeyObject
}

export interface CountryKeys {
  /**
   * The current keys. A country without one gets a new, durable one. A stored key that can't be unwrapped is left out;
   * no second key is created next to it.
   */
  current(countries: readonly string[]): Promise<ReadonlyMap<string, CountryKey>>
  /** The keys with these ids that are stored and can be unwrapped. */
  ofIds(keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyObject>>
  /** Creates the next version, or takes one that another process just created; returns its version. */
  rotate(country: string): Promise<number>
  /**
   * Rewraps the keys that the current master key does not wrap. Returns their number, and the ids of keys that can't be
   * unwrapped.
   */
  rewrap(): Promise<{ readonly rewrapped: number; readonly unreadable: readonly string[] }>
  /** Clears the cache of current keys. */
  forgetCurrent(): void
}

export interface CountryKeysOptions {
  readonly store: KeyStore
  readonly masterKeys: MasterKeys
  readonly clock: () => Date
  readonly nowMs: () => number
  /** For this long after a rotation another process may use the previous version; `rewrap` corrects that. */
  readonly currentMs: number
}

/** A key management service unwraps each country key once in this time. */
const unwrappedMs = 300_000
const unwrappedMax = 2_000

export function createCountryKeys({ store, masterKeys, clock, nowMs, currentMs }: CountryKeysOptions): CountryKeys {
  const unwrapped = new Map<string, { readonly key: KeyObject; readonly endsAtMs: number }>()
  const currentOf = new Map<string, { readonly key: CountryKey; readonly endsAtMs: number }>()

  function cache(keyId: string, key: KeyObject): KeyObject {
    unwrapped.delete(keyId)
    unwrapped.set(keyId, { key, endsAtMs: nowMs() + unwrappedMs })
    const [oldest] = unwrapped.keys()
    if (unwrapped.size > unwrappedMax && oldest !== undefined) unwrapped.delete(oldest)
    return key
  }

  const cachedKey = (keyId: string): KeyObject | undefined => {
    const known = unwrapped.get(keyId)
    return known && known.endsAtMs > nowMs() ? known.key : undefined
  }

  const bytesOf = (stored: WrappedCountryKey): Promise<Uint8Array | undefined> =>
    masterKeys.unwrap(stored.wrappedBy, Buffer.from(stored.wrapped, 'base64url'), aadOf(stored))

  async function unwrap(stored: WrappedCountryKey): Promise<KeyObject | undefined> {
    const known = cachedKey(stored.keyId)
    if (known) return known
    const bytes = await bytesOf(stored)
    return bytes && cache(stored.keyId, wrappingKey(bytes))
  }

  async function asCurrent(stored: WrappedCountryKey, askedAtMs: number): Promise<CountryKey | undefined> {
    const key = await unwrap(stored)
    if (!key) return undefined
    const current = { keyId: stored.keyId, version: stored.version, key }
    currentOf.set(stored.country, { key: current, endsAtMs: askedAtMs + currentMs })
    return current
  }

  /** Another process may be faster; then its key is used. */
  async function make(country: string, version: number): Promise<WrappedCountryKey> {
    const about = { country, version, keyId: randomUUID() }
    const { by, wrapped } = await masterKeys.wrap(randomBytes(keyBytes), aadOf(about))
    const text = Buffer.from(wrapped).toString('base64url')
    return store.insertCountryKey({ ...about, wrappedBy: by, wrapped: text, createdAt: clock().toISOString() })
  }

  async function fetchCurrent(countries: readonly string[], found: Map<string, CountryKey>): Promise<void> {
    const askedAtMs = nowMs()
    const stored = await store.currentCountryKeys(countries)
    await Promise.all(
      countries.map(async (country, index) => {
        const key = await asCurrent(stored[index] ?? (await make(country, 1)), askedAtMs)
        if (key) found.set(country, key)
      }),
    )
  }

  return {
    async current(countries) {
      const found = new Map<string, CountryKey>()
      const now = nowMs()
      for (const country of new Set(countries)) {
        const known = currentOf.get(country)
        if (known && known.endsAtMs > now) found.set(country, known.key)
      }
      const wanted = [...new Set(countries)].filter(country => !found.has(country))
      if (wanted.length > 0) await fetchCurrent(wanted, found)
      return found
    },

    async ofIds(keyIds) {
      const found = new Map<string, KeyObject>()
      const wanted: string[] = []
      for (const keyId of new Set(keyIds)) {
        const known = cachedKey(keyId)
        if (known) found.set(keyId, known)
        else wanted.push(keyId)
      }
      if (wanted.length === 0) return found
      for (const stored of await store.countryKeys(wanted)) {
        const key = stored && (await unwrap(stored))
        if (key) found.set(stored.keyId, key)
      }
      return found
    },

    async rotate(country) {
      const askedAtMs = nowMs()
      const [existing] = await store.currentCountryKeys([country])
      const made = await make(country, (existing?.version ?? 0) + 1)
      await asCurrent(made, askedAtMs)
      return made.version
    },

    async rewrap() {
      let rewrapped = 0
      const unreadable: string[] = []
      for await (const page of store.pagesOfCountryKeys()) {
        for (const stored of page) {
          if (stored.wrappedBy === masterKeys.current) continue
          const bytes = await bytesOf(stored)
          if (!bytes) {
            unreadable.push(stored.keyId)
            continue
          }
          const { by, wrapped } = await masterKeys.wrap(bytes, aadOf(stored))
          const text = Buffer.from(wrapped).toString('base64url')
          rewrapped += await store.rewrapCountryKeys([{ keyId: stored.keyId, from: stored.wrappedBy, wrappedBy: by, wrapped: text }])
        }
      }
      return { rewrapped, unreadable }
    },

    forgetCurrent: () => currentOf.clear(),
  }
}

const aadOf = ({ country, version, keyId }: Pick<WrappedCountryKey, 'country' | 'version' | 'keyId'>): Buffer =>
  wrappedFor({ level: 'country', country, version, keyId })

/** The current keys of those countries that have one. */
export async function currentKeysOf(store: KeyStore, countries: readonly string[]): Promise<readonly WrappedCountryKey[]> {
  const found: WrappedCountryKey[] = []
  for (let at = 0; at < countries.length; at += entriesMax)
    for (const key of await store.currentCountryKeys(countries.slice(at, at + entriesMax))) if (key) found.push(key)
  return found
}

/** Whether these master keys unwrap the country key. Asks each time and caches nothing. */
export const canUnwrapCountryKey = async (masterKeys: MasterKeys, key: WrappedCountryKey): Promise<boolean> =>
  (await masterKeys.unwrap(key.wrappedBy, Buffer.from(key.wrapped, 'base64url'), aadOf(key))) !== undefined
