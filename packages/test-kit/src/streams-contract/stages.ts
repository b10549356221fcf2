import type { Assignment, StreamRecord } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, createGate, eventually, makeTopic, type StreamsHarness, uniqueName, valuesOf, watchStage } from './harness.ts'

export function describeStages(harness: () => StreamsHarness): void {
  const streams = () => harness().streams

  describe('a stage', () => {
    test('gets every record of its partitions in order, old and new', async () => {
      const topic = await makeTopic(streams(), 'order', 2)
      await streams().append(topic, 0, buildRecords(50, 'a'))
      const stage = await watchStage(streams(), { topics: [topic] })
      await eventually(() => stage.received.length).toBe(50)
      await streams().append(topic, 1, buildRecords(50, 'b'))
      await streams().append(topic, 0, buildRecords(50, 'c'))
      await eventually(() => stage.received.length).toBe(150)
      for (const partition of [0, 1]) {
        const offsets = stage.received.filter(record => record.partition === partition).map(record => record.offset)
        expect(offsets).toEqual(offsets.map((_, index) => index))
      }
      expect(stage.faults).toEqual([])
      await stage.subscription.stop()
    })

    test('is opened for each partition without waiting for input', async () => {
      const topic = await makeTopic(streams(), 'eager', 3)
      const stage = await watchStage(streams(), { topics: [topic] })
      await eventually(stage.held).toEqual([0, 1, 2])
      expect(stage.opened.every(({ assignment, committed }) => assignment.topic === topic && committed === 0)).toBe(true)
      await stage.subscription.stop()
      expect(stage.openNow()).toBe(0)
      expect(stage.opened.every(({ assignment }) => assignment.signal.aborted)).toBe(true)
    })

    test('never gets more than batchMax records at once', async () => {
      const topic = await makeTopic(streams(), 'batches')
      await streams().append(topic, 0, buildRecords(25))
      const stage = await watchStage(streams(), { topics: [topic], batchMax: 10 })
      await eventually(() => stage.received.length).toBe(25)
      expect(Math.max(...stage.batches)).toBeLessThanOrEqual(10)
      await stage.subscription.stop()
    })

    test('of several topics gets all of them, each with its own workers', async () => {
      const [one, two] = [await makeTopic(streams(), 'one', 2), await makeTopic(streams(), 'two', 2)]
      await Promise.all([streams().append(one, 1, buildRecords(3, 'a')), streams().append(two, 0, buildRecords(3, 'b'))])
      const stage = await watchStage(streams(), { topics: [one, two] })
      await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
      await eventually(stage.held).toEqual([0, 0, 1, 1])
      await stage.subscription.stop()
    })

    test('of another group gets everything too', async () => {
      const topic = await makeTopic(streams(), 'groups')
      const [one, two] = [await watchStage(streams(), { topics: [topic] }), await watchStage(streams(), { topics: [topic] })]
      await streams().append(topic, 0, buildRecords(3))
      await eventually(() => [one.received.length, two.received.length]).toEqual([3, 3])
      await Promise.all([one.subscription.stop(), two.subscription.stop()])
    })

    test('works on other partitions while one is busy', async () => {
      const topic = await makeTopic(streams(), 'busy', 2)
      const gate = createGate()
      const stage = await watchStage(streams(), {
        topics: [topic],
        onBatch: async (_, { partition }) => (partition === 0 ? gate.opened : undefined),
      })
      await streams().append(topic, 0, buildRecords(1, 'slow'))
      await streams().append(topic, 1, buildRecords(1, 'quick'))
      await eventually(() => valuesOf(stage.received)).toEqual(['quick0'])
      await streams().append(topic, 1, buildRecords(1, 'again'))
      await eventually(() => valuesOf(stage.received)).toEqual(['quick0', 'again0'])
      gate.open()
      await eventually(() => stage.received.length).toBe(3)
      await stage.subscription.stop()
    })
  })

  describe('a stage that fails', () => {
    test('is closed, opened again where it was, and given the same records', async () => {
      const topic = await makeTopic(streams(), 'fails', 2)
      await streams().append(topic, 0, buildRecords(2, 'good'))
      const tries: string[][] = []
      const stage = await watchStage(streams(), {
        topics: [topic],
        onBatch: records => {
          if (records[0]?.value !== 'bad0') return
          tries.push(valuesOf(records))
          if (tries.length < 3) throw new Error(`try ${tries.length}`)
        },
      })
      await eventually(() => stage.received.length).toBe(2)
      await streams().append(topic, 0, buildRecords(2, 'bad'))
      await eventually(() => valuesOf(stage.received)).toEqual(['good0', 'good1', 'bad0', 'bad1'])
      expect(tries).toEqual([
        ['bad0', 'bad1'],
        ['bad0', 'bad1'],
        ['bad0', 'bad1'],
      ])
      expect(stage.faults).toEqual([new Error('try 1'), new Error('try 2')])
      const ofPartition = stage.opened.filter(({ assignment }) => assignment.partition === 0)
      expect(ofPartition.map(({ committed }) => committed)).toEqual([0, 2, 2])
      await eventually(stage.held).toEqual([0, 1])
      await stage.subscription.stop()
    })

    test('does not hold up other partitions', async () => {
      const topic = await makeTopic(streams(), 'failing', 2)
      const stage = await watchStage(streams(), {
        topics: [topic],
        onBatch: (_, { partition }) => {
          if (partition === 0) throw new Error('always')
        },
      })
      await streams().append(topic, 0, buildRecords(1, 'poison'))
      await eventually(() => stage.faults.length).toBeGreaterThan(1)
      await streams().append(topic, 1, buildRecords(5, 'fine'))
      await eventually(() => stage.received.length).toBe(5)
      await stage.subscription.stop()
      expect(stage.openNow()).toBe(0)
    })

    test('to open is tried again', async () => {
      const topic = await makeTopic(streams(), 'unopened')
      await streams().append(topic, 0, buildRecords(1))
      let opens = 0
      const stage = await watchStage(streams(), {
        topics: [topic],
        onOpen: () => {
          opens += 1
          if (opens < 3) throw new Error(`open ${opens}`)
        },
      })
      await eventually(() => valuesOf(stage.received)).toEqual(['v0'])
      expect(stage.faults).toEqual([new Error('open 1'), new Error('open 2')])
      await stage.subscription.stop()
    })
  })

  describe('a worker that writes within its partition', () => {
    test('has written once that is ordered, and gives back offsets in order', async () => {
      const [from, to] = [await makeTopic(streams(), 'within'), await makeTopic(streams(), 'made')]
      const offsets: number[] = []
      const stage = await streams().stage({
        group: uniqueName('group'),
        topics: [from],
        sees: 'ordered',
        open: async assignment => ({
          async onBatch(records) {
            for (const { key, value } of records) {
              offsets.push(await streams().append(to, 0, [{ key, value: `made of ${value}` }], { within: assignment }))
              await streams().publish(to, [{ key, value: `told of ${value}` }], { within: assignment })
            }
          },
          close: async () => {},
        }),
        onFault: () => {},
      })
      await streams().append(from, 0, buildRecords(3, 'r'))
      await eventually(() => offsets).toEqual([0, 2, 4])
      await stage.stop()
      const made: string[] = []
      for await (const records of streams().read(to, 0, 0, await streams().endOffset(to, 0))) made.push(...valuesOf(records))
      expect(made).toEqual([0, 1, 2].flatMap(nth => [`made of r${nth}`, `told of r${nth}`]))
    })

    test('is refused once it has lost the partition', async () => {
      const [from, to] = [await makeTopic(streams(), 'lost'), await makeTopic(streams(), 'not-made')]
      let held: Assignment | undefined
      const stage = await streams().stage({
        group: uniqueName('group'),
        topics: [from],
        async open(assignment) {
          held = assignment
          return { onBatch: async () => {}, close: async () => {} }
        },
        onFault: () => {},
      })
      await eventually(() => held !== undefined).toBe(true)
      await stage.stop()
      if (!held) throw new Error('no partition')
      const within = held
      await expect(streams().publish(to, buildRecords(1), { within })).rejects.toThrow()
      await expect(streams().append(to, 0, buildRecords(1), { within })).rejects.toThrow()
      expect(await streams().endOffset(to, 0)).toBe(0)
    })
  })

  describe('the position of a group', () => {
    test('is where it was after the process starts again', async () => {
      const topic = await makeTopic(streams(), 'restart')
      const group = uniqueName('group')
      const before = await watchStage(streams(), { topics: [topic], group })
      await streams().append(topic, 0, buildRecords(5, 'a'))
      await eventually(() => before.received.length).toBe(5)
      const reopened = await harness().reopen()
      await reopened.append(topic, 0, buildRecords(2, 'b'))
      const after = await watchStage(reopened, { topics: [topic], group })
      await eventually(() => valuesOf(after.received)).toEqual(['b0', 'b1'])
      expect(after.opened.map(({ committed }) => committed)).toEqual([5])
      await after.subscription.stop()
    })

    test('can be set before it has members, and is told of what it has worked on', async () => {
      const topic = await makeTopic(streams(), 'set', 3)
      const group = uniqueName('group')
      for (const partition of [0, 1, 2]) await streams().append(topic, partition, buildRecords(5, `${partition}.`))
      expect(await streams().positions(group, topic)).toEqual(new Map())
      await streams().setPositions(
        group,
        topic,
        new Map([
          [0, 5],
          [2, 3],
        ]),
      )
      const stage = await watchStage(streams(), { topics: [topic], group })
      await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['1.0', '1.1', '1.2', '1.3', '1.4', '2.3', '2.4'])
      await expect(streams().setPositions(group, topic, new Map([[0, 0]]))).rejects.toThrow(/stop every service/)
      await stage.subscription.stop()
      const positions = await streams().positions(group, topic)
      expect([...positions].toSorted()).toEqual([
        [0, 5],
        [1, 5],
        [2, 5],
      ])
    })

    test('does not pass records whose batch failed', async () => {
      const topic = await makeTopic(streams(), 'unpassed')
      const group = uniqueName('group')
      const before = await watchStage(streams(), {
        topics: [topic],
        group,
        batchMax: 2,
        onBatch: records => {
          if (records.some(record => record.offset >= 2)) throw new Error('not these')
        },
      })
      await streams().append(topic, 0, buildRecords(4))
      await eventually(() => before.faults.length).toBeGreaterThan(0)
      await before.subscription.stop()
      const after = await watchStage(streams(), { topics: [topic], group })
      await eventually(() => valuesOf(after.received)).toEqual(['v2', 'v3'])
      await after.subscription.stop()
    })
  })

  describe('stages of one group', () => {
    test('share the partitions, and the one that stays takes over', async () => {
      const topic = await makeTopic(streams(), 'share', 4)
      const group = uniqueName('group')
      const second = await harness().second()
      const running = new Map<number, number>()
      const overlaps: number[] = []
      const onBatch = async (records: readonly StreamRecord[]): Promise<void> => {
        const partition = records[0]?.partition ?? 0
        const now = (running.get(partition) ?? 0) + 1
        if (now > 1) overlaps.push(partition)
        running.set(partition, now)
        await new Promise(resolve => setImmediate(resolve))
        running.set(partition, now - 1)
      }
      const one = await watchStage(streams(), { topics: [topic], group, onBatch })
      await eventually(one.held).toEqual([0, 1, 2, 3])
      const two = await watchStage(second, { topics: [topic], group, onBatch })
      await eventually(() => [...one.held(), ...two.held()].toSorted()).toEqual([0, 1, 2, 3])
      await eventually(() => [one.held().length, two.held().length]).toEqual([2, 2])
      await Promise.all([0, 1, 2, 3].map(partition => streams().append(topic, partition, buildRecords(10, `${partition}.`))))
      await eventually(() => one.received.length + two.received.length).toBe(40)
      expect(one.received.length).toBe(20)
      await one.subscription.stop()
      expect(one.openNow()).toBe(0)
      await eventually(two.held).toEqual([0, 1, 2, 3])
      await Promise.all([0, 1, 2, 3].map(partition => streams().append(topic, partition, buildRecords(1, 'later'))))
      await eventually(() => two.received.length).toBe(24)
      expect(one.received.length).toBe(20)
      expect(overlaps).toEqual([])
      await two.subscription.stop()
    })

    test('hand a partition over with its position', async () => {
      const topic = await makeTopic(streams(), 'handover')
      const group = uniqueName('group')
      const second = await harness().second()
      const one = await watchStage(streams(), { topics: [topic], group })
      await streams().append(topic, 0, buildRecords(7))
      await eventually(() => one.received.length).toBe(7)
      await one.subscription.stop()
      const two = await watchStage(second, { topics: [topic], group })
      await eventually(() => two.opened.map(({ committed }) => committed)).toEqual([7])
      expect(two.received).toEqual([])
      await two.subscription.stop()
    })
  })

  describe('ping tells', () => {
    const told = () =>
      streams()
        .ping()
        .then(
          () => 'ready',
          (error: Error) => error.message,
        )

    test('of a stage that fails, with the reason, until it works again', async () => {
      const topic = await makeTopic(streams(), 'failing')
      let isFull = true
      const onBatch = async () => {
        if (isFull) throw new Error('the store is full')
      }
      const stage = await watchStage(streams(), { topics: [topic], onBatch })
      await streams().append(topic, 0, buildRecords(1))
      await eventually(told).toMatch(new RegExp(`partition 0 of ${topic} has not been worked on by .* for \\d+ s: the store is full`))
      isFull = false
      await eventually(told).toBe('ready')
      await stage.subscription.stop()
    })

    test('of a stage and of a reader that stand still, until they move', async () => {
      const topic = await makeTopic(streams(), 'still')
      const gate = createGate()
      const stage = await watchStage(streams(), { topics: [topic], onBatch: () => gate.opened })
      const tail = await streams().tail({ topic, from: 'start', onRecords: () => gate.opened, onFault: () => undefined })
      await streams().append(topic, 0, buildRecords(1))
      await eventually(told).toMatch(new RegExp(`partition 0 of ${topic} has not been worked on by .* for \\d+ s, and nothing says why`))
      await eventually(told).toMatch(
        new RegExp(`partition 0 of ${topic} has not been taken by who follows it for \\d+ s, and nothing says why`),
      )
      gate.open()
      await eventually(told).toBe('ready')
      await Promise.all([stage.subscription.stop(), tail.stop()])
    })
  })

  test('stopping a stage waits for its batch, and nothing runs after', async () => {
    const topic = await makeTopic(streams(), 'stop')
    const [started, gate] = [createGate(), createGate()]
    const stage = await watchStage(streams(), {
      topics: [topic],
      batchMax: 1,
      onBatch: () => {
        started.open()
        return gate.opened
      },
    })
    await streams().append(topic, 0, buildRecords(3))
    await started.opened
    expect(() => stage.opened[0]?.assignment.throwIfLost()).not.toThrow()
    let stopped = false
    const stopping = stage.subscription.stop().then(() => {
      stopped = true
    })
    await eventually(() => stage.opened[0]?.assignment.signal.aborted).toBe(true)
    expect(() => stage.opened[0]?.assignment.throwIfLost()).toThrow()
    expect(stopped).toBe(false)
    expect(stage.openNow()).toBe(1)
    gate.open()
    await stopping
    expect([stage.openNow(), valuesOf(stage.received)]).toEqual([0, ['v0']])
    const other = await watchStage(streams(), { topics: [topic] })
    await eventually(() => other.received.length).toBe(3)
    expect(valuesOf(stage.received)).toEqual(['v0'])
    await other.subscription.stop()
  })
}
