import { type Claim, type ClaimEntry, type IdempotencyStore, idempotencyRetentionMs } from '@holdfast/stores/driver/idempotency'
import { assertEntries } from '@holdfast/stores/driver/limits'
import type { Perform } from './perform.ts'
import type { MemoryServer, StoredClaim } from './state.ts'

export function createMemoryIdempotency(server: MemoryServer, perform: Perform): IdempotencyStore {
  const ask = <T>(operation: string, work: () => T): Promise<T> => perform({ port: 'idempotency', operation, writes: true }, work)
  const held = () => server.state().idempotency

  function find(key: string, nowMs: number): StoredClaim | undefined {
    const found = held().get(key)
    if (!found || found.keptUntilMs > nowMs) return found
    held().delete(key)
    return undefined
  }

  function claimOne(entry: ClaimEntry, leaseMs: number): Claim {
    const { key, fingerprint, token } = entry
    if (!token) return claimKey(entry, leaseMs)
    const { usedTokens } = server.state()
    const nowMs = server.nowMs()
    const usedFor = `${fingerprint}/${key}`
    const used = usedTokens.get(token.id)
    const isUsed = used !== undefined && used.keptUntilMs > nowMs
    if (isUsed && used.usedFor !== usedFor) return { outcome: 'tokenReused' }
    const claim = claimKey(entry, leaseMs)
    if (!isUsed && claim.outcome !== 'mismatch') usedTokens.set(token.id, { usedFor, keptUntilMs: nowMs + token.keptMs })
    return claim
  }

  function claimKey({ key, fingerprint, at }: ClaimEntry, leaseMs: number): Claim {
    const nowMs = server.nowMs()
    const found = find(key, nowMs)
    if (found && found.fingerprint !== fingerprint) return { outcome: 'mismatch' }
    if (found?.response !== undefined) return { outcome: 'replay', response: found.response }
    const leftMs = found ? found.leasedUntilMs - nowMs : 0
    const firstAt = found?.firstAt ?? at
    if (leftMs > 0 && leftMs <= leaseMs) return { outcome: 'inFlight', retryAfterMs: leftMs, firstAt }
    const keptUntilMs = nowMs + idempotencyRetentionMs
    held().set(key, { fingerprint, response: undefined, keptUntilMs, leasedUntilMs: nowMs + leaseMs, firstAt })
    return { outcome: 'acquired', firstAt }
  }

  function completeOne(key: string, fingerprint: string, response: string): void {
    const nowMs = server.nowMs()
    const found = find(key, nowMs)
    if (found && (found.response !== undefined || found.fingerprint !== fingerprint)) return
    held().set(key, { fingerprint, response, keptUntilMs: nowMs + idempotencyRetentionMs, leasedUntilMs: 0 })
  }

  /** What was claimed with this fingerprint and is not completed. */
  function open(key: string, fingerprint: string): StoredClaim | undefined {
    const found = held().get(key)
    return found?.fingerprint === fingerprint && found.response === undefined ? found : undefined
  }

  return {
    async claim(claims, { leaseMs }) {
      assertEntries(claims)
      if (claims.length === 0) return []
      return ask('claim', () => claims.map(each => claimOne(each, leaseMs)))
    },
    async complete(completions) {
      assertEntries(completions)
      if (completions.length === 0) return
      await ask('complete', () => {
        for (const { key, fingerprint, response } of completions) completeOne(key, fingerprint, response)
      })
    },
    async releaseLease(key, fingerprint) {
      await ask('releaseLease', () => {
        const found = open(key, fingerprint)
        if (found) held().set(key, { ...found, leasedUntilMs: 0 })
      })
    },
    async abandon(key, fingerprint) {
      await ask('abandon', () => {
        if (open(key, fingerprint)) held().delete(key)
      })
    },
  }
}
