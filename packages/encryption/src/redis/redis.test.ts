import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreUnavailableError } from '@holdfast/stores'
import { createRedisConnection, type RedisConnection } from '@holdfast/stores/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyRequestKey, describeKeyStoreContract } from '../../../test-kit/src/key-store-contract.ts'
import { findRedis, hasRedisServer, type RedisServer, startRedis } from '../../../test-kit/src/redis-server.ts'
import type { KeyStore, WrappedRequestKey } from '../key-store.ts'
import { createRedisKeyStore } from './key-store.ts'

// The found server decides whether these tests run. What is written into files is searched in servers of this file's
// own.
const found = await findRedis()
await found?.stop()
const silent = { info: () => {}, warn: () => {} }

describe.skipIf(!found || !hasRedisServer())('on a redis-server with an append-only file', () => {
  let server: RedisServer
  let opened = 0
  const connections: RedisConnection[] = []

  async function connect(url: string, prefix = `test-${opened++}`): Promise<RedisConnection> {
    const connection = createRedisConnection(url, silent, { prefix })
    connections.push(connection)
    // A busy machine may need longer than a call waits.
    await expect.poll(() => connection.ping().then(() => 'present'), { timeout: 10_000 }).toBe('present')
    return connection
  }
  const storeOn = async (url: string, prefix?: string): Promise<KeyStore> => createRedisKeyStore(await connect(url, prefix))

  beforeAll(async () => {
    server = await startRedis({ appendonly: true })
  })
  afterAll(async () => {
    await Promise.all(connections.map(connection => connection.close()))
    await server?.stop()
  })

  // Two connections serve every store of the contract, each under its own prefix.
  let shared: readonly RedisConnection[] = []
  describeKeyStoreContract('Redis', {
    open: async () => {
      if (shared.length === 0) shared = [await connect(server.url), await connect(server.url)]
      const prefix = `test-${opened++}`
      const [one, other] = shared.map(connection => createRedisKeyStore({ ...connection, prefix })) as [KeyStore, KeyStore]
      return [one, other]
    },
  })

  async function folderOf(connection: RedisConnection): Promise<string> {
    const [, folder = ''] = (await connection.run(redis => redis.config('GET', 'dir'))) as string[]
    return folder
  }

  /** The keys that a file of the server contains, in their stored text form. */
  async function heldIn(folder: string, keys: readonly WrappedRequestKey[]): Promise<WrappedRequestKey[]> {
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
    const bytes = await Promise.all(names.map(({ parentPath, name }) => readFile(join(parentPath, name))))
    return keys.filter(({ wrapped }) => bytes.some(file => file.includes(wrapped.slice(20, 50))))
  }

  it('leaves no text of a destroyed key in its append-only files or snapshots, and keeps the others after a restart', async () => {
    const own = await startRedis({ appendonly: true })
    try {
      const connection = await connect(own.url)
      const [store, folder] = [createRedisKeyStore(connection), await folderOf(connection)]
      // Compressed text would not be found even if it were there.
      await connection.run(redis => redis.config('SET', 'rdbcompression', 'no'))
      const keys = Array.from({ length: 200 }, () => anyRequestKey())
      await store.insert(keys)
      const again = keys.map(key => ({ ...key, wrappedBy: 'new', wrapped: anyRequestKey().wrapped }))
      await store.rewrapRequestKeys(again.map(({ keyId, wrapped }) => ({ keyId, from: 'key of SG', wrappedBy: 'new', wrapped })))
      await own.save()
      expect(await heldIn(folder, keys)).toHaveLength(keys.length)
      expect(await heldIn(folder, again)).toHaveLength(again.length)

      const [destroyed, kept] = [again.slice(0, 150), again.slice(150)]
      await Promise.all(destroyed.map(({ requestId }) => store.intend(requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')))
      await Promise.all(destroyed.map(({ requestId }) => store.destroy(requestId, '2024-07-23T09:00:01.000Z')))
      expect(await heldIn(folder, [...destroyed, ...keys])).toEqual([])
      expect(await heldIn(folder, kept)).toHaveLength(kept.length)

      await own.kill('SIGKILL')
      await own.restart()
      const after = await storeOn(own.url, connection.prefix)
      expect((await after.find(kept.map(({ keyId }) => keyId))).map(each => each?.state)).toEqual(kept.map(() => 'present'))
      expect((await after.find(destroyed.map(({ keyId }) => keyId))).map(each => each?.state)).toEqual(destroyed.map(() => 'destroyed'))
    } finally {
      await own.stop()
    }
  })

  it('destroys the keys of a hundred requests with two rewrites of its files, and few waits for its disk', async () => {
    const own = await startRedis({ appendonly: true })
    try {
      const connection = await connect(own.url)
      const store = createRedisKeyStore(connection)
      const keys = Array.from({ length: 100 }, () => anyRequestKey())
      await store.insert(keys)
      const timesOf = async (command: string): Promise<number> => {
        const said = await connection.run(redis => redis.info('commandstats'))
        return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(said)?.[1] ?? 0)
      }
      const waitedBefore = await timesOf('waitaof')
      await Promise.all(keys.map(({ requestId }) => store.intend(requestId, 'RETENTION_OVER', '2024-07-23T09:00:00.000Z')))
      await Promise.all(keys.map(({ requestId }) => store.destroy(requestId, '2024-07-23T09:00:01.000Z')))
      await Promise.all(keys.map(({ requestId }) => store.confirm(requestId, '2024-07-23T09:00:02.000Z')))
      expect(await store.unfinished(1)).toEqual([])
      expect([1, 2]).toContain(await timesOf('bgrewriteaof'))
      const waited = (await timesOf('waitaof')) - waitedBefore
      expect(waited).toBeGreaterThan(0)
      expect(waited).toBeLessThan(30)
    } finally {
      await own.stop()
    }
  })

  it('reports no flushed or unreachable key as unknown, and creates none then', async () => {
    const own = await startRedis({ appendonly: true })
    try {
      const connection = await connect(own.url)
      const store = createRedisKeyStore(connection)
      const key = anyRequestKey()
      await store.insert([key])
      const calls = [
        () => store.find([key.keyId]),
        () => store.insert([anyRequestKey()]),
        () => store.currentCountryKeys(['SG']),
        () => store.countryKeys(['one']),
        () => store.intend(key.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z'),
        () => store.destroy(key.requestId, '2024-07-23T09:00:00.000Z'),
        () => store.confirm(key.requestId, '2024-07-23T09:00:00.000Z'),
        () => store.unfinished(1),
        () => store.restore({ requestKeys: [anyRequestKey()], countryKeys: [], destructions: [] }),
        () => store.pagesOfRequestKeys()[Symbol.asyncIterator]().next(),
      ]
      await own.flush()
      for (const call of calls) await expect(call()).rejects.toThrow(/has lost its keys/)
      for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
      await own.kill('SIGKILL')
      for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
    } finally {
      await own.stop()
    }
  })

  it('confirms a key, with a required replica, only once the replica has it, which keeps it after its promotion', async () => {
    const [primary, replica] = [await startRedis({ appendonly: true }), await startRedis({ appendonly: true })]
    try {
      await replica.follow(primary.port)
      const { prefix, ...connection } = await connect(primary.url)
      const store = createRedisKeyStore({ prefix, ...connection }, { replicas: 1 })
      const [key, late] = [anyRequestKey(), anyRequestKey()]
      await expect.poll(() => store.insert([key]).catch(({ message }) => message), { timeout: 10_000 }).toEqual([{ state: 'present', key }])

      await replica.kill('SIGSTOP')
      await expect(store.insert([late])).rejects.toThrow('on the disks of 0 replicas')
      await expect(store.insert([late])).rejects.toThrow(StoreUnavailableError)
      // A caller that finds it there has written nothing, and does not get it either.
      const other = createRedisKeyStore(await connect(primary.url, prefix), { replicas: 1 })
      await expect(other.insert([anyRequestKey({ requestId: late.requestId })])).rejects.toThrow(StoreUnavailableError)
      await expect(store.intend(key.requestId, 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')).rejects.toThrow(StoreUnavailableError)
      expect(await store.find([key.keyId])).toEqual([{ state: 'present', key }])

      await replica.kill('SIGCONT')
      const repeated = anyRequestKey({ requestId: late.requestId })
      const again = () => other.insert([repeated]).catch(({ message }) => message)
      await expect.poll(again, { timeout: 10_000 }).toEqual([{ state: 'present', key: late }])
      const more = Array.from({ length: 50 }, () => anyRequestKey())
      await Promise.all(more.map(each => store.insert([each])))
      await primary.kill('SIGKILL')
      await replica.follow(undefined)
      const promoted = await storeOn(replica.url, prefix)
      const given = [key, late, ...more]
      expect(await promoted.find(given.map(({ keyId }) => keyId))).toEqual(given.map(each => ({ state: 'present', key: each })))
    } finally {
      await Promise.all([primary.stop(), replica.stop()])
    }
  })

  it('does not confirm a key on the word of another server than the one that accepted it', async () => {
    const [primary, replica] = [await startRedis({ appendonly: true }), await startRedis({ appendonly: true })]
    try {
      await replica.follow(primary.port)
      const connection = await connect(primary.url)
      let isReconnected = false
      const run: RedisConnection['run'] = work =>
        connection.run(redis => {
          const get = (_: object, name: string) => {
            // Another connection at each access.
            if (name === 'stream' && isReconnected) return {}
            const found: unknown = Reflect.get(redis, name)
            return typeof found === 'function' ? found.bind(redis) : found
          }
          return work(new Proxy(redis, { get } as ProxyHandler<typeof redis>))
        })
      const store = createRedisKeyStore({ ...connection, run }, { replicas: 1 })
      const insert = async () => {
        await store.insert([anyRequestKey()])
        return 'stored'
      }
      await expect.poll(() => insert().catch(({ message }) => message), { timeout: 10_000 }).toBe('stored')
      isReconnected = true
      await expect(insert()).rejects.toThrow('reconnected while a key was written')
    } finally {
      await Promise.all([primary.stop(), replica.stop()])
    }
  })

  it('accepts no key without persistence, from the start or later', async () => {
    const own = await startRedis({ appendonly: false })
    try {
      await expect((await storeOn(own.url)).insert([anyRequestKey()])).rejects.toThrow('must have appendonly yes and appendfsync always')
      const connection = await connect(own.url)
      await connection.run(redis => redis.config('SET', 'appendonly', 'yes'))
      const store = createRedisKeyStore(connection)
      const key = anyRequestKey()
      await expect.poll(() => store.insert([key]).then(() => 'stored'), { timeout: 10_000 }).toBe('stored')
      await connection.run(redis => redis.config('SET', 'appendonly', 'no'))
      await expect(store.insert([anyRequestKey()])).rejects.toThrow(StoreUnavailableError)
      await expect(store.intend(randomUUID(), 'ERASURE_ORDERED', '2024-07-23T09:00:00.000Z')).rejects.toThrow(StoreUnavailableError)
      expect(await store.find([key.keyId])).toEqual([{ state: 'present', key }])
    } finally {
      await own.stop()
    }
  })

  it('is shared by engines with their own prefixes', async () => {
    const [one, other] = [await storeOn(server.url), await storeOn(server.url)]
    const key = anyRequestKey()
    await one.insert([key])
    expect(await other.find([key.keyId])).toEqual([undefined])
    const mine = anyRequestKey({ requestId: key.requestId })
    expect(await other.insert([mine])).toEqual([{ state: 'present', key: mine }])
  })

  it('continues when Redis has dropped the scripts', async () => {
    const connection = await connect(server.url)
    const store = createRedisKeyStore(connection)
    const key = anyRequestKey()
    await store.insert([key])
    await connection.run(redis => redis.script('FLUSH'))
    expect(await store.find([key.keyId])).toEqual([{ state: 'present', key }])
  })
})
