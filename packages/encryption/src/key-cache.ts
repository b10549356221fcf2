import type { RequestKey } from './request-key.ts'

/** A data key, ready to encrypt and decrypt. */
export interface CachedKey {
  readonly state: 'present'
  readonly keyId: string
  readonly requestId: string
  readonly country: string
  readonly key: RequestKey
}

/** Unwrapped keys, each as long as the store's answer is valid. */
export interface KeyCache {
  ofId(keyId: string): CachedKey | undefined
  ofOwner(requestId: string, country: string): CachedKey | undefined
  /** @param askedAtMs when the store was asked. Its answer is valid from then on, not from its arrival. */
  put(key: CachedKey, askedAtMs: number): void
  /** As `put`, for the current key of its request and country. A second key from a restore only decrypts. */
  putOwned(key: CachedKey, askedAtMs: number): void
  forget(requestId: string): void
  readonly size: number
  clear(): void
}

export interface KeyCacheOptions {
  readonly lifeMs: number
  /** The most keys; the oldest entry is removed first. */
  readonly keysMax: number
  readonly nowMs: () => number
}

interface Entry {
  readonly key: CachedKey
  readonly endsAtMs: number
}

const ownerOf = (requestId: string, country: string): string => `${requestId} ${country}`

export function createKeyCache({ lifeMs, keysMax, nowMs }: KeyCacheOptions): KeyCache {
  // In order of insertion, which is about the order of expiry.
  const entries = new Map<string, Entry>()
  const byOwner = new Map<string, string>()
  /** Removes expired keys from memory, not only from the results. */
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

  function put(key: CachedKey, askedAtMs: number): void {
    entries.delete(key.keyId)
    entries.set(key.keyId, { key, endsAtMs: askedAtMs + lifeMs })
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
    putOwned(key, askedAtMs) {
      put(key, askedAtMs)
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
