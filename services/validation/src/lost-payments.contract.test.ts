import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { type ClaimIndex, IndexIncompleteError } from '@holdfast/stores'
import { createRedisClaims, createRedisConnection, createRedisSnapshots, type RedisConnection } from '@holdfast/stores/redis'
import { hasRedisServer, type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequest, buildRequests, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { crash, createValidationWorld, type Owner, paymentIndexOf, type TestSender, type ValidationWorld } from '../test/world.ts'

const requester: TestSender = ['SG', 'system']
const silent = { info: () => {}, warn: () => {} }

/**
 * Redis loses the claims while requests for the same payment arrive in two partitions. Only timing decides
 * whether the second is claimed before the first one's owner has restored its own, so each test stops at that moment.
 */
describe.skipIf(!hasRedisServer())('of two requests for one payment, only one continues', () => {
  let server: RedisServer
  let connection: RedisConnection
  let claims: ClaimIndex
  let world: ValidationWorld

  beforeAll(async () => {
    server = await startRedis()
    connection = createRedisConnection(server.url, silent)
    claims = createRedisClaims(connection, 'freeze')
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })
  beforeEach(async () => {
    await server.flush()
    const store = createRedisSnapshots(connection, 'validation')
    world = await createValidationWorld({ at: requestedAt, stores: { store, claims } })
  })
  afterEach(() => world.close())

  const open = (partition: number, name: string, overrides: Overrides<FreezeRequest> = {}) =>
    world.open(partition, name, buildRequest(overrides))
  const ownBoth = () => Promise.all([world.own(0), world.own(1)])
  const isBack = () =>
    expect
      .poll(
        () =>
          connection.ping().then(
            () => true,
            () => false,
          ),
        { timeout: 10_000, interval: 20 },
      )
      .toBe(true)

  const comesBackOlder = async () => {
    await server.kill('SIGKILL')
    await server.restart()
    await isBack()
  }

  /** The second request waits while the first one's owner is down, and is a duplicate once it is back. */
  async function secondWaitsForFirst(first: string, ownerOfSecond: Owner): Promise<void> {
    const second = await open(1, 'second')
    // Its states or its claims: whichever it reads first is lost, or may be of an older backup.
    await expect(ownerOfSecond.take()).rejects.toThrow('partition 1')
    await ownerOfSecond.close()
    const again = await world.own(1)
    await expect(again.take()).rejects.toThrow('those of partition 0 are incomplete')
    expect(await world.answersOn(second)).toEqual([])
    const successor = await world.own(0)
    await again.take()
    await successor.take()
    await world.decide()
    expect([first, second].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
    await successor.take()
    await again.take()
    const third = await open(1, 'third')
    await again.take()
    await world.decide()
    expect(world.stateOf(third)).toBe('closed.duplicate')
  }

  test('when Redis is flushed after the first was verified', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await server.flush()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is flushed after the first passed its assessment, before the ledger has decided that', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await owner.close()
    await server.flush()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is flushed after the first passed its assessment by an owner that crashed before saving', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await expect(owner.take(crash)).rejects.toThrow('the process crashed')
    await owner.close()
    await server.flush()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is flushed while the first waits for an answer, and the second must wait', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first', { payment: { debtor: { account: { iban: 'TL000020123456789012345' } } } })
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await server.flush()
    const second = await open(1, 'second')
    // Its states or its claims: whichever it reads first is lost, or may be of an older backup.
    await expect(ownerOfSecond.take()).rejects.toThrow('partition 1')
    await ownerOfSecond.close()
    const [again, successor] = [await world.own(1), await world.own(0)]
    await again.take()
    await world.decide()
    await world.give(requester, first, 'ProvideInformation', { request: buildRequest() })
    await successor.take()
    await world.decide()
    expect([first, second].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
  })

  test('when it is flushed before the first was assessed: the first to be assessed continues', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await server.flush()
    const both = [await open(0, 'first'), await open(1, 'second')]
    await owner.close()
    await ownerOfSecond.close()
    const again = await world.own(1)
    await expect(again.take()).rejects.toThrow(IndexIncompleteError)
    const successor = await world.own(0)
    await again.take()
    await successor.take()
    await world.decide()
    expect(both.map(world.stateOf)).toEqual(['closed.duplicate', 'verified.ordering'])
  })

  test('when a duplicate is restored before the request that stands', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    const second = await open(1, 'second')
    await ownerOfSecond.take()
    await owner.close()
    await ownerOfSecond.close()
    await server.flush()
    const again = await world.own(1)
    const successor = await world.own(0)
    const third = await open(1, 'third')
    await again.take()
    await world.decide()
    await successor.take()
    await again.take()
    expect([first, second, third].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate', 'closed.duplicate'])
    expect((await world.answersOn(third))[0]).toMatchObject({ data: { standingRequestId: first } })
  })

  test('when the first one’s owner has no traffic, because it checks each second', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await server.flush()
    const second = await open(1, 'second')
    // Its states or its claims: whichever it reads first is lost, or may be of an older backup.
    await expect(ownerOfSecond.take()).rejects.toThrow('partition 1')
    await expect
      .poll(
        () =>
          ownerOfSecond.take().then(
            () => 'taken',
            (error: unknown) => error,
          ),
        { timeout: 10_000 },
      )
      .toBe('taken')
    await world.decide()
    expect([first, second].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
  })

  test('when the first one’s owner crashes while it restores', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await server.flush()
    const dying = await claims.own(0, 2)
    await dying.restore({ from: undefined, to: 1, changes: [], isLast: false })
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when Redis is restored from a backup from before the first claim', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await connection.run(redis => redis.save())
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await comesBackOlder()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is restored after the first passed its assessment by an owner that crashed before saving', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await connection.run(redis => redis.save())
    const first = await open(0, 'first')
    await expect(owner.take(crash)).rejects.toThrow('the process crashed')
    await owner.close()
    await comesBackOlder()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is restored between the claim and the save of the first, to the offset that its owner expects', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await connection.run(redis => redis.save())
    const first = await open(0, 'first')
    await owner.take(comesBackOlder)
    await owner.close()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when a former owner still works next to its successor', async () => {
    const [late, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    const owner = await world.own(0)
    await expect(late.take()).rejects.toThrow(IndexIncompleteError)
    expect(await world.answersOn(first)).toEqual([])
    await owner.take()
    const second = await open(1, 'second')
    await ownerOfSecond.take()
    await world.decide()
    expect([first, second].map(world.stateOf)).toEqual(['verified.ordering', 'closed.duplicate'])
  })

  test('and a request that ended before is not open afterwards', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await world.give(requester, first, 'Withdraw', { reason: 'the victim was paid' })
    await owner.take()
    await owner.close()
    await ownerOfSecond.close()
    await server.flush()
    const [, again] = await ownBoth()
    const second = await open(1, 'second')
    await again.take()
    await world.decide()
    expect(world.stateOf(second)).toBe('verified.ordering')
  })

  test('and the data of another ledger’s store is ignored', async () => {
    const foreign = await claims.own(0, 2)
    const join = { kind: 'join', claimKey: paymentIndexOf(buildRequest()), requestId: 'of another ledger', country: 'SG' } as const
    await foreign.restore({ from: undefined, to: 1_000, changes: [join], isLast: true })
    const owner = await world.own(0)
    await world.own(1)
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    expect(world.stateOf(first)).toBe('verified.ordering')
  })

  test('and one Redis call claims for a whole batch, and moves the index with it', async () => {
    const [owner] = await ownBoth()
    for (const [index, request] of buildRequests(40).entries()) await world.open(0, `request ${index}`, request)
    const calls = async () => {
      const stats = await connection.run(redis => redis.info('commandstats'))
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1])
    }
    let before = await calls()
    await owner.take()
    // Its states, its claims, its save.
    expect((await calls()) - before).toBe(3)
    await world.decide()
    before = await calls()
    await owner.take()
    // Its save, and with it the step of the index: its states were in memory.
    expect((await calls()) - before).toBe(2)
  })
})
