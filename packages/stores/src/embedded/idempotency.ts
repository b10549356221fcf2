import type { SqliteFile } from '@holdfast/sqlite'
import { type Claim, type ClaimEntry, type ClaimOptions, type IdempotencyStore, idempotencyRetentionMs } from '../idempotency.ts'
import { assertEntries } from '../limits.ts'
import { orUnavailable } from './or-unavailable.ts'

interface Row {
  readonly fingerprint: string
  readonly response: string | null
  readonly leasedUntil: number
  readonly firstAt: string | null
}

// One row per key. Without a response it is a claim, in flight until its lease ends; with one it has the first answer.
const schema = `
  CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    response TEXT,
    kept_until INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    first_at TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS idempotency_kept_until ON idempotency (kept_until);
  CREATE TABLE IF NOT EXISTS used_tokens (id TEXT PRIMARY KEY, used_for TEXT NOT NULL, kept_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS used_tokens_kept_until ON used_tokens (kept_until);
`

/**
 * Each new row removes two expired ones, so the table can't outgrow its retention, and no call pays for a long sweep.
 */
const sweptPerClaim = 2
/** Expired tokens are removed after this many uses: searching for one takes five times as long as adding one. */
const tokensPerSweep = 32

/**
 * The idempotency store in a SQLite file. `clock` returns milliseconds since 1970, and determines leases and retention.
 * All writes join the file's group commit, so a resolved claim is as durable as the file.
 */
export function createEmbeddedIdempotency(file: SqliteFile, clock: () => number): IdempotencyStore {
  file.schema(schema)
  const find = file.prepare<Row>(
    'SELECT fingerprint, response, leased_until AS leasedUntil, first_at AS firstAt FROM idempotency WHERE key = ? AND kept_until > ?',
  )
  const acquire = file.prepare(`
    INSERT INTO idempotency (key, fingerprint, kept_until, leased_until, first_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE
    SET fingerprint = excluded.fingerprint, response = NULL, kept_until = excluded.kept_until, leased_until = excluded.leased_until,
      first_at = excluded.first_at`)
  const sweep = file.prepare('DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency WHERE kept_until <= ? LIMIT ?)')
  const completeClaim = file.prepare(
    'UPDATE idempotency SET response = ?, kept_until = ? WHERE key = ? AND fingerprint = ? AND response IS NULL',
  )
  const complete = file.prepare(`
    INSERT INTO idempotency (key, fingerprint, response, kept_until) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET fingerprint = excluded.fingerprint, response = excluded.response, kept_until = excluded.kept_until
    WHERE idempotency.kept_until <= ? OR (idempotency.response IS NULL AND idempotency.fingerprint = excluded.fingerprint)`)
  const releaseLease = file.prepare('UPDATE idempotency SET leased_until = 0 WHERE key = ? AND fingerprint = ? AND response IS NULL')
  const abandon = file.prepare('DELETE FROM idempotency WHERE key = ? AND fingerprint = ? AND response IS NULL')

  const findToken = file.prepare<{ usedFor: string }>('SELECT used_for AS usedFor FROM used_tokens WHERE id = ? AND kept_until > ?')
  const useToken = file.prepare('INSERT OR REPLACE INTO used_tokens (id, used_for, kept_until) VALUES (?, ?, ?)')
  const sweepTokens = file.prepare('DELETE FROM used_tokens WHERE id IN (SELECT id FROM used_tokens WHERE kept_until <= ? LIMIT ?)')

  const oldest = file.prepare<{ keptUntil: number | null }>('SELECT min(kept_until) AS keptUntil FROM idempotency')
  /** Before this instant no row has expired. If another clock says otherwise later, rows are removed a little later. */
  let nothingOldBeforeMs = 0

  function sweepOld(nowMs: number, limit: number): void {
    if (nowMs < nothingOldBeforeMs || Number(sweep.run(nowMs, limit).changes) === limit) return
    nothingOldBeforeMs = oldest.get()?.keptUntil ?? nowMs + idempotencyRetentionMs
  }

  let tokensSinceSweep = 0
  function sweepOldTokens(nowMs: number): void {
    if (++tokensSinceSweep < tokensPerSweep) return
    tokensSinceSweep = 0
    sweepTokens.run(nowMs, tokensPerSweep * sweptPerClaim)
  }

  function claimOne(entry: ClaimEntry, leaseMs: number, nowMs: number): Claim {
    const { key, fingerprint, token } = entry
    if (!token) return claimKey(entry, leaseMs, nowMs)
    const usedFor = `${fingerprint}/${key}`
    const used = findToken.get(token.id, nowMs)
    if (used && used.usedFor !== usedFor) return { outcome: 'tokenReused' }
    const claim = claimKey(entry, leaseMs, nowMs)
    if (!used && claim.outcome !== 'mismatch') {
      sweepOldTokens(nowMs)
      useToken.run(token.id, usedFor, nowMs + token.keptMs)
    }
    return claim
  }

  function claimKey({ key, fingerprint, at }: ClaimEntry, leaseMs: number, nowMs: number): Claim {
    const held = find.get(key, nowMs)
    if (held && held.fingerprint !== fingerprint) return { outcome: 'mismatch' }
    if (held && held.response !== null) return { outcome: 'replay', response: held.response }
    const leftMs = held ? held.leasedUntil - nowMs : 0
    // A longer lease than possible means that the clock was set back since.
    const firstAt = held?.firstAt ?? at
    if (leftMs > 0 && leftMs <= leaseMs) return { outcome: 'inFlight', retryAfterMs: leftMs, firstAt }
    acquire.run(key, fingerprint, nowMs + idempotencyRetentionMs, nowMs + leaseMs, firstAt ?? null)
    return { outcome: 'acquired', firstAt }
  }

  return {
    async claim(claims, { leaseMs }: ClaimOptions) {
      assertEntries(claims)
      return orUnavailable(file.path, () =>
        file.writeNow(() => {
          const nowMs = clock()
          sweepOld(nowMs, claims.length * sweptPerClaim)
          return claims.map(each => claimOne(each, leaseMs, nowMs))
        }),
      )
    },

    async complete(completions) {
      assertEntries(completions)
      await orUnavailable(file.path, async () => {
        const areClaimed = file.writeNow(() => {
          const nowMs = clock()
          const keptUntil = nowMs + idempotencyRetentionMs
          let claimed = 0
          for (const { key, fingerprint, response } of completions) {
            if (Number(completeClaim.run(response, keptUntil, key, fingerprint).changes) > 0) claimed += 1
            else complete.run(key, fingerprint, response, keptUntil, nowMs)
          }
          return claimed === completions.length
        })
        // A failed commit rolled back the claim. If the next one rolled back the answer too, the key would look unused.
        if (!areClaimed) await file.committed()
      })
    },

    async releaseLease(key, fingerprint) {
      await orUnavailable(file.path, () => file.writeNow(() => void releaseLease.run(key, fingerprint)))
    },

    async abandon(key, fingerprint) {
      await orUnavailable(file.path, () => file.writeNow(() => void abandon.run(key, fingerprint)))
    },
  }
}
