import { createHash } from 'node:crypto'
import type { Principal, RedisKeys } from './table.ts'

/**
 * Commands of every client: at connect, and to see whether Redis accepts writes and evicts keys. Scripts are the
 * engine's own; the commands within them are checked too.
 */
const ofEveryone = ['ping', 'info', 'client|setinfo', 'client|setname', 'select', 'eval', 'evalsha', 'script|exists', 'script|load', 'set']
const ofStates = ['get', 'hmget', 'hset', 'zadd', 'zrem', 'zrangebyscore', 'unlink']
const ofLookingUp = ['evalsha', 'eval', 'get', 'hmget']
const ofIdempotency = ['get', 'hmget', 'hset', 'hdel', 'pexpire', 'time', 'del']
const ofClaims = ['hget', 'hmget', 'hset', 'hdel', 'unlink']
const ofDataKeys = ['get', 'hget', 'hset', 'waitaof']
/** An intent is stored until it is confirmed, and rewriting the files of Redis removes the last copy of a key. */
const ofDestroyingKeys = ['hsetnx', 'sadd', 'srem', 'bgrewriteaof', 'bgsave']

/** A line of a Redis ACL file: a user, the digest of its password of 256 random bits, and its keys and commands. */
export function redisUser(of: Principal & { readonly redis: RedisKeys }, password: string, prefix: string): string {
  const { states, looksUp, idempotency, claims, dataKeys, destroysKeys } = of.redis
  const keys = [
    `${prefix}:health`,
    ...states.flatMap(service => statesOf(prefix, service)),
    ...(idempotency ? [`${prefix}:idempotency:*`, `${prefix}:used-token:*`] : []),
    // The second pattern is for a numbered ledger: no other engine's prefix has a dot.
    ...(claims ? [`${prefix}:claims:*`, `${prefix}.*:claims:*`] : []),
    ...(dataKeys ? [`{${prefix}:encryption}:*`] : []),
  ]
  const commands = [
    ...ofEveryone,
    ...(states.length > 0 ? ofStates : []),
    ...(idempotency ? ofIdempotency : []),
    ...(claims ? ofClaims : []),
    ...(dataKeys ? ofDataKeys : []),
    ...(destroysKeys ? ofDestroyingKeys : []),
  ]
  // Keys that are passed to a script count as written. So read-only keys have their own commands, and no other command
  // reaches them.
  const selectors = looksUp.map(
    service =>
      `(${allowed(ofLookingUp)} ${statesOf(prefix, service)
        .map(key => `~${key}`)
        .join(' ')})`,
  )
  return [`user ${of.name} on #${digestOf(password)} resetchannels`, ...keys.map(key => `~${key}`), allowed(commands), ...selectors].join(
    ' ',
  )
}

/** The user for operators of Redis. */
export const redisOperator = (password: string): string => `user operator on #${digestOf(password)} ~* &* +@all`

/**
 * There is no access without a password: a user that is off cannot sign in. It keeps its permissions, because Redis reads
 * its append-only file as this user after a restart, and skips each transaction that it may not run (redis issue 14541).
 */
export const noDefaultUser = 'user default off ~* &* +@all'

/** The state keys of a service, for every partition, state version and ledger. The braces are those of a hash slot. */
const statesOf = (prefix: string, service: string): string[] => [`{${prefix}:${service}:*}:*`, `{${prefix}:${service}.*:*}:*`]
const allowed = (commands: readonly string[]): string => ['-@all', ...[...new Set(commands)].map(command => `+${command}`)].join(' ')
const digestOf = (password: string): string => createHash('sha256').update(password).digest('hex')
