import type { ConnectionOptions } from 'node:tls'
import { Redis } from 'ioredis'
import { StoreUnavailableError } from '../errors.ts'

/** The logger that the connection needs, called as pino: an object first. */
export interface StoresLog {
  info(about: object, message: string): void
  warn(about: object, message: string): void
}

export interface RedisConnectionOptions {
  /** Prefix of every key, so that several engines can share one Redis. Default `holdfast`. */
  readonly prefix?: string
  /** The certificates. Whether TLS is used depends on the address alone. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>
  /** Override those of the address. */
  readonly username?: string
  readonly password?: string
}

/** One connection that all Redis stores of a process share. */
export interface RedisConnection {
  /** For people, without the password: `Redis at 127.0.0.1:6379`. */
  readonly description: string
  readonly prefix: string
  /** Names a script on this connection. The same name must always mean the same script. */
  define(name: string, keys: number, lua: string): void
  /**
   * Runs commands. Transient faults (Redis down, stopped, loading, out of memory) are thrown as StoreUnavailableError
   * within a second.
   */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>
  /** Throws StoreUnavailableError if Redis does not answer within a second. */
  ping(): Promise<void>
  /**
   * Writes an expiring key. Throws StoreUnavailableError if Redis can't be written, because it is full or a replica.
   */
  probe(): Promise<void>
  close(): Promise<void>
}

// A call may come before the first connection: 400 ms for that and 500 ms for the answer stay below the promised
// second.
const startMs = 400
const answerMs = 500
const retryMsMax = 1_000
const probeKeptMs = 60_000

/**
 * Opens a connection that reconnects for ever. It returns at once; calls before the first connection wait up to 400 ms.
 * Throws if the address is no `redis://` or `rediss://` URL, or the prefix has other characters than letters, digits
 * and `_ . : -`.
 */
export function createRedisConnection(url: string, log: StoresLog, options: RedisConnectionOptions = {}): RedisConnection {
  const { prefix = 'holdfast' } = options
  assertPrefix(prefix)
  const description = describeUrl(url)
  const redis = new Redis(url, {
    ...(options.tls && { tls: options.tls }),
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password }),
    connectTimeout: 2_000,
    commandTimeout: answerMs,
    // A stopped Redis keeps the socket open. Closing it makes the next calls fail at once, instead of queueing behind
    // unanswered commands.
    socketTimeout: answerMs,
    enableOfflineQueue: false,
    // Zero, so that commands in flight fail when the connection breaks, and are never resent. A repeated claim would
    // answer `inFlight` to the caller that had acquired it.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Doubles from 50 ms to a second. The random half spreads the reconnects of an engine's processes.
    retryStrategy: attempt => Math.min(50 * 2 ** Math.min(attempt - 1, 10), retryMsMax) * (0.5 + Math.random() / 2),
    maxLoadingRetryTime: retryMsMax,
  })
  let closing = false
  const whyLost = logState(redis, description, log, () => closing)

  const started = Promise.withResolvers<void>()
  const startTimer = setTimeout(started.resolve, startMs)
  redis.once('ready', () => {
    clearTimeout(startTimer)
    started.resolve()
  })

  async function run<T>(commands: (client: Redis) => Promise<T>): Promise<T> {
    await started.promise
    if (redis.status !== 'ready') {
      const why = whyLost()
      throw new StoreUnavailableError(`${description} is not connected${why === undefined ? '' : `: ${why}`}`)
    }
    try {
      return await commands(redis)
    } catch (error) {
      throw isTransient(error) ? new StoreUnavailableError(`${description}: ${(error as Error).message}`, { cause: error }) : error
    }
  }

  return {
    description,
    prefix,
    define: (name, keys, lua) => redis.defineCommand(name, { numberOfKeys: keys, lua }),
    run,
    async ping() {
      await run(client => client.ping())
    },
    async probe() {
      await run(client => client.set(`${prefix}:health`, new Date().toISOString(), 'PX', probeKeptMs))
    },
    async close() {
      closing = true
      clearTimeout(startTimer)
      started.resolve()
      // Lets pending commands finish; an unresponsive Redis is left after the command timeout.
      await redis.quit().catch(() => undefined)
      redis.disconnect()
    },
  }
}

function assertPrefix(prefix: string): void {
  // Braces would change the part of the key that determines its slot.
  if (!/^[\w.:-]{1,100}$/.test(prefix)) throw new Error('The prefix of the Redis keys must be 1 to 100 letters, digits or _ . : -')
}

function describeUrl(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed || !/^rediss?:$/.test(parsed.protocol)) throw new Error('The address of Redis is no URL like redis://127.0.0.1:6379/0')
  return `Redis at ${parsed.hostname}:${parsed.port || '6379'}`
}

/** Logs one line when the connection is lost and one when it is back. Returns the latest reason. */
function logState(redis: Redis, description: string, log: StoresLog, isClosing: () => boolean): () => string | undefined {
  let why: string | undefined
  let lost = false
  const onLoss = (reason: string): void => {
    if (!lost && !isClosing()) log.warn({ redis: description, reason }, 'Redis is unreachable; reconnecting')
    lost = true
  }
  redis.on('error', (error: Error) => {
    why = error.message
    onLoss(why)
  })
  // An orderly shutdown of the server closes the connection without an error.
  redis.on('close', () => onLoss('the connection was closed'))
  redis.on('ready', () => {
    log.info({ redis: description }, lost ? 'Redis is connected again' : 'Redis is connected')
    lost = false
    why = undefined
    void warnOfEviction(redis, description, log)
  })
  return () => why
}

/** The snapshot offset does not show an evicted snapshot, so warn while the setting can still be corrected. */
async function warnOfEviction(redis: Redis, description: string, log: StoresLog): Promise<void> {
  const memory = await redis.info('memory').catch(() => '')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction'
  if (policy !== 'noeviction') log.warn({ redis: description, policy }, 'Redis may evict keys. Set maxmemory-policy to noeviction')
}

/** Transient error replies. Any other error reply is a defect, such as in a script, and is thrown unchanged. */
const transientReplies = new Set([
  'LOADING',
  'BUSY',
  'OOM',
  'MISCONF',
  'READONLY',
  'MASTERDOWN',
  'NOREPLICAS',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
])

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true
  return transientReplies.has(error.message.split(' ', 1)[0] ?? '')
}
