import type { IdempotencyStore } from '@holdfast/stores'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'

/**
 * Stores only keyed digests of keys and fingerprints. So its content reveals no names and can't be compared with
 * guessed plaintexts. Entries from before the encryption are not found any more. The same command sent again is still
 * recognised, because its id is derived from its content (ADR 22).
 */
export function pseudonymousIdempotency(store: IdempotencyStore, secret: EngineSecret): IdempotencyStore {
  const keyOf = (key: string): string => keyedDigestOf(secret, 'idempotency key', key)
  const fingerprintOf = (fingerprint: string): string => keyedDigestOf(secret, 'fingerprint', fingerprint)
  const pseudonymous = <E extends { readonly key: string; readonly fingerprint: string }>(entries: readonly E[]): E[] =>
    entries.map(entry => ({ ...entry, key: keyOf(entry.key), fingerprint: fingerprintOf(entry.fingerprint) }))
  return {
    claim: (claims, options) => store.claim(pseudonymous(claims), options),
    complete: completions => store.complete(pseudonymous(completions)),
    releaseLease: (key, fingerprint) => store.releaseLease(keyOf(key), fingerprintOf(fingerprint)),
    abandon: (key, fingerprint) => store.abandon(keyOf(key), fingerprintOf(fingerprint)),
  }
}
