import { randomUUID } from 'node:crypto'
import { assertEntries, StoreUnavailableError } from '@holdfast/stores'
import type { RedisConnection } from '@holdfast/stores/redis'
import { coalesceWork } from '../coalesce-work.ts'
import {
  type Destruction,
  type KeyStore,
  KeysLostError,
  pageSize,
  type Rewrapping,
  type StoredKey,
  type Tombstone,
  type WrappedCountryKey,
  type WrappedRequestKey,
} from '../key-store.ts'
import { createFileRewriter } from './rewriting.ts'
import { keyCount, keysOf, lostCode, type ScriptName, scripts } from './scripts.ts'

type Redis = Parameters<Parameters<RedisConnection['run']>[0]>[0]

/**
 * How long to wait for Redis's disk. With `appendfsync always` the write is already there. Less than a command's time
 * limit.
 */
const durableMsMax = 400
/**
 * Replicas report their disk offset only after they read and wrote the data. Polling is faster than waiting for their
 * own report after a second.
 */
const askReplicasMs = 20
const writes: ReadonlySet<ScriptName> = new Set([
  'keysInsert',
  'keysInsertCountryKey',
  'keysRewrap',
  'keysIntend',
  'keysDestroy',
  'keysConfirm',
  'keysMark',
  'keysRestore',
])

/** Scripts for one request each, called for many requests at once. */
const perRequest: ReadonlySet<ScriptName> = new Set(['keysIntend', 'keysDestroy', 'keysConfirm'])

/** The scripts as methods of the connection. */
type Scripts = Readonly<Record<ScriptName, (...args: string[]) => Promise<(string | null)[]>>>

export interface RedisKeyStoreOptions {
  /**
   * How many replicas must have a write on disk before it is acknowledged. Default 0: a promoted replica may then lack
   * acknowledged keys.
   */
  readonly replicas?: number
}

/**
 * The key store in Redis, alone or next to the engine's other data, under a prefix. Redis needs `appendonly yes` and
 * `appendfsync always`: a write is acknowledged once Redis reports it on disk, which otherwise takes too long. Each
 * step is one script. While this process lives, it detects a flushed store, and then answers nothing about keys.
 */
