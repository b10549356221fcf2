import { createHash } from 'node:crypto'
import type { Principal, RedisKeys } from './table.ts'

/** What a client says and asks when it connects, and how it is seen whether Redis can be written and evicts. Scripts are the engine's own; what one of them does is held to the same list. */
const ofEveryone = ['ping', 'info', 'client|setinfo', 'client|setname', 'select', 'eval', 'evalsha', 'script|exists', 'script|load', 'set']
const ofStates = ['get', 'hmget', 'hset', 'zadd', 'zrem', 'zrangebyscore', 'unlink']
const ofLookingUp = ['evalsha', 'eval', 'get', 'hmget']
const ofIdempotency = ['get', 'hmget', 'hset', 'hdel', 'pexpire', 'time', 'del']
const ofOpenPayments = ['hget', 'hmget', 'hset', 'hdel', 'unlink']
const ofKeysOfWords = ['get', 'hget', 'hset', 'waitaof']
/** What was intended is kept until it is confirmed, and nothing of a key is left once the files of Redis are written anew. */
const ofDestroyingKeys = ['hsetnx', 'sadd', 'srem', 'bgrewriteaof', 'bgsave']

/** A line of a Redis ACL file: a user, known by the digest of a password of 256 random bits, and the keys and commands that it has. */
export function redisUser(of: Principal & { readonly redis: RedisKeys }, password: string, prefix: string): string {
  const { states, looksUp, idempotency, openPayments, keysOfWords, destroysKeys } = of.redis
  const keys = [
    `${prefix}:health`,
    ...states.flatMap(service => statesOf(prefix, service)),
    ...(idempotency ? [`${prefix}:idempotency:*`, `${prefix}:used-token:*`] : []),
    // The second one is of a ledger with a number: no other engine's prefix has a dot.
    ...(openPayments ? [`${prefix}:open-payments:*`, `${prefix}.*:open-payments:*`] : []),
    ...(keysOfWords ? [`{${prefix}:sealing}:*`] : []),
  ]
  const commands = [
    ...ofEveryone,
    ...(states.length > 0 ? ofStates : []),
    ...(idempotency ? ofIdempotency : []),
    ...(openPayments ? ofOpenPayments : []),
    ...(keysOfWords ? ofKeysOfWords : []),
    ...(destroysKeys ? ofDestroyingKeys : []),
  ]
  // A key that a script is given counts as written. So what may only be looked up has commands of its own: no other command reaches these keys.
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

/** Who looks after Redis itself. */
export const redisOperator = (password: string): string => `user operator on #${digestOf(password)} ~* &* +@all`

/** Nobody is anybody without a password. */
export const noDefaultUser = 'user default off'

/** The keys of the states of a service: of every partition, version of it and ledger. The braces are those of a slot. */
const statesOf = (prefix: string, service: string): string[] => [`{${prefix}:${service}:*}:*`, `{${prefix}:${service}.*:*}:*`]
const allowed = (commands: readonly string[]): string => ['-@all', ...[...new Set(commands)].map(command => `+${command}`)].join(' ')
const digestOf = (password: string): string => createHash('sha256').update(password).digest('hex')
