import type { IdempotencyStore } from '@holdfast/stores'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'

/**
 * A store that keeps marks of keys and fingerprints: whoever has it reads nobody's name there, as persons' keys are told apart by who uses them, and can't try words against what somebody sent. What was kept before words were sealed is not known any
 * more; the same sent again is the same command all the same, as its id is made of it (ADR 22).
 */
export function pseudonymousIdempotency(store: IdempotencyStore, secret: EngineSecret): IdempotencyStore {
  const keyOf = (key: string): string => keyedDigestOf(secret, 'idempotency key', key)
  const fingerprintOf = (fingerprint: string): string => keyedDigestOf(secret, 'fingerprint', fingerprint)
  const marked = <E extends { readonly key: string; readonly fingerprint: string }>(entries: readonly E[]): E[] =>
    entries.map(entry => ({ ...entry, key: keyOf(entry.key), fingerprint: fingerprintOf(entry.fingerprint) }))
  return {
    claim: (claims, options) => store.claim(marked(claims), options),
    complete: completions => store.complete(marked(completions)),
    letGo: (key, fingerprint) => store.letGo(keyOf(key), fingerprintOf(fingerprint)),
    abandon: (key, fingerprint) => store.abandon(keyOf(key), fingerprintOf(fingerprint)),
  }
}
