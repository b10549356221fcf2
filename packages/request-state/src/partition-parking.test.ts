import { type CommandKind, commandType } from '@holdfast/payment-stop/language'
import { topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPartitionHarness, type PartitionHarness, parkingOn } from '../test/partition-harness.ts'
import { heldPerMemberRoleMax } from './held-commands.ts'
import { type Parking, requestRedrive } from './parking.ts'

const requestId = '0190a0b0-0000-7000-8000-00000000000a'

const commandToHold = (id: string, subject: string, record: StreamRecord, actor = 'TL/institution/a') => ({
  command: { id, subject, actor },
  record,
})

let world: PartitionHarness
let parking: Parking
/** The outcome of the next publish. */
let fate: 'done' | 'lost' | 'done, but reported as failed'

beforeEach(async () => {
  world = await createPartitionHarness()
  fate = 'done'
  const { streams } = world
  const failing: Streams = {
    ...streams,
    async publish(topic, records) {
      const now = fate
      fate = 'done'
      if (now !== 'lost') await streams.publish(topic, records)
      if (now !== 'done') throw new Error('away')
    },
  }
  parking = await parkingOn(failing)
})
afterEach(async () => {
  await parking.stop()
  await world.close()
})

test('an erasure order has no quota where a command threw, as the ledger decides it at once', async () => {
  const record = { topic: topics.commands.name, partition: 0, offset: 0, key: requestId, value: '{}', headers: {}, timestampMs: 0 }
  const owner = await parking.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted', threwOn: 'command' })
  const actor = 'SG/officer/a'
  await owner.hold(Array.from({ length: heldPerMemberRoleMax }, (_, nth) => commandToHold(`held-${nth}`, requestId, record, actor)))
  const hasQuota = (kind: CommandKind) => parking.hasHeldQuota({ id: kind, subject: requestId, actor, type: commandType(kind), data: {} })
  await vi.waitFor(() => expect(hasQuota('ProvideInformation')).toBe(false), 10_000)
  expect(hasQuota('OrderErasure')).toBe(true)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  await vi.waitFor(() => expect(hasQuota('OrderErasure')).toBe(false), 10_000)
  owner.close()
})

test('a command that another owner holds before it reads of a release is not lost with it', async () => {
  const record = { topic: topics.commands.name, partition: 0, offset: 7, key: requestId, value: 'late', headers: {}, timestampMs: 0 }
  const former = await parking.open(0)
  await former.park({ requestId, offset: 1, reason: 'planted' })
  await former.hold([commandToHold('first', requestId, { ...record, offset: 6, value: 'first' })])
  expect(await former.held(requestId, 0)).toHaveLength(1)
  const next = await parking.open(0)
  // The former owner has decided the first command, and does not know the second.
  const other = await parkingOn(world.streams)
  const owner = await other.open(0)
  await owner.hold([commandToHold('late', requestId, record)])
  await former.release(requestId)
  const values = async () => (await next.held(requestId, 0)).map(({ value }) => value)
  await vi.waitFor(async () => expect(await values()).toContain('late'), 10_000)
  for (const each of [former, next, owner]) each.close()
  await other.stop()
})

test.each(['lost', 'done, but reported as failed'] as const)(
  'a release that is %s is published again, until every reader knows that nothing is parked',
  async how => {
    const owner = await parking.open(0)
    await owner.park({ requestId, offset: 1, reason: 'planted' })
    let tries = 0
    owner.onRedrive(async id => {
      tries++
      if (tries === 1) fate = how
      await owner.release(id)
    })
    await requestRedrive(world.streams, requestId, 'o', '2024-07-23T03:00:00.000Z')
    await vi.waitFor(() => expect(tries).toBe(2), 10_000)
    await vi.waitFor(async () => {
      const next = await parking.open(0)
      next.close()
      expect([owner.all(), next.all()]).toEqual([[], []])
    }, 10_000)
    expect(await world.streams.endOffset(topics.parked.name, 0)).toBeGreaterThan(2)
    owner.close()
  },
)

test('a held command comes back with the time of the log, from which its deadlines are counted if its own clock was wrong', async () => {
  const owner = await parking.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const beganMs = Date.now() - 1_000
  const record = { topic: topics.commands.name, partition: 0, offset: 4, key: requestId, value: '{}', headers: {}, timestampMs: 0 }
  await owner.hold([commandToHold('command-1', requestId, record)])
  const [held] = await owner.held(requestId, 0)
  expect(held).toMatchObject({ key: requestId, offset: 4 })
  expect(held?.timestampMs).toBeGreaterThan(beganMs)
  owner.close()
})

