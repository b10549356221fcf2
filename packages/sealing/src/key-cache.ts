import type { RequestKey } from './request-key.ts'

/** A request's key that may seal and open. */
export interface CachedKey {
  readonly state: 'there'
  readonly keyId: string
  readonly requestId: string
  readonly country: string
  readonly key: RequestKey
}

/** Keys that were unwrapped, each for as long as it counts as what the store said of it. */
export interface KeyCache {
  ofId(keyId: string): CachedKey | undefined
  ofOwner(requestId: string, country: string): CachedKey | undefined
  /** @param saidAtMs when the store was asked: what it says counts from there, and not from when its answer came. */
  put(key: CachedKey, saidAtMs: number): void
  /** The same for a key that its request has for its country. A restore may have brought another one besides, which only opens. */
  putOwned(key: CachedKey, saidAtMs: number): void
  forget(requestId: string): void
  readonly size: number
  clear(): void
}

export interface KeyCacheOptions {
  readonly lifeMs: number
  /** Of them those go first that were put first. */
  readonly keysMax: number
  readonly nowMs: () => number
}

interface Entry {
  readonly key: CachedKey
  readonly endsAtMs: number
}

const ownerOf = (requestId: string, country: string): string => `${requestId} ${country}`

export function createKeyCache({ lifeMs, keysMax, nowMs }: KeyCacheOptions): KeyCache {
  // In the order in which they were put, which is about the order in which they end.
  const entries = new Map<string, Entry>()
  const byOwner = new Map<string, string>()
  /** What ends is not only no longer given: it goes from the memory. */
  let sweeping: NodeJS.Timeout | undefined

  function remove({ keyId, requestId, country }: CachedKey): void {
    entries.delete(keyId)
    const owner = ownerOf(requestId, country)
    if (byOwner.get(owner) === keyId) byOwner.delete(owner)
  }

  function sweep(): void {
    const now = nowMs()
    for (const { key, endsAtMs } of entries.values()) if (endsAtMs <= now) remove(key)
    if (entries.size > 0) return
    clearInterval(sweeping)
    sweeping = undefined
  }

  function ofId(keyId: string): CachedKey | undefined {
    const entry = entries.get(keyId)
    return entry && entry.endsAtMs > nowMs() ? entry.key : undefined
  }

  function put(key: CachedKey, saidAtMs: number): void {
    entries.delete(key.keyId)
    entries.set(key.keyId, { key, endsAtMs: saidAtMs + lifeMs })
    for (const { key: oldest } of entries.values()) {
      if (entries.size <= keysMax) break
      remove(oldest)
    }
    sweeping ??= setInterval(sweep, lifeMs / 2).unref()
  }

  function clear(): void {
    clearInterval(sweeping)
    sweeping = undefined
    entries.clear()
    byOwner.clear()
  }

  return {
    ofId,
    ofOwner(requestId, country) {
      const keyId = byOwner.get(ownerOf(requestId, country))
      return keyId === undefined ? undefined : ofId(keyId)
    },
    put,
    putOwned(key, saidAtMs) {
      put(key, saidAtMs)
      if (entries.has(key.keyId)) byOwner.set(ownerOf(key.requestId, key.country), key.keyId)
    },
    forget(requestId) {
      for (const { key } of entries.values()) if (key.requestId === requestId) remove(key)
    },
    get size() {
      return entries.size
    },
    clear,
  }
}
