import type { ConnectionOptions } from 'node:tls'
import { Redis } from 'ioredis'
import { StoreUnavailableError } from '../errors.ts'

/** What the connection needs of a log: pino's call, an object first. */
export interface StoresLog {
  info(about: object, message: string): void
  warn(about: object, message: string): void
}

export interface RedisConnectionOptions {
  /** Starts every key, so that several engines share one Redis. Default `holdfast`. */
  readonly prefix?: string
  /** By whom Redis is known, and how it knows us; the address alone says whether TLS is spoken. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>
  /** Instead of those in the address. */
  readonly username?: string
  readonly password?: string
}

/** One connection that the Redis stores of a process share. */
export interface RedisConnection {
  /** For people: `Redis at 127.0.0.1:6379`, never with the password. */
  readonly description: string
  readonly prefix: string
  /** Gives a script its name on this connection; the same name twice must mean the same script. */
  define(name: string, keys: number, lua: string): void
  /** Runs commands. What may pass (Redis down, stopped, loading, out of memory) is thrown as StoreUnavailableError within a second. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>
  /** Throws StoreUnavailableError when Redis does not answer within a second. */
  ping(): Promise<void>
  /** Writes a key of its own, which goes by itself. Throws StoreUnavailableError when Redis can't be written, as it is full or a replica. */
  probe(): Promise<void>
  close(): Promise<void>
}

// A call at process start may come before the connection is there: 400 ms for that and 500 ms for the answer stay under the second that is promised.
const startMs = 400
const answerMs = 500
const retryMsMax = 1_000
const probeKeptMs = 60_000

/**
 * Opens a connection that comes back by itself, for ever. It returns at once; calls made before the first connection wait for it up to 400 ms.
 * Throws when the address is no `redis://` or `rediss://` URL or the prefix holds more than letters, digits and `_ . : -`.
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
    // A stopped Redis keeps the socket open. Dropping it makes the next calls fail at once, instead of piling up behind commands that nobody answers.
    socketTimeout: answerMs,
    enableOfflineQueue: false,
    // Zero, so that what was sent when the connection broke fails and is never sent again: a claim that was done the first time would answer
    // `inFlight` to the very caller that acquired it.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Doubles from 50 ms to a second; the random half keeps the processes of an engine from coming back all at once.
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
      throw mayPass(error) ? new StoreUnavailableError(`${description}: ${(error as Error).message}`, { cause: error }) : error
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
      // Lets what was sent be answered; a Redis that does not answer is left after the command's time limit.
      await redis.quit().catch(() => undefined)
      redis.disconnect()
    },
  }
}

function assertPrefix(prefix: string): void {
  // Braces would move the part of the key that decides its slot.
  if (!/^[\w.:-]{1,100}$/.test(prefix))
    throw new Error('The prefix of the Redis keys may hold letters, digits and _ . : - only, at most 100')
}

function describeUrl(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed || !/^rediss?:$/.test(parsed.protocol)) throw new Error('The address of Redis is no URL like redis://127.0.0.1:6379/0')
  return `Redis at ${parsed.hostname}:${parsed.port || '6379'}`
}

/** One line when it is lost and one when it is back, however many attempts lie between. Gives what was last said of why it is not reached. */
function logState(redis: Redis, description: string, log: StoresLog, isClosing: () => boolean): () => string | undefined {
  let why: string | undefined
  let lost = false
  const onLoss = (reason: string): void => {
    if (!lost && !isClosing()) log.warn({ redis: description, reason }, 'Redis is not reached; trying again until it is')
    lost = true
  }
  redis.on('error', (error: Error) => {
    why = error.message
    onLoss(why)
  })
  // A server that ends in good order closes the connection without an error.
  redis.on('close', () => onLoss('the connection was closed'))
  redis.on('ready', () => {
    log.info({ redis: description }, lost ? 'Redis is reached again' : 'Redis is reached')
    lost = false
    why = undefined
    void warnOfEviction(redis, description, log)
  })
  return () => why
}

/** An evicted snapshot is a loss that the checkpoint does not show, so it has to be said while it can still be set right. */
async function warnOfEviction(redis: Redis, description: string, log: StoresLog): Promise<void> {
  const memory = await redis.info('memory').catch(() => '')
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction'
  if (policy !== 'noeviction') log.warn({ redis: description, policy }, 'Redis may evict keys: set maxmemory-policy to noeviction')
}

/** Replies that say "not now". Every other reply with an error is a defect in a script or a key of another type, and stays what it is. */
const passingReplies = new Set([
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

function mayPass(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return true
  return passingReplies.has(error.message.split(' ', 1)[0] ?? '')
}
