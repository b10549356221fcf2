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
import { createRewriting } from './rewriting.ts'
import { keyCount, keysOf, lostCode, type ScriptName, scripts } from './scripts.ts'

type Redis = Parameters<Parameters<RedisConnection['run']>[0]>[0]

/** With `appendfsync always` it is there already. Less than a command may take. */
const keptMsMax = 400
/** A replica says how far its disk is when it has read what is new, and it may write that down only afterwards: it is asked again, rather than waited for until it says so by itself, after a second. */
const askReplicasMs = 20
const writes: ReadonlySet<ScriptName> = new Set([
  'sealingInsert',
  'sealingInsertCountryKey',
  'sealingRewrap',
  'sealingIntend',
  'sealingDestroy',
  'sealingConfirm',
  'sealingMark',
  'sealingRestore',
])

/** Of each request by itself, for as many requests as a batch has. */
const ofMany: ReadonlySet<ScriptName> = new Set(['sealingIntend', 'sealingDestroy', 'sealingConfirm'])

/** As the connection has them once they are defined. */
type Scripts = Readonly<Record<ScriptName, (...args: string[]) => Promise<(string | null)[]>>>

export interface RedisKeyStoreOptions {
  /** How many replicas have what is written on their disks, too, before it is answered. Default 0: a replica that takes the place of its primary may lack keys that were given. */
  readonly replicas?: number
}

/**
 * The key store in a Redis of its own or with the engine's others, under a prefix. Redis must have `appendonly yes` and `appendfsync always`: what is written is answered once Redis says that it is on its disk, which it does not in time with anything else. Each step is
 * one script. A store that was flushed is told from one that never had a key for as long as this process lives: nothing is said of a key then.
 */
