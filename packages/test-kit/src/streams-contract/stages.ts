import { describe, expect, test } from 'vitest'
import { buildRecords, createGate, eventually, makeTopic, type StreamsHarness, valuesOf, watchStage } from './harness.ts'

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

  describe('a worker that asks to be reopened', () => {
    const asked = new Error('what I know is gone')

    test('is closed, reported, and opened where it was; and what comes then is worked on', async () => {
      const topic = await makeTopic(streams(), 'reopened', 2)
      await streams().append(topic, 0, buildRecords(2, 'before'))
      const stage = await watchStage(streams(), { topics: [topic] })
      await eventually(() => stage.received.length).toBe(2)
      const openings = () => stage.opened.filter(({ assignment }) => assignment.partition === 0)
      openings()[0]?.assignment.reopen(asked)
      await eventually(() => openings().map(({ committed }) => committed)).toEqual([0, 2])
      expect(stage.faults).toEqual([asked])
      await eventually(stage.held).toEqual([0, 1])
      await streams().append(topic, 0, buildRecords(1, 'after'))
      await eventually(() => valuesOf(stage.received)).toEqual(['before0', 'before1', 'after0'])
      expect(stage.opened.filter(({ assignment }) => assignment.partition === 1)).toHaveLength(1)
      await stage.subscription.stop()
    })

    test('ends the batch that it is at first, and is opened behind it', async () => {
      const topic = await makeTopic(streams(), 'reopened-at-work')
      const [begun, gate] = [createGate(), createGate()]
      const stage = await watchStage(streams(), {
        topics: [topic],
        onBatch: async ([first], assignment) => {
          if (first?.value !== 'a0') return
          assignment.reopen(asked)
          begun.open()
          await gate.opened
        },
      })
      await streams().append(topic, 0, buildRecords(1, 'a'))
      await begun.opened
      await new Promise(resolve => setTimeout(resolve, 300))
      expect([stage.opened.length, stage.faults.length]).toEqual([1, 0])
      gate.open()
      await eventually(() => stage.opened.map(({ committed }) => committed)).toEqual([0, 1])
      await streams().append(topic, 0, buildRecords(1, 'b'))
      await eventually(() => valuesOf(stage.received)).toEqual(['a0', 'b0'])
      await stage.subscription.stop()
    })

    test('is opened once, however often it asks, and not for one that was before it', async () => {
      const topic = await makeTopic(streams(), 'reopened-often')
      const stage = await watchStage(streams(), { topics: [topic] })
      await eventually(() => stage.opened.length).toBe(1)
      const [first] = stage.opened
      for (let n = 0; n < 3; n++) first?.assignment.reopen(asked)
      await eventually(() => stage.opened.length).toBe(2)
      first?.assignment.reopen(asked)
      await streams().append(topic, 0, buildRecords(1))
      await eventually(() => stage.received.length).toBe(1)
      expect([stage.opened.length, stage.faults.length, stage.openNow()]).toEqual([2, 1, 1])
      await stage.subscription.stop()
      stage.opened[1]?.assignment.reopen(asked)
      await new Promise(resolve => setTimeout(resolve, 300))
      expect([stage.opened.length, stage.openNow()]).toEqual([2, 0])
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

  // A driver names a topic as its backend knows it, which is in the namespace.
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
      await eventually(told).toMatch(new RegExp(`partition 0 of \\S*${topic} has not been processed by .* for \\d+ s: the store is full`))
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
      await eventually(told).toMatch(
        new RegExp(`partition 0 of \\S*${topic} has not been processed by .* for \\d+ s without progress or an error`),
      )
      await eventually(told).toMatch(
        new RegExp(`partition 0 of \\S*${topic} has not been processed by its reader for \\d+ s without progress or an error`),
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