test('a held command that was lost to a truncation is not confused with the new one at its offset', async () => {
  const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
  const streams = createMemoryStreams({ log })
  await streams.ensureTopics([topics.parked])
  const onMemory = await parkingOn(streams)
  const owner = await onMemory.open(0)
  const another = '0190a0b0-0000-7000-8000-00000000000b'
  const recordOf = (key: string) => ({ topic: topics.commands.name, partition: 0, offset: 4, key, value: key, headers: {}, timestampMs: 0 })
  for (const each of [requestId, another]) await owner.park({ requestId: each, offset: 1, reason: 'planted' })
  await owner.hold([commandToHold('command-1', requestId, recordOf(requestId))])
  const keysOf = async (id: string) => (await owner.held(id, 0)).map(({ key }) => key)
  expect(await keysOf(requestId)).toEqual([requestId])
  log.cutTail(topics.parked.name, 0, 2)
  await owner.hold([commandToHold('command-2', another, recordOf(another))])
  await vi.waitFor(async () => expect(await keysOf(another)).toEqual([another]), 10_000)
  expect(await keysOf(requestId)).toEqual([])
  owner.close()
  await onMemory.stop()
  await streams.close()
})

test('opening a partition does not wait for truncated records', async () => {
  const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
  let isSlow = false
  const streams = createMemoryStreams({
    log,
    perform: async (call, work) => {
      // The end offset is read before the truncation, the records after it.
      if (isSlow && call.operation === 'fetch') await lost.promise
      return work()
    },
  })
  const lost = Promise.withResolvers<void>()
  await streams.ensureTopics([topics.parked])
  const onMemory = await parkingOn(streams)
  const owner = await onMemory.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  await vi.waitFor(async () => expect((await onMemory.beingRedriven(0, [requestId])).size).toBe(0), 10_000)
  isSlow = true
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const opening = onMemory.open(0)
  await new Promise<void>(resolve => setImmediate(resolve))
  log.cutTail(topics.parked.name, 0, 0)
  lost.resolve()
  const opened = await Promise.race([opening, new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 5_000).unref())])
  expect(opened?.all()).toEqual([])
  owner.close()
  opened?.close()
  await onMemory.stop()
  await streams.close()
})

describe('many commands for a parked request', () => {
  const commandOf = (nth: number, actor: string) => {
    const record = { topic: topics.commands.name, partition: 0, offset: nth, key: requestId, value: `${nth}`, headers: {}, timestampMs: 0 }
    return commandToHold(`command-${nth}`, requestId, record, actor)
  }
  const commandsOf = (count: number, actor: string) => Array.from({ length: count }, (_, nth) => commandOf(nth, actor))

  async function openCounting() {
    const done = { writes: 0, reads: 0, records: 0 }
    const counting: Streams = {
      ...world.streams,
      async publish(topic, records) {
        done.writes++
        await world.streams.publish(topic, records)
      },
      async *read(...range) {
        done.reads++
        for await (const records of world.streams.read(...range)) {
          done.records += records.length
          yield records
        }
      },
    }
    const counted = await parkingOn(counting)
    const owner = await counted.open(0)
    await owner.park({ requestId, offset: 1, reason: 'planted' })
    // Reads and writes of the opening do not count.
    Object.assign(done, { writes: 0, reads: 0, records: 0 })
    return { done, owner, counted }
  }

  test('that arrive in one batch are held in one write, and read back in one read a page', async () => {
    const { done, owner, counted } = await openCounting()
    await owner.hold(commandsOf(3_000, 'holdfast/validation/rules'))
    expect(done.writes).toBe(1)
    const values: string[] = []
    for (;;) {
      const part = await owner.held(requestId, values.length)
      if (part.length === 0) break
      values.push(...part.map(({ value }) => value))
    }
    expect(values).toEqual(Array.from({ length: 3_000 }, (_, nth) => `${nth}`))
    expect([done.reads, done.records]).toEqual([15, 3_000])
    owner.close()
    await counted.stop()
  })

  test('beyond the quota of their member role are returned, also to the next owner, and other roles keep their quota', async () => {
    const { owner, counted } = await openCounting()
    const commands = commandsOf(heldPerMemberRoleMax + 2, 'TL/institution/a')
    expect(await owner.hold(commands.slice(0, heldPerMemberRoleMax - 1))).toEqual([])
    expect(await owner.hold(commands)).toEqual(commands.slice(heldPerMemberRoleMax))
    const next = await counted.open(0)
    expect(await next.hold(commands)).toEqual(commands.slice(heldPerMemberRoleMax))
    expect(await next.hold([commandOf(9_000, 'TL/institution/b')])).toHaveLength(1)
    expect(await next.hold([commandOf(9_001, 'SG/officer/a'), commandOf(9_002, 'holdfast/validation/rules')])).toEqual([])
    const hasQuota = (id: string, actor: string) => counted.hasHeldQuota({ id, subject: requestId, actor })
    expect(['TL/institution/c', 'SG/officer/c'].map(actor => hasQuota('another', actor))).toEqual([false, true])
    expect(hasQuota('command-0', 'TL/institution/c')).toBe(true)
    owner.close()
    next.close()
    await counted.stop()
  })
})