export function createRedisKeyStore(connection: RedisConnection, { replicas = 0 }: RedisKeyStoreOptions = {}): KeyStore {
  for (const [name, lua] of Object.entries(scripts)) connection.define(name, keyCount, lua)
  const names = keysOf(connection.prefix)
  const [storeName = '', requestKeysName = '', , countryKeysName = '', , destructionsName = ''] = names
  const askedName = `{${connection.prefix}:sealing}:asked`
  const rewriting = createRewriting(connection)
  let storeId: Promise<string> | undefined

  const unfit = (): StoreUnavailableError =>
    new StoreUnavailableError(`${connection.description} must have appendonly yes and appendfsync always to keep keys`)

  /** Made by whoever comes first. A Redis that can't keep keys is refused here, at the first call. */
  async function begin(): Promise<string> {
    return connection.run(async redis => {
      if (!(await redis.info('persistence')).includes('aof_enabled:1')) throw unfit()
      await kept(redis, () => redis.set(storeName, randomUUID(), 'NX'))
      return (await redis.get(storeName)) ?? ''
    })
  }

  /** Writes, and gives what that was answered once it is kept. What waits for it has the connection for itself meanwhile: what is written for many at once waits together. */
  async function kept<T>(redis: Redis, write: () => Promise<T>, isOfMany = false): Promise<T> {
    if (replicas === 0 && !isOfMany) {
      // Sent behind it at once: the two take one round trip.
      const [reply] = await Promise.all([write(), onDisk(redis)])
      return reply
    }
    const { stream } = redis
    const reply = await write()
    await onDisks()
    if (redis.stream !== stream) throw new StoreUnavailableError(`${connection.description} was connected anew while a key was written`)
    return reply
  }

  /** What this connection has written is on the disk of Redis. It is asked, and not how Redis is set: a service may not read that, as a password stands there. */
  async function onDisk(redis: Redis): Promise<void> {
    const [here] = (await redis.call('WAITAOF', 1, 0, keptMsMax)) as number[]
    if (here !== 1) throw notOnDisk()
  }

  /**
   * All that anybody has written by now is on the disks of Redis and of its replicas. Redis waits for what this connection wrote last: so it writes something, as what is asked for may be a key that another one wrote and was refused.
   */
  const onDisks = coalesceWork(() =>
    connection.run(async redis => {
      const untilMs = performance.now() + keptMsMax
      await redis.set(askedName, '')
      for (;;) {
        const [here = 0, there = 0] = (await redis.call('WAITAOF', 1, replicas, askReplicasMs)) as number[]
        if (here === 1 && there >= replicas) return
        if (performance.now() < untilMs) continue
        if (here !== 1) throw notOnDisk()
        throw new StoreUnavailableError(
          `${connection.description} has a key on the disks of ${there} replicas after ${keptMsMax} ms, and HOLDFAST_KEYS_REDIS_REPLICAS asks for ${replicas}`,
        )
      }
    }),
  )

  const notOnDisk = (): StoreUnavailableError =>
    new StoreUnavailableError(
      `${connection.description} has not brought a key to its disk within ${keptMsMax} ms: does it have appendfsync always?`,
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
        return writes.has(name) ? kept(redis, ask, ofMany.has(name)) : ask()
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

  async function* pages<T>(hash: string, isOne: (value: T) => boolean): AsyncIterable<readonly T[]> {
    const id = await idOfStore()
    let cursor = '0'
    do {
      // In one piece, so that a page is of the store that it is said to be of.
      const replies = await connection.run(redis => redis.multi().get(storeName).hscan(hash, cursor, 'COUNT', pageSize).exec())
      const [[, held] = [], [error, scanned] = []] = replies ?? []
      if (error) throw error
      if (held !== id) throw lost()
      const [next, entries] = scanned as [string, string[]]
      cursor = next
      const page = entries.filter((_, index) => index % 2 === 1).map(text => JSON.parse(text) as T)
      const wanted = page.filter(isOne)
      if (wanted.length > 0) yield wanted
    } while (cursor !== '0')
  }

  async function rewrap(kind: 'requestKeys' | 'countryKeys', changes: readonly Rewrapping[]): Promise<number> {
    assertEntries(changes)
    const [count] = await call('sealingRewrap', kind, ...changes.map(change => JSON.stringify(change)))
    return Number(count)
  }

  return {
    find: async keyIds => (await forEach('sealingFind', keyIds, id => id)).map(standingIn),
    insert: async keys => (await forEach('sealingInsert', keys, key => JSON.stringify(key))).map(text => standingIn(text) as StoredKey),
    countryKeys: async keyIds => (await forEach('sealingCountryKeys', keyIds, id => id)).map(parse<WrappedCountryKey>),
    currentCountryKeys: async of => (await forEach('sealingCurrentCountryKeys', of, country => country)).map(parse<WrappedCountryKey>),
    async insertCountryKey(key) {
      const [text = null] = await call('sealingInsertCountryKey', JSON.stringify(key))
      return parse(text) as WrappedCountryKey
    },
    rewrapRequestKeys: changes => rewrap('requestKeys', changes),
    rewrapCountryKeys: changes => rewrap('countryKeys', changes),
    async intend(requestId, because, at) {
      const [text = null] = await call('sealingIntend', JSON.stringify({ requestId, because, intendedAt: at }))
      return destructionIn(text) as Destruction
    },
    async destroy(requestId, at) {
      const [text = null] = await call('sealingDestroy', requestId, at)
      if (text !== null) await rewriting.letGo()
      return destructionIn(text) as Tombstone | undefined
    },
    async confirm(requestId, at) {
      const [text = null] = await call('sealingConfirm', requestId, at)
      return destructionIn(text) as Tombstone | undefined
    },
    async unfinished(limit) {
      const found = (await call('sealingUnfinished', String(limit))).map(text => destructionIn(text) as Destruction)
      return found.toSorted((one, other) => (one.intendedAt < other.intendedAt ? -1 : 1))
    },
    pagesOfRequestKeys: () => pages<WrappedRequestKey>(requestKeysName, key => key.wrapped !== undefined),
    pagesOfCountryKeys: () => pages<WrappedCountryKey>(countryKeysName, () => true),
    async *pagesOfDestructions() {
      for await (const page of pages<Destruction>(destructionsName, () => true)) yield page.map(withKeys)
    },
    async marks() {
      const [engine, restored, compared] = await call('sealingMarks', 'engine', 'restored', 'compared')
      return { ...(engine && { engine }), ...(restored && { restored }), ...(compared && { compared }) }
    },
    async mark(name, value) {
      await call('sealingMark', name, value)
    },
    async restore({ requestKeys, countryKeys, destructions }) {
      const lines = [
        ...destructions.map(destruction => ({ destruction })),
        ...requestKeys.map(requestKey => ({ requestKey })),
        ...countryKeys.map(countryKey => ({ countryKey })),
      ]
      await forEach('sealingRestore', lines, line => JSON.stringify(line))
      if (destructions.some(({ destroyedAt }) => destroyedAt !== undefined)) await rewriting.letGo()
    },
  }
}

const parse = <T>(text: string | null): T | undefined => (text === null ? undefined : (JSON.parse(text) as T))

/** Lua tells an empty list from an empty object as little as nothing: where there is none it is left out. */
const withKeys = (destruction: Omit<Destruction, 'keys'> & Partial<Destruction>): Destruction => ({
  ...destruction,
  keys: destruction.keys ?? [],
})

const destructionIn = (text: string | null): Destruction | undefined => (text === null ? undefined : withKeys(JSON.parse(text)))

function standingIn(text: string | null): StoredKey | undefined {
  const value = parse<WrappedRequestKey | Tombstone>(text)
  if (!value) return undefined
  return 'wrapped' in value ? { state: 'there', key: value } : { state: 'destroyed', destruction: withKeys(value) as Tombstone }
}
