import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasRedisServer, type RedisServer, type RedisServerOptions, startRedis } from '../../../test-kit/src/redis-server.ts'
import type { ClaimChange } from '../claims.ts'
import { IndexIncompleteError, StoreUnavailableError } from '../errors.ts'
import { createRedisClaims } from './claims.ts'
import { createRedisConnection, type RedisConnection } from './connection.ts'
import { createRedisIdempotency } from './idempotency.ts'
import { createRedisSnapshots } from './snapshots.ts'

interface Line {
  readonly level: 'info' | 'warn'
  readonly message: string
}

function connectTo(url: string): { connection: RedisConnection; lines: Line[] } {
  const lines: Line[] = []
  const write = (level: Line['level']) => (_about: object, message: string) => void lines.push({ level, message })
  const connection = createRedisConnection(url, { info: write('info'), warn: write('warn') })
  onTestFinished(() => connection.close())
  return { connection, lines }
}

/** A second of this process. It has two steps, as a call has: it waits for the connection, then for the answer. A busy machine delays both alike. */
async function aSecond(): Promise<void> {
  await pause(400)
  await pause(600)
}

/** Every call of every store must fail within the second that the ports promise. */
async function expectUnavailable(connection: RedisConnection): Promise<void> {
  const idempotency = createRedisIdempotency(connection)
  const snapshots = createRedisSnapshots(connection, 'ledger')
  const payments = createRedisClaims(connection, 'freeze')
  const calls = {
    claim: () => idempotency.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 60_000 }),
    complete: () => idempotency.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }]),
    releaseLease: () => idempotency.releaseLease('SG:1', 'body'),
    abandon: () => idempotency.abandon('SG:1', 'body'),
    load: () => snapshots.load(0, ['a']),
    save: () => snapshots.save(0, undefined, 1, [{ id: 'a', snapshot: 'one' }]),
    due: () => snapshots.due(0, 0, 1),
    clear: () => snapshots.clear(0),
    ownPayments: () => payments.own(0, 1),
    clearPayments: () => payments.clear(),
    ping: () => connection.ping(),
  }
  let isOver = false
  const second = aSecond().then(() => {
    isOver = true
  })
  const failures = await Promise.all(
    Object.entries(calls).map(async ([name, call]) => {
      const error = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      return { name, unavailable: error instanceof StoreUnavailableError, isInTime: !isOver }
    }),
  )
  await second
  expect(failures).toEqual(Object.keys(calls).map(name => ({ name, unavailable: true, isInTime: true })))
}

const isBack = (connection: RedisConnection): Promise<boolean> =>
  connection.ping().then(
    () => true,
    () => false,
  )

async function expectBack(connection: RedisConnection): Promise<void> {
  await expect.poll(() => isBack(connection), { timeout: 10_000, interval: 20 }).toBe(true)
}

describe('an unreachable Redis', () => {
  it('is reported within a second, from the first call on', async () => {
    const { connection, lines } = connectTo('redis://127.0.0.1:1')
    await expectUnavailable(connection)
    await expectUnavailable(connection)
    await expect.poll(() => lines).toEqual([{ level: 'warn', message: 'Redis is unreachable; reconnecting' }])
  })

  it('is reported within a second when a server accepts the connection and never answers', async () => {
    const sockets: Socket[] = []
    const mute = createServer(socket => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      mute.close()
    })
    const { connection } = connectTo(`redis://127.0.0.1:${(mute.address() as AddressInfo).port}`)
    await expectUnavailable(connection)
    await expectUnavailable(connection)
  })
})

