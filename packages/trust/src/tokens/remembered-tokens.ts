import { LRUCache } from 'lru-cache'

/** The most verified tokens in the cache, at about 300 bytes each. */
const rememberedMax = 10_000

/** The recently verified tokens, as digests, so that a memory dump contains no usable token. */
export function createRememberedTokens<A>() {
  const entries = new LRUCache<string, { readonly actor: A; readonly endsAtMs: number }>({ max: rememberedMax })
  return {
    get(digest: string, nowMs: number): A | undefined {
      const entry = entries.get(digest)
      if (!entry || nowMs < entry.endsAtMs) return entry?.actor
      entries.delete(digest)
      return undefined
    },
    set: (digest: string, actor: A, endsAtMs: number): void => void entries.set(digest, { actor, endsAtMs }),
    clear: () => entries.clear(),
  }
}
