import { createHash } from 'node:crypto'
import type { Result } from 'ioredis'
import { assertEntries } from '../limits.ts'
import type { OpenPayments } from '../open-payments.ts'
import type { RedisConnection } from './connection.ts'
import { pipelined } from './pipeline.ts'

const claimLua = /* lua */ `
  local held = redis.call('GET', KEYS[1])
  if held then return held end
  redis.call('SET', KEYS[1], ARGV[1])
  return ARGV[1]
`

const releaseLua = /* lua */ `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`

declare module 'ioredis' {
  interface RedisCommander<Context> {
    openPaymentClaim(key: string, requestId: string): Result<string, Context>
    openPaymentRelease(key: string, requestId: string): Result<null, Context>
  }
}

/** The open payments in Redis, one key each. They have no end of their own: a request may be open for years, and lets go when it closes. */
export function createRedisOpenPayments(connection: RedisConnection): OpenPayments {
  connection.define('openPaymentClaim', 1, claimLua)
  connection.define('openPaymentRelease', 1, releaseLua)
  // A payment key holds references and account numbers; its digest does not.
  const keyOf = (paymentKey: string): string =>
    `${connection.prefix}:open-payment:${createHash('sha256').update(paymentKey).digest('base64url')}`

  return {
    async claim(paymentKey, requestId) {
      return connection.run(redis => redis.openPaymentClaim(keyOf(paymentKey), requestId))
    },

    async release(payments) {
      assertEntries(payments)
      if (payments.length === 0) return
      await connection.run(redis =>
        pipelined(redis, pipeline => {
          for (const { paymentKey, requestId } of payments) pipeline.openPaymentRelease(keyOf(paymentKey), requestId)
        }),
      )
    },
  }
}
