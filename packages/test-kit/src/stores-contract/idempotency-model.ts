import type { Claim, ClaimOptions, IdempotencyStore } from '@holdfast/stores'
import fc from 'fast-check'

/** One call of a store, as the property makes it up. */
export type IdempotencyCall = {
  readonly does: 'claim' | 'complete' | 'releaseLease' | 'abandon'
  readonly key: string
  readonly fingerprint: string
  readonly response: string
  readonly token: string | undefined
}

/** Few keys and fingerprints, so that the calls get in each other's way. */
export const anyCall: fc.Arbitrary<IdempotencyCall> = fc.record({
  does: fc.constantFrom('claim', 'claim', 'complete', 'releaseLease', 'abandon'),
  key: fc.constantFrom('SG:1', 'SG:2', 'TL:1'),
  fingerprint: fc.constantFrom('body', 'other body'),
  response: fc.string({ unit: 'grapheme', maxLength: 12 }),
  token: fc.constantFrom(undefined, 'first', 'second'),
})

/** Makes the call. How long a claim has still to run is left out: a model without a clock can't say it. */
export async function makeCall(
  store: IdempotencyStore,
  { does, key, fingerprint, response, token }: IdempotencyCall,
  lease: ClaimOptions,
): Promise<Partial<Claim> | undefined> {
  if (does === 'complete') return void (await store.complete([{ key, fingerprint, response }]))
  if (does === 'releaseLease') return void (await store.releaseLease(key, fingerprint))
  if (does === 'abandon') return void (await store.abandon(key, fingerprint))
  const [claim] = await store.claim([{ key, fingerprint, ...(token ? { token: { id: token, keptMs: 60_000 } } : {}) }], lease)
  return claim?.outcome === 'inFlight' ? { outcome: 'inFlight' } : claim
}

/** The port in a plain map, without time. */
export function createModel(): (step: IdempotencyCall) => Partial<Claim> | undefined {
  const held = new Map<string, { fingerprint: string; isLeased: boolean; response?: string }>()
  const used = new Map<string, string>()
  return ({ does, key, fingerprint, response, token }) => {
    const at = held.get(key)
    const isMine = at?.fingerprint === fingerprint && at.response === undefined
    if (does === 'complete') {
      if (!at || isMine) held.set(key, { fingerprint, isLeased: false, response })
      return undefined
    }
    if (does === 'releaseLease') {
      if (isMine) held.set(key, { fingerprint, isLeased: false })
      return undefined
    }
    if (does === 'abandon') {
      if (isMine) held.delete(key)
      return undefined
    }
    const usedFor = JSON.stringify([key, fingerprint])
    if (token && (used.get(token) ?? usedFor) !== usedFor) return { outcome: 'tokenReused' }
    if (at && at.fingerprint !== fingerprint) return { outcome: 'mismatch' }
    if (token) used.set(token, usedFor)
    if (at?.response !== undefined) return { outcome: 'replay', response: at.response }
    if (at?.isLeased) return { outcome: 'inFlight' }
    held.set(key, { fingerprint, isLeased: true })
    return { outcome: 'acquired' }
  }
}
