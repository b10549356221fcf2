/** Verified tokens that are remembered, at about 300 bytes each. */
const rememberedMax = 10_000

/** The last tokens that were verified, least recently used first. Holds digests, so that a dump of the memory holds no token that can be used. */
export function createRememberedTokens<A>() {
  type Entry = { readonly actor: A; readonly endsAtMs: number }
  const entries = new Map<string, Entry>()
  return {
    get(digest: string, nowMs: number): A | undefined {
      const entry = entries.get(digest)
      if (!entry) return undefined
      entries.delete(digest)
      if (nowMs >= entry.endsAtMs) return undefined
      entries.set(digest, entry)
      return entry.actor
    },
    set(digest: string, actor: A, endsAtMs: number): void {
      entries.set(digest, { actor, endsAtMs })
      if (entries.size > rememberedMax) for (const oldest of entries.keys()) return void entries.delete(oldest)
    },
    clear: () => entries.clear(),
  }
}
