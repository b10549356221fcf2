import { Redis } from 'ioredis'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { findRedis } from '../../../test-kit/src/redis-server.ts'
import { describeClaimsContract, describeIdempotencyContract, describeSnapshotContract } from '../../../test-kit/src/stores-contract.ts'
import { idempotencyRetentionMs } from '../idempotency.ts'
import { createRedisClaims } from './claims.ts'
import { createRedisConnection, type RedisConnection } from './connection.ts'
import { createRedisIdempotency } from './idempotency.ts'
import { createRedisSnapshots } from './snapshots.ts'

const server = await findRedis()

describe.skipIf(!server)(`on ${server?.url ?? 'no Redis'}`, () => {
  const silent = { info: () => {}, warn: () => {} }
  const run = `test-${process.pid}-${Date.now()}`
  let opened = 0
  const connections: RedisConnection[] = []

  function connectFresh(): RedisConnection {
    const connection = createRedisConnection(server?.url ?? '', silent, { prefix: `${run}:${opened++}` })
    connections.push(connection)
    return connection
  }

  afterAll(async () => {
    await removeKeys(server?.url ?? '', run)
    await Promise.all(connections.map(connection => connection.close()))
    await server?.stop()
  })

  // The property opens a store for each of its runs: one connection serves them all, each under a prefix of its own.
  const shared = connectFresh()
  const freshWorld = (): RedisConnection => ({ ...shared, prefix: `${run}:${opened++}` })

  describeIdempotencyContract('Redis', { open: async () => createRedisIdempotency(freshWorld()), pass: () => {} })
  describeSnapshotContract('Redis', {
    open: async () => {
      const world = freshWorld()
      return namespace => createRedisSnapshots(world, namespace)
    },
  })
  describeClaimsContract('Redis', { open: async () => createRedisClaims(freshWorld(), 'freeze') })

  it('is shared by engines with their own prefixes', async () => {
    const one = connectFresh()
    const other = connectFresh()
    const claim = [{ key: 'SG:1', fingerprint: 'body' }]
    for (const connection of [one, other]) {
      expect(await createRedisIdempotency(connection).claim(claim, { leaseMs: 60_000 })).toEqual([{ outcome: 'acquired' }])
      expect(await createRedisSnapshots(connection, 'ledger').save(0, undefined, 1, [])).toBe('saved')
      const changes = [{ kind: 'join', claimKey: 'uetr:1', requestId: connection.prefix, country: 'SG' }] as const
      const owned = await createRedisClaims(connection, 'freeze').own(0, 1)
      await owned.restore({ from: undefined, to: 0, changes: [], isLast: true })
      expect(await owned.claim({ from: 0, to: 1, changes })).toEqual([{ representative: connection.prefix }])
    }
  })

  it('is shared by processes of one engine: one acquires, the other sees it', async () => {
    const one = connectFresh()
    const other = createRedisConnection(server?.url ?? '', silent, { prefix: one.prefix })
    connections.push(other)
    const claims = Array.from({ length: 200 }, (_, index) => ({ key: `SG:${index}`, fingerprint: 'body' }))
    const [here, there] = await Promise.all(
      [one, other].map(connection => createRedisIdempotency(connection).claim(claims, { leaseMs: 60_000 })),
    )
    for (const index of claims.keys()) {
      expect([here?.[index]?.outcome, there?.[index]?.outcome].sort()).toEqual(['acquired', 'inFlight'])
    }
  })

  it('lets Redis drop a claim and an answer after 30 days, and counts the lease by itself', async () => {
    const connection = connectFresh()
    const store = createRedisIdempotency(connection)
    const leftMs = async (): Promise<number> => {
      const [key = ''] = await connection.run(redis => redis.keys(`${connection.prefix}:*`))
      return connection.run(redis => redis.pttl(key))
    }
    await store.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 30_000 })
    expect(await leftMs()).toBeGreaterThan(idempotencyRetentionMs - 10_000)
    const [claim] = await store.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 30_000 })
    expect(claim?.outcome === 'inFlight' ? claim.retryAfterMs : 0).toBeGreaterThan(20_000)
    await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
    expect(await leftMs()).toBeGreaterThan(idempotencyRetentionMs - 10_000)
    expect(await leftMs()).toBeLessThanOrEqual(idempotencyRetentionMs)
  })

  it('keeps the caller’s content out of the key names', async () => {
    const connection = connectFresh()
    await createRedisIdempotency(connection).claim([{ key: 'SG:{secret}', fingerprint: 'body' }], { leaseMs: 60_000 })
    const names = await connection.run(redis => redis.keys(`${connection.prefix}:*`))
    expect(names).toHaveLength(1)
    for (const name of names) expect(name).not.toMatch(/secret|[{}]/i)
  })

  it('continues when Redis has dropped the scripts', async () => {
    const connection = connectFresh()
    const idempotency = createRedisIdempotency(connection)
    const snapshots = createRedisSnapshots(connection, 'ledger')
    await idempotency.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 60_000 })
    await snapshots.save(0, undefined, 1, [])
    await connection.run(redis => redis.script('FLUSH'))
    const claims = ['SG:1', 'SG:2', 'SG:3'].map(key => ({ key, fingerprint: 'body' }))
    expect((await idempotency.claim(claims, { leaseMs: 60_000 })).map(each => each.outcome)).toEqual(['inFlight', 'acquired', 'acquired'])
    expect(await snapshots.save(0, 1, 2, [])).toBe('saved')
  })

  it('does not report a defect as an outage', async () => {
    const connection = connectFresh()
    const snapshots = createRedisSnapshots(connection, 'ledger')
    await connection.run(redis => redis.set(`{${connection.prefix}:ledger:0}:snapshots`, 'not a hash'))
    await expect(snapshots.load(0, ['a'])).rejects.toThrow('WRONGTYPE')
    await expect(snapshots.load(0, ['a'])).rejects.toHaveProperty('name', 'ReplyError')
  })

  it('refuses addresses and names that would not work', () => {
    expect(() => createRedisConnection('http://127.0.0.1', silent)).toThrow('redis://')
    expect(() => createRedisConnection('redis://:secret@[', silent)).toThrow(/^(?!.*secret)/)
    expect(() => createRedisConnection('redis://127.0.0.1', silent, { prefix: 'a{b}' })).toThrow('prefix')
    expect(() => createRedisSnapshots(shared, 'a:b')).toThrow('namespace')
  })

  it('describes itself without the password', async () => {
    const connection = createRedisConnection('redis://user:secret@127.0.0.1:1/3', silent)
    onTestFinished(() => connection.close())
    expect(connection.description).toBe('Redis at 127.0.0.1:1')
  })
})

async function removeKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  for await (const keys of redis.scanStream({ match: `*${prefix}:*`, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(...keys)
  }
  await redis.quit()
}
