import type { FreezeRequest } from '@holdfast/schemas'
import { IndexIncompleteError, type OpenPayments } from '@holdfast/stores'
import { createRedisConnection, createRedisOpenPayments, createRedisSnapshots, type RedisConnection } from '@holdfast/stores/redis'
import { hasRedisServer, type RedisServer, startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequest, buildRequests, type Overrides, requestedAt } from '@holdfast/test-kit/requests'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createValidationWorld, die, type Owner, paymentIndexOf, type TestSender, type ValidationWorld } from '../test/world.ts'

const requester: TestSender = ['SG', 'system']
const silent = { info: () => {}, warn: () => {} }

/**
 * Redis loses the open payments while requests for the same payment come in two partitions. Nothing but the present moment decides whether the second is
 * claimed before the first one's owner has restored its own, so each of these holds that moment still.
 */
describe.skipIf(!hasRedisServer())('of two requests for one payment never both go on', () => {
  let server: RedisServer
  let connection: RedisConnection
  let openPayments: OpenPayments
  let world: ValidationWorld

  beforeAll(async () => {
    server = await startRedis()
    connection = createRedisConnection(server.url, silent)
    openPayments = createRedisOpenPayments(connection)
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })
  beforeEach(async () => {
    await server.flush()
    const store = createRedisSnapshots(connection, 'validation')
    world = await createValidationWorld({ at: requestedAt, stores: { store, openPayments } })
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

  /** The second request waits for as long as the first one's owner is away, and is found to be a duplicate once it is back. */
  async function secondWaitsForFirst(first: string, ownerOfSecond: Owner): Promise<void> {
    const second = await open(1, 'second')
    // Its states or its open payments: whichever it asks for first is gone, or may be of an older copy.
    await expect(ownerOfSecond.take()).rejects.toThrow('partition 1')
    await ownerOfSecond.close()
    const again = await world.own(1)
    await expect(again.take()).rejects.toThrow('those of partition 0 are not all there')
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

  test('when it is flushed after the first was let pass, which the ledger has not decided yet', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await owner.close()
    await server.flush()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is flushed after the first was let pass by an owner that could not save that', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await expect(owner.take(die)).rejects.toThrow('it has died')
    await owner.close()
    await server.flush()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it is flushed while the first waits for an answer, and the second has to wait for its turn', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first', { payment: { debtor: { account: { iban: 'TL000020123456789012345' } } } })
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await server.flush()
    const second = await open(1, 'second')
    // Its states or its open payments: whichever it asks for first is gone, or may be of an older copy.
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

  test('when it is flushed before the first was looked at: whichever comes first goes on', async () => {
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

  test('when what was found to be a duplicate is restored before the one that stands', async () => {
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

  test('when the first one’s owner has nothing else to do: it looks each second', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await server.flush()
    const second = await open(1, 'second')
    // Its states or its open payments: whichever it asks for first is gone, or may be of an older copy.
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

  test('when the first one’s owner dies while it restores', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    await owner.take()
    await owner.close()
    await server.flush()
    const dying = await openPayments.own(0, 2)
    await dying.restore({ from: undefined, to: 1, changes: [], isLast: false })
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when Redis comes back with an older copy, from before the first was claimed', async () => {
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

  test('when it does so after the first was let pass by an owner that could not save that', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await connection.run(redis => redis.save())
    const first = await open(0, 'first')
    await expect(owner.take(die)).rejects.toThrow('it has died')
    await owner.close()
    await comesBackOlder()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when it does so between the claim and the save of the first: the copy stands where its owner expects it, and takes the save', async () => {
    const [owner, ownerOfSecond] = await ownBoth()
    await connection.run(redis => redis.save())
    const first = await open(0, 'first')
    await owner.take(comesBackOlder)
    await owner.close()
    await secondWaitsForFirst(first, ownerOfSecond)
  })

  test('when the one before still works beside its successor', async () => {
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

  test('and what ended before is not open afterwards', async () => {
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

  test('and a store that was of another ledger says nothing of this one', async () => {
    const foreign = await openPayments.own(0, 2)
    const join = { kind: 'join', paymentKey: paymentIndexOf(buildRequest()), requestId: 'of another ledger', country: 'SG' } as const
    await foreign.restore({ from: undefined, to: 1_000, changes: [join], isLast: true })
    const owner = await world.own(0)
    await world.own(1)
    const first = await open(0, 'first')
    await owner.take()
    await world.decide()
    expect(world.stateOf(first)).toBe('verified.ordering')
  })

  test('and it costs one call of Redis to claim for a whole batch, none of it for the index to move on', async () => {
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
