import type { IdempotencyStore } from '@holdfast/stores'
import { type EngineSecret, markOf } from '@holdfast/trust'

/**
 * A store that keeps marks of fingerprints: whoever has it can't try words against what somebody sent under a key. What was kept before words were sealed is known by the fingerprint itself, until it is forgotten.
 */
export function markedFingerprints(store: IdempotencyStore, secret: EngineSecret): IdempotencyStore {
  const marked = (fingerprint: string): string => markOf(secret, 'fingerprint', fingerprint)
  return {
    claim: (claims, options) =>
      store.claim(
        claims.map(each => ({ ...each, fingerprint: marked(each.fingerprint), formerly: each.fingerprint })),
        options,
      ),
    complete: completions => store.complete(completions.map(each => ({ ...each, fingerprint: marked(each.fingerprint) }))),
    letGo: (key, fingerprint) => store.letGo(key, marked(fingerprint)),
    abandon: (key, fingerprint) => store.abandon(key, marked(fingerprint)),
  }
}