describe.skipIf(!hasRedisServer())('Redis that fails', () => {
  async function startOwn(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = await startRedis(options)
    onTestFinished(() => server.stop())
    return server
  }

  it('answers calls made before the connection is open', async () => {
    const server = await startOwn()
    let tries = 0
    // A busy machine may take more than the 400 ms for which a call waits: then all calls fail, and others are made.
    const claims = await vi.waitFor(
      () => {
        const { connection } = connectTo(server.url)
        const key = `SG:${++tries}`
        return Promise.all(
          Array.from({ length: 10 }, () => createRedisIdempotency(connection).claim([{ key, fingerprint: 'body' }], { leaseMs: 60_000 })),
        )
      },
      { timeout: 10_000 },
    )
    expect(claims.flat().filter(each => each.outcome === 'acquired')).toHaveLength(1)
  })

  it('is reported within a second after a kill, and used again when it is back', async () => {
    const server = await startOwn()
    const { connection, lines } = connectTo(server.url)
    await expectBack(connection)
    await server.kill('SIGKILL')
    await expectUnavailable(connection)
    await expectUnavailable(connection)
    await server.restart()
    await expectBack(connection)
    expect(lines.map(line => line.message)).toEqual([
      'Redis is connected',
      'Redis is unreachable; reconnecting',
      'Redis is connected again',
    ])
  })

  it('fails calls in flight when it is killed, and does not resend them', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    const store = createRedisIdempotency(connection)
    const claim = () => store.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 60_000 })
    await server.kill('SIGSTOP')
    const onTheWay = claim().catch((error: unknown) => error)
    await server.kill('SIGKILL')
    await server.restart()
    expect(await onTheWay).toBeInstanceOf(StoreUnavailableError)
    await expectBack(connection)
    expect(await claim()).toEqual([{ outcome: 'acquired' }])
  })

  it('is reported within a second when its process is suspended, and used again when it continues', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    await server.kill('SIGSTOP')
    await expectUnavailable(connection)
    // By now the connection was dropped, so that nothing piles up behind commands without an answer, of which each takes half a second.
    await expect(connection.ping()).rejects.toThrow(/is not connected/)
    await server.kill('SIGCONT')
    await expectBack(connection)
  })

  it('is reported within a second when its clients are paused', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    await connection.run(redis => redis.client('PAUSE', 2_000))
    await expectUnavailable(connection)
    await expectBack(connection)
  })

  it('is reported when it has no memory left', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    await connection.run(redis => redis.config('SET', 'maxmemory', '1'))
    const claim = createRedisIdempotency(connection).claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 60_000 })
    await expect(claim).rejects.toThrow(StoreUnavailableError)
    await expect(claim).rejects.toThrow('OOM')
  })

  it('logs a warning when it may evict keys', async () => {
    const server = await startOwn()
    const first = connectTo(server.url)
    await expectBack(first.connection)
    await first.connection.run(redis => redis.config('SET', 'maxmemory-policy', 'allkeys-lru'))
    const { lines } = connectTo(server.url)
    await expect
      .poll(() => lines.filter(line => line.level === 'warn').map(line => line.message))
      .toEqual(['Redis may evict keys. Set maxmemory-policy to noeviction'])
    expect(first.lines.filter(line => line.level === 'warn')).toEqual([])
  })

  it('reports a flush to the owner of a partition', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    const snapshots = createRedisSnapshots(connection, 'ledger')
    await snapshots.save(0, undefined, 7, [{ id: 'a', snapshot: 'seven', dueAtMs: 70 }])
    await connection.run(redis => redis.flushall())
    expect(await snapshots.save(0, 7, 8, [])).toBe('lost')
    expect(await snapshots.due(0, 100, 10)).toEqual({ snapshotOffset: undefined, ids: [] })
    expect(await snapshots.load(0, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
  })

  it('reports an older copy to the owner of a partition, and returns that copy completely', async () => {
    const server = await startOwn()
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    const snapshots = createRedisSnapshots(connection, 'ledger')
    await snapshots.save(0, undefined, 5, [{ id: 'a', snapshot: 'five', dueAtMs: 50 }])
    await connection.run(redis => redis.save())
    await snapshots.save(0, 5, 9, [
      { id: 'a', snapshot: 'nine' },
      { id: 'b', snapshot: 'nine', dueAtMs: 90 },
    ])
    await server.kill('SIGKILL')
    await server.restart()
    await expectBack(connection)
    expect(await snapshots.save(0, 9, 10, [])).toBe('lost')
    expect(await snapshots.load(0, ['a', 'b'])).toEqual({ snapshotOffset: 5, snapshots: new Map([['a', 'five']]) })
    expect(await snapshots.due(0, 100, 10)).toEqual({ snapshotOffset: 5, ids: ['a'] })
  })

  describe('with claims', () => {
    const join = (requestId: string): ClaimChange => ({ kind: 'join', claimKey: 'uetr:1', requestId, country: 'SG' })

    /** Two partitions, complete up to an offset; the second holds a payment. */
    async function completed(connection: RedisConnection) {
      await expectBack(connection)
      const payments = createRedisClaims(connection, 'freeze')
      const [first, second] = await Promise.all([payments.own(0, 2), payments.own(1, 2)])
      await first.restore({ from: undefined, to: 5, changes: [], isLast: true })
      await second.restore({ from: undefined, to: 5, changes: [join('standing')], isLast: true })
      return { payments, first, second }
    }

    it('accepts no claim after a flush until every owner has restored its partition', async () => {
      const server = await startOwn()
      const { connection } = connectTo(server.url)
      const { payments, first, second } = await completed(connection)
      await server.flush()
      expect(await Promise.all([first.isComplete(5), second.isComplete(5)])).toEqual([false, false])
      await expect(first.claim({ from: 5, to: 6, changes: [join('late')] })).rejects.toThrow(IndexIncompleteError)
      const owned = await payments.own(0, 2)
      expect(owned.found).toEqual({ state: 'unknown' })
      await owned.restore({ from: undefined, to: 5, changes: [], isLast: true })
      await expect(owned.claim({ from: 5, to: 6, changes: [join('late')] })).rejects.toThrow('those of partition 1 are incomplete')
      await (await payments.own(1, 2)).restore({ from: undefined, to: 5, changes: [join('standing')], isLast: true })
      expect(await owned.claim({ from: 5, to: 6, changes: [join('late')] })).toEqual([{ representative: 'standing' }])
    })

    it('accepts no claim on an older copy until every owner has updated it', async () => {
      const server = await startOwn()
      const { connection } = connectTo(server.url)
      const { payments, first, second } = await completed(connection)
      await connection.run(redis => redis.save())
      await second.claim({ from: 5, to: 8, changes: [{ ...join('since then'), country: 'FR' }] })
      await server.kill('SIGKILL')
      await server.restart()
      await expectBack(connection)
      // The copy says that both partitions are complete, and names the owners that still are.
      expect(await Promise.all([first.isComplete(5), second.isComplete(8)])).toEqual([false, false])
      const late = { ...join('late'), country: 'FR' }
      await expect(first.claim({ from: 5, to: 6, changes: [late] })).rejects.toThrow(IndexIncompleteError)
      const [one, two] = await Promise.all([payments.own(0, 2), payments.own(1, 2)])
      expect([one.found, two.found]).toEqual(Array(2).fill({ state: 'restarted', position: 5 }))
      await one.restore({ from: 5, to: 5, changes: [], isLast: true })
      await expect(one.claim({ from: 5, to: 6, changes: [late] })).rejects.toThrow('those of partition 1 are incomplete')
      await two.restore({ from: 5, to: 8, changes: [{ ...join('since then'), country: 'FR' }], isLast: true })
      expect(await one.claim({ from: 5, to: 6, changes: [late] })).toEqual([{ representative: 'since then', linkedTo: 'standing' }])
    })

    it('does not complete a partition that lost a step in between', async () => {
      const server = await startOwn()
      const { connection } = connectTo(server.url)
      await expectBack(connection)
      const owned = await createRedisClaims(connection, 'freeze').own(0, 1)
      await owned.restore({ from: undefined, to: 5, changes: [], isLast: false })
      await connection.run(redis => redis.save())
      await owned.restore({ from: 5, to: 8, changes: [join('lost')], isLast: false })
      await server.kill('SIGKILL')
      await server.restart()
      await expectBack(connection)
      await expect(owned.restore({ from: 8, to: 9, changes: [], isLast: true })).rejects.toThrow('lost facts')
    })
  })

  it('keeps what it answered when it writes its file first', async () => {
    const server = await startOwn({ appendonly: true })
    const { connection } = connectTo(server.url)
    await expectBack(connection)
    const store = createRedisIdempotency(connection)
    await store.complete([{ key: 'SG:1', fingerprint: 'body', response: 'accepted' }])
    await server.kill('SIGKILL')
    await server.restart()
    await expectBack(connection)
    expect(await store.claim([{ key: 'SG:1', fingerprint: 'body' }], { leaseMs: 60_000 })).toEqual([
      { outcome: 'replay', response: 'accepted' },
    ])
  })
})