export function createRedisKeyStore(connection: RedisConnection, { replicas = 0 }: RedisKeyStoreOptions = {}): KeyStore {
  for (const [name, lua] of Object.entries(scripts)) connection.define(name, keyCount, lua)
  const names = keysOf(connection.prefix)
  const [storeName = '', requestKeysName = '', , countryKeysName = '', , destructionsName = ''] = names
  const askedName = `{${connection.prefix}:encryption}:asked`
  const files = createFileRewriter(connection)
  let storeId: Promise<string> | undefined

  const unfit = (): StoreUnavailableError =>
    new StoreUnavailableError(`${connection.description} must have appendonly yes and appendfsync always to keep keys`)

  /** Created by the first process. A Redis without persistence is refused at the first call. */
  async function begin(): Promise<string> {
    return connection.run(async redis => {
      if (!(await redis.info('persistence')).includes('aof_enabled:1')) throw unfit()
      await durably(redis, () => redis.set(storeName, randomUUID(), 'NX'))
      return (await redis.get(storeName)) ?? ''
    })
  }

  /**
   * Writes, and returns the answer once the write is on disk. The wait blocks its connection, so writes for many
   * requests wait together.
   */
  async function durably<T>(redis: Redis, write: () => Promise<T>, waitsTogether = false): Promise<T> {
    if (replicas === 0 && !waitsTogether) {
      // Sent right after the write, so both take one round trip.
      const [reply] = await Promise.all([write(), onDisk(redis)])
      return reply
    }
    const { stream } = redis
    const reply = await write()
    await onDisks()
    if (redis.stream !== stream) throw new StoreUnavailableError(`${connection.description} reconnected while a key was written`)
    return reply
  }

  /**
   * Waits until this connection's writes are on the disk of Redis. A service asks this way because it may not read the
   * configuration, which contains a password.
   */
  async function onDisk(redis: Redis): Promise<void> {
    const [here] = (await redis.call('WAITAOF', 1, 0, durableMsMax)) as number[]
    if (here !== 1) throw notOnDisk()
  }

  /**
   * Waits until all writes so far, of any connection, are on the disks of Redis and its replicas. Redis only waits for
   * the connection's own last write, so this writes something first. The key in question may be one that another
   * connection wrote without a confirmation.
   */
  const onDisks = coalesceWork(() =>
    connection.run(async redis => {
      const untilMs = performance.now() + durableMsMax
      await redis.set(askedName, '')
      for (;;) {
        const [here = 0, there = 0] = (await redis.call('WAITAOF', 1, replicas, askReplicasMs)) as number[]
        if (here === 1 && there >= replicas) return
        if (performance.now() < untilMs) continue
        if (here !== 1) throw notOnDisk()
        throw new StoreUnavailableError(
          `${connection.description} has a key on the disks of ${there} replicas after ${durableMsMax} ms, but HOLDFAST_KEYS_REDIS_REPLICAS requires ${replicas}`,
        )
      }
    }),
  )

  const notOnDisk = (): StoreUnavailableError =>
    new StoreUnavailableError(
      `${connection.description} has not written a key to its disk within ${durableMsMax} ms. Set appendfsync always`,
    )

  function idOfStore(): Promise<string> {
    storeId ??= begin().catch(error => {
      storeId = undefined
      throw error
    })
    return storeId
  }

  async function call(name: ScriptName, ...args: string[]): Promise<(string | null)[]> {
    const id = await idOfStore()
    try {
      return await connection.run(async redis => {
        const ask = () => (redis as unknown as Scripts)[name](...names, id, ...args)
        return writes.has(name) ? durably(redis, ask, perRequest.has(name)) : ask()
      })
    } catch (error) {
      if (!(error as Error).message.startsWith(lostCode)) throw error
      throw lost(error)
    }
  }

  const lost = (cause?: unknown): KeysLostError =>
    new KeysLostError(
      `${connection.description} has lost its keys: stop the engine, restore them ("holdfast keys restore"), and start it again`,
      { cause },
    )

  async function forEach<T>(name: ScriptName, entries: readonly T[], textOf: (entry: T) => string): Promise<(string | null)[]> {
    assertEntries(entries)
    return entries.length === 0 ? [] : call(name, ...entries.map(textOf))
  }

  async function* pagesOf<T>(hash: string, isOne: (value: T) => boolean): AsyncIterable<readonly T[]> {
    const id = await idOfStore()
    let cursor = '0'
    do {
      // In one transaction, so that the page is certainly of the expected store.
      const replies = await connection.run(redis => redis.multi().get(storeName).hscan(hash, cursor, 'COUNT', pageSize).exec())
      const [[, foundId] = [], [error, scanned] = []] = replies ?? []
      if (error) throw error
      if (foundId !== id) throw lost()
      const [next, entries] = scanned as [string, string[]]
      cursor = next
      const page = entries.filter((_, index) => index % 2 === 1).map(text => JSON.parse(text) as T)
      const wanted = page.filter(isOne)
      if (wanted.length > 0) yield wanted
    } while (cursor !== '0')
  }

  async function rewrap(kind: 'requestKeys' | 'countryKeys', changes: readonly Rewrapping[]): Promise<number> {
    assertEntries(changes)
    const [count] = await call('keysRewrap', kind, ...changes.map(change => JSON.stringify(change)))
    return Number(count)
  }

  return {
    find: async keyIds => (await forEach('keysFind', keyIds, id => id)).map(storedKeyIn),
    insert: async keys => (await forEach('keysInsert', keys, key => JSON.stringify(key))).map(text => storedKeyIn(text) as StoredKey),
    countryKeys: async keyIds => (await forEach('keysCountryKeys', keyIds, id => id)).map(parse<WrappedCountryKey>),
    currentCountryKeys: async of => (await forEach('keysCurrentCountryKeys', of, country => country)).map(parse<WrappedCountryKey>),
    async insertCountryKey(key) {
      const [text = null] = await call('keysInsertCountryKey', JSON.stringify(key))
      return parse(text) as WrappedCountryKey
    },
    rewrapRequestKeys: changes => rewrap('requestKeys', changes),
    rewrapCountryKeys: changes => rewrap('countryKeys', changes),
    async intend(requestId, because, at) {
      const [text = null] = await call('keysIntend', JSON.stringify({ requestId, because, intendedAt: at }))
      return destructionIn(text) as Destruction
    },
    async destroy(requestId, at) {
      const [text = null] = await call('keysDestroy', requestId, at)
      if (text !== null) await files.rewrite()
      return destructionIn(text) as Tombstone | undefined
    },
    async confirm(requestId, at) {
      const [text = null] = await call('keysConfirm', requestId, at)
      return destructionIn(text) as Tombstone | undefined
    },
    async unfinished(limit) {
      const found = (await call('keysUnfinished', String(limit))).map(text => destructionIn(text) as Destruction)
      return found.toSorted((one, other) => (one.intendedAt < other.intendedAt ? -1 : 1))
    },
    pagesOfRequestKeys: () => pagesOf<WrappedRequestKey>(requestKeysName, key => key.wrapped !== undefined),
    pagesOfCountryKeys: () => pagesOf<WrappedCountryKey>(countryKeysName, () => true),
    async *pagesOfDestructions() {
      for await (const page of pagesOf<Destruction>(destructionsName, () => true)) yield page.map(withKeys)
    },
    async metadata() {
      const [engine, restored, compared] = await call('keysMarks', 'engine', 'restored', 'compared')
      return { ...(engine && { engine }), ...(restored && { restored }), ...(compared && { compared }) }
    },
    async setMetadata(name, value) {
      await call('keysMark', name, value)
    },
    async restore({ requestKeys, countryKeys, destructions }) {
      const lines = [
        ...destructions.map(destruction => ({ destruction })),
        ...requestKeys.map(requestKey => ({ requestKey })),
        ...countryKeys.map(countryKey => ({ countryKey })),
      ]
      await forEach('keysRestore', lines, line => JSON.stringify(line))
      if (destructions.some(({ destroyedAt }) => destroyedAt !== undefined)) await files.rewrite()
    },
  }
}

const parse = <T>(text: string | null): T | undefined => (text === null ? undefined : (JSON.parse(text) as T))

/** Lua can't tell an empty list from an empty object, so an empty list is left out. */
const withKeys = (destruction: Omit<Destruction, 'keys'> & Partial<Destruction>): Destruction => ({
  ...destruction,
  keys: destruction.keys ?? [],
})

const destructionIn = (text: string | null): Destruction | undefined => (text === null ? undefined : withKeys(JSON.parse(text)))

function storedKeyIn(text: string | null): StoredKey | undefined {
  const value = parse<WrappedRequestKey | Tombstone>(text)
  if (!value) return undefined
  return 'wrapped' in value ? { state: 'present', key: value } : { state: 'destroyed', destruction: withKeys(value) as Tombstone }
}
