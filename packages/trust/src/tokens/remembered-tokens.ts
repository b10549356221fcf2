import { LRUCache } from 'lru-cache'

/** Verified tokens that are remembered, at about 300 bytes each. */
const rememberedMax = 10_000

/** The last tokens that were verified, and used. Holds digests, so that a dump of the memory holds no token that can be used. */
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
