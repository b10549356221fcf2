import { type Streams, StreamUnavailableError } from '@holdfast/streams'
import { describe, expect, test, vi } from 'vitest'
import { type Call, createMemoryLog, createMemoryStreams, type Perform } from '../memory-streams.ts'
import { buildRecords, buildTopic, readAll } from '../streams-contract/harness.ts'
import { startMs, topic, useMemoryWorld } from './memory-world.ts'

describe('streams on a log in memory', () => {
  const world = useMemoryWorld()

  test('are given as few records at once as the simulator wants, and are asked for nothing while nothing comes', async () => {
    const calls: Call[] = []
    const perform: Perform = async (call, work) => {
      calls.push(call)
      return work()
    }
    const streams = world.open({ perform, batchOf: available => Math.ceil(available / 2) })
    const stage = await world.watch(streams)
    await world.one.append(topic, 0, buildRecords(7))
    await world.pass()
    expect(stage.batches).toEqual([4, 2, 1])
    const made = calls.length
    await world.pass(60_000)
    expect(calls).toHaveLength(made)
    expect(calls.find(({ operation }) => operation === 'fetch')).toEqual({
      port: 'streams',
      operation: 'fetch',
      topic,
      partition: 0,
      writes: false,
    })
  })

  test('stamp no record earlier than the one before, whatever the clock says', async () => {
    await world.one.append(topic, 0, buildRecords(1))
    vi.setSystemTime(startMs - 60_000)
    await world.one.append(topic, 0, buildRecords(1))
    expect(world.log.recordsOf(topic, 0).map(({ timestampMs }) => timestampMs)).toEqual([startMs, startMs])
    expect(await world.one.logTime()).toBe(startMs)
  })

  test('do the same for the same calls', async () => {
    async function run(): Promise<unknown> {
      vi.setSystemTime(startMs)
      world.log = createMemoryLog({ partitions: 3, nowMs: Date.now })
      const calls: Call[] = []
      let turn = 0
      /** Some are slow, and one in seven fails, every other of those after it was done. */
      const perform: Perform = async (call, work) => {
        calls.push(call)
        turn += 1
        const mine = turn
        await new Promise(resolve => setTimeout(resolve, (mine * 37) % 50))
        if (mine % 14 === 7) throw new StreamUnavailableError('away')
        const answer = work()
        if (mine % 14 === 0) throw new StreamUnavailableError('away')
        return answer
      }
      const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
      const [writer, ...members] = [createMemoryStreams({ log: world.log }), world.open({ perform }), world.open({ perform })]
      await writer.ensureTopics([{ ...buildTopic('any', 'shared'), name: topic }])
      const starting = Promise.all(members.map(member => world.watch(member)))
      await world.pass(500)
      const stages = await starting
      for (let round = 0; round < 20; round += 1) {
        await writer.publish(
          topic,
          Array.from({ length: 9 }, (_, index) => ({ key: `${index}`, value: `${round}.${index}` })),
        )
        if (round === 5) world.log.expel(members[0] as Streams)
        if (round === 9) world.log.tellExpelled(members[0] as Streams)
        if (round === 12) world.log.cutTail(topic, 1, 4)
        await world.pass(30)
      }
      await world.pass(10_000)
      random.mockRestore()
      const told = stages.map(({ received, opened: workers, faults }) => ({
        received: received.map(({ partition, offset, value }) => `${partition} ${offset} ${value}`),
        workers: workers.map(({ assignment, committed }) => `${assignment.partition} ${committed}`),
        faults: faults.map(String),
      }))
      const records = [0, 1, 2].map(partition => world.log.recordsOf(topic, partition))
      return { calls, told, records, positions: [...(await writer.positions('ledger', topic))] }
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(first).toMatchObject({ calls: expect.arrayContaining([expect.objectContaining({ operation: 'commit' })]) })
  })

  test('show a checker the records of each partition', async () => {
    expect(world.log.topics()).toEqual([topic])
    await world.one.append(topic, 1, buildRecords(2))
    expect(world.log.recordsOf(topic, 1)).toEqual(
      await Promise.all([readAll(world.one, topic, 1), world.pass()]).then(([records]) => records),
    )
    expect(() => world.log.recordsOf(topic, 2)).toThrow('no partition 2')
    expect(() => world.log.recordsOf('none', 0)).toThrow('none')
  })
})
