import { hash } from 'node:crypto'
import type { ChainableCommander, Redis, Result } from 'ioredis'
import { type Claim, type ClaimEntry, type ClaimOptions, type IdempotencyStore, idempotencyRetentionMs } from '../idempotency.ts'
import { assertEntries } from '../limits.ts'
import type { RedisConnection } from './connection.ts'
import { inOnePiece } from './in-one-piece.ts'

// One hash per key. Without a response it is a claim, in flight until its lease ends by Redis's clock; with one it has
// the first answer. The optional second key belongs to the token of the claim, and stores what the token was used for.
const claimLua = /* lua */ `
  local used = KEYS[2] and redis.call('GET', KEYS[2])
  if used and used ~= KEYS[1] .. ARGV[1] then return {'tokenReused'} end
  local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'response', 'leasedUntil', 'firstAt')
  if held[1] and held[1] ~= ARGV[1] then return {'mismatch'} end
  if KEYS[2] and not used then redis.call('SET', KEYS[2], KEYS[1] .. ARGV[1], 'PX', ARGV[5]) end
  if held[2] then return {'replay', held[2]} end
  local firstAt = held[4] or ARGV[4]
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local left = tonumber(held[3] or 0) - now
  -- A longer lease than possible means that the clock was set back since.
  if left > 0 and left <= tonumber(ARGV[2]) then return {'inFlight', left, firstAt} end
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'leasedUntil', string.format('%.0f', now + ARGV[2]))
  if firstAt ~= '' and not held[4] then redis.call('HSET', KEYS[1], 'firstAt', firstAt) end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'acquired', 0, firstAt}
`

const releaseLeaseLua = /* lua */ `
  local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'response')
  if held[1] == ARGV[1] and not held[2] then redis.call('HDEL', KEYS[1], 'leasedUntil') end
`

const completeLua = /* lua */ `
  local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'response')
  if held[2] or (held[1] and held[1] ~= ARGV[1]) then return end
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'response', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
`

const abandonLua = /* lua */ `
  local held = redis.call('HMGET', KEYS[1], 'fingerprint', 'response')
  if held[1] == ARGV[1] and not held[2] then redis.call('DEL', KEYS[1]) end
`

type ClaimReply = [outcome: string, more?: string | number, firstAt?: string]

declare module 'ioredis' {
  interface RedisCommander<Context> {
    idempotencyClaim(key: string, fingerprint: string, leaseMs: number, retentionMs: number, at: string): Result<ClaimReply, Context>
    idempotencyClaimByToken(
      key: string,
      token: string,
      fingerprint: string,
      leaseMs: number,
      retentionMs: number,
      at: string,
      tokenMs: number,
    ): Result<ClaimReply, Context>
    idempotencyComplete(key: string, fingerprint: string, response: string, retentionMs: number): Result<null, Context>
    idempotencyReleaseLease(key: string, fingerprint: string): Result<null, Context>
    idempotencyAbandon(key: string, fingerprint: string): Result<null, Context>
  }
}

/**
 * The idempotency store in Redis. Leases and retention use Redis's clock, so the clocks of an engine's processes need
 * not agree.
 */
export function createRedisIdempotency(connection: RedisConnection): IdempotencyStore {
  connection.define('idempotencyClaim', 1, claimLua)
  connection.define('idempotencyClaimByToken', 2, claimLua)
  connection.define('idempotencyComplete', 1, completeLua)
  connection.define('idempotencyReleaseLease', 1, releaseLeaseLua)
  connection.define('idempotencyAbandon', 1, abandonLua)
  // The caller chooses a key's content. Its digest has a fixed length and no braces, and reveals nothing to readers of
  // Redis.
  const keyOf = (key: string, kind = 'idempotency'): string => `${connection.prefix}:${kind}:${hash('sha256', key, 'base64url')}`

  function claimBy(commands: Redis | ChainableCommander, { key, fingerprint, at = '', token }: ClaimEntry, leaseMs: number) {
    if (!token) return commands.idempotencyClaim(keyOf(key), fingerprint, leaseMs, idempotencyRetentionMs, at)
    const usedToken = keyOf(token.id, 'used-token')
    return commands.idempotencyClaimByToken(keyOf(key), usedToken, fingerprint, leaseMs, idempotencyRetentionMs, at, token.keptMs)
  }
  const completeBy = (
    commands: Redis | ChainableCommander,
    { key, fingerprint, response }: Parameters<IdempotencyStore['complete']>[0][number],
  ) => commands.idempotencyComplete(keyOf(key), fingerprint, response, idempotencyRetentionMs)

  return {
    async claim(claims, { leaseMs }: ClaimOptions) {
      assertEntries(claims)
      if (claims.length === 0) return []
      const replies = await connection.run(redis => inOnePiece(redis, claims, (commands, each) => claimBy(commands, each, leaseMs)))
      return replies.map(parseClaim)
    },

    async complete(completions) {
      assertEntries(completions)
      if (completions.length === 0) return
      await connection.run(redis => inOnePiece(redis, completions, completeBy))
    },

    async releaseLease(key, fingerprint) {
      await connection.run(redis => redis.idempotencyReleaseLease(keyOf(key), fingerprint))
    },

    async abandon(key, fingerprint) {
      await connection.run(redis => redis.idempotencyAbandon(keyOf(key), fingerprint))
    },
  }
}

function parseClaim(reply: unknown): Claim {
  const [outcome, more, at] = reply as ClaimReply
  const firstAt = at || undefined
  switch (outcome) {
    case 'acquired':
      return { outcome, firstAt }
    case 'mismatch':
    case 'tokenReused':
      return { outcome }
    case 'replay':
      return { outcome, response: String(more) }
    case 'inFlight':
      return { outcome, retryAfterMs: Number(more), firstAt }
    default:
      throw new Error(`The claim script answered ${outcome}`)
  }
}
