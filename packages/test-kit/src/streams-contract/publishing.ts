import { setTimeout as pause } from 'node:timers/promises'
import {
  appendBytesMax,
  cloudEventHeaders,
  RecordTooLargeError,
  recordBytesMax,
  recordSize,
  StreamUnavailableError,
} from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, buildTopic, eventually, makeTopic, readAll, type StreamsHarness, uniqueName, valuesOf } from './harness.ts'

export function describePublishing(harness: () => StreamsHarness): void {
  const streams = () => harness().streams

  describe('what has to be durable elsewhere first', () => {
    test('is waited for before any reader sees the records', async () => {
      const topic = await makeTopic(streams(), 'after')
      const seen: string[] = []
      const tail = await streams().tail({
        topic,
        from: 'start',
        onRecords: records => void seen.push(...valuesOf(records)),
        onFault: () => {},
      })
      const [key, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const written = [
        streams().publish(topic, buildRecords(2, 'published'), { after: key.promise }),
        streams().append(topic, 0, buildRecords(1, 'appended'), { after: other.promise }),
      ]
      await pause(100)
      expect(seen).toEqual([])
      key.resolve()
      other.resolve()
      await Promise.all(written)
      await eventually(() => seen.toSorted()).toEqual(['appended0', 'published0', 'published1'])
      await tail.stop()
    })

    test('and never is: then nothing is written, and the writer gets an error', async () => {
      const topic = await makeTopic(streams(), 'never')
      const gone = () => ({ after: Promise.reject(new Error('the key was not stored')) })
      await expect(streams().publish(topic, buildRecords(2), gone())).rejects.toThrow(StreamUnavailableError)
      await expect(streams().append(topic, 0, buildRecords(1), gone())).rejects.toThrow('the key was not stored')
      expect(await streams().endOffset(topic, 0)).toBe(0)
      await streams().publish(topic, buildRecords(1, 'next'))
      expect(valuesOf(await readAll(streams(), topic, 0))).toEqual(['next0'])
    })
  })

  describe('topics', () => {
    test('are made once, however many ask for them at once', async () => {
      const specs = [buildTopic('made', 3), buildTopic('made', 1)]
      const second = await harness().second()
      await Promise.all([streams(), second, streams(), second].map(client => client.ensureTopics(specs)))
      expect(await Promise.all(specs.map(spec => second.partitionCount(spec.name)))).toEqual([3, 1])
    })

    test('that exist are left as they are', async () => {
      const spec = buildTopic('left', 2)
      await streams().ensureTopics([spec])
      await streams().publish(spec.name, buildRecords(3))
      await streams().ensureTopics([{ ...spec, partitions: 5 }])
      expect(await streams().partitionCount(spec.name)).toBe(2)
    })

    test('with a shared count put the same key into the same partition', async () => {
      const [one, two] = [await makeTopic(streams(), 'one', 'shared'), await makeTopic(streams(), 'two', 'shared')]
      const records = Array.from({ length: 40 }, (_, index) => ({ key: `request ${index}`, value: `${index}` }))
      await Promise.all([streams().publish(one, records), streams().publish(two, records)])
      const partitions = await streams().partitionCount(one)
      expect(await streams().partitionCount(two)).toBe(partitions)
      expect(partitions).toBeGreaterThan(1)
      let found = 0
      for (let partition = 0; partition < partitions; partition += 1) {
        const keys = (await readAll(streams(), one, partition)).map(record => record.key)
        expect((await readAll(streams(), two, partition)).map(record => record.key)).toEqual(keys)
        found += keys.length
      }
      expect(found).toBe(40)
    })

    test('keep their keys in the partitions that they were said to have, also where there are more', async () => {
      const spec = buildTopic('grown', 8)
      await streams().ensureTopics([spec])
      const second = await harness().reopen()
      await second.ensureTopics([{ ...spec, partitions: 3 }])
      const records = Array.from({ length: 60 }, (_, index) => ({ key: `request ${index}`, value: `${index}` }))
      await second.publish(spec.name, records)
      const found = await Promise.all(records.map(({ key }) => second.partitionOf(spec.name, key)))
      expect([...new Set(found)].toSorted()).toEqual([0, 1, 2])
      const lying = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(partition => readAll(second, spec.name, partition)))
      expect(lying.slice(0, 3).flat().length).toBe(60)
      expect(await second.partitionCount(spec.name)).toBe(8)
    })

    test('say in which partition a key is', async () => {
      const topic = await makeTopic(streams(), 'found', 3)
      const keys = ['', 'ключ', ...Array.from({ length: 20 }, (_, index) => `request ${index}`)]
      await streams().publish(
        topic,
        keys.map(key => ({ key, value: key })),
      )
      const found = await Promise.all(keys.map(key => streams().partitionOf(topic, key)))
      const lying = await Promise.all([0, 1, 2].map(async partition => (await readAll(streams(), topic, partition)).map(({ key }) => key)))
      expect(keys.map((key, index) => lying[found[index] ?? -1]?.includes(key))).toEqual(keys.map(() => true))
      expect(new Set(found).size).toBeGreaterThan(1)
    })

    test('that do not exist are named in the refusal', async () => {
      const name = uniqueName('missing')
      await expect(streams().partitionOf(name, 'k')).rejects.toThrow(name)
      await expect(streams().publish(name, buildRecords(1))).rejects.toThrow(name)
      await expect(streams().append(name, 0, buildRecords(1))).rejects.toThrow(name)
    })
  })

  describe('publish', () => {
    test('keeps key, value, headers and order, in every script', async () => {
      const topic = await makeTopic(streams(), 'kept')
      const sent = [
        { key: 'ключ', value: '{"name":"Timor-Leste 東帝汶 🇹🇱","quote":"\\"\\u0000"}', headers: { ce_id: 'é', empty: '' } },
        { key: '', value: '' },
        { key: 'k', value: 'no headers' },
      ]
      const before = Date.now()
      await streams().publish(topic, sent)
      const got = await readAll(streams(), topic)
      expect(got.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(
        sent.map(({ headers, ...record }) => ({ ...record, headers: { ...cloudEventHeaders, ...headers } })),
      )
      expect(got.map(record => record.offset)).toEqual([0, 1, 2])
      expect(got.every(record => record.topic === topic && record.partition === 0)).toBe(true)
      // A broker on this machine has this clock; a second covers its rounding.
      expect(Math.abs((got[0]?.timestampMs ?? 0) - before)).toBeLessThan(boundOfClockMs)
    })

    test('calls every record a CloudEvent in structured mode, unless its sender names another type', async () => {
      const topic = await makeTopic(streams(), 'typed')
      const record = { key: 'k', value: '<x/>' }
      const types = [undefined, {}, { other: 'x' }, { 'content-type': 'application/xml' }]
      await streams().publish(
        topic,
        types.map(headers => (headers ? { ...record, headers } : record)),
      )
      await streams().append(topic, 0, [record])
      const structured = 'application/cloudevents+json'
      expect((await readAll(streams(), topic)).map(({ headers }) => headers)).toEqual([
        { 'content-type': structured },
        { 'content-type': structured },
        { 'content-type': structured, other: 'x' },
        { 'content-type': 'application/xml' },
        { 'content-type': structured },
      ])
    })

    test('of nothing does nothing', async () => {
      const topic = await makeTopic(streams(), 'nothing')
      await streams().publish(topic, [])
      expect(await streams().endOffset(topic, 0)).toBe(0)
    })

    test('that is awaited comes before the next', async () => {
      const topic = await makeTopic(streams(), 'awaited')
      for (let index = 0; index < 20; index += 1) await streams().publish(topic, [{ key: 'k', value: `${index}` }])
      expect(valuesOf(await readAll(streams(), topic))).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`))
    })

    test('by many at once loses and doubles nothing', async () => {
      const topic = await makeTopic(streams(), 'many', 3)
      const second = await harness().second()
      await Promise.all(
        Array.from({ length: 300 }, (_, index) => {
          const client = index % 2 === 0 ? streams() : second
          return client.publish(topic, [
            { key: `k${index}`, value: `${index}a` },
            { key: `k${index}`, value: `${index}b` },
          ])
        }),
      )
      const values = (await Promise.all([0, 1, 2].map(partition => readAll(streams(), topic, partition)))).map(valuesOf)
      expect(values.flat().toSorted()).toEqual(
        Array.from({ length: 300 }, (_, index) => [`${index}a`, `${index}b`])
          .flat()
          .toSorted(),
      )
      for (const inPartition of values) {
        for (const value of inPartition.filter(text => text.endsWith('a'))) {
          expect(inPartition.indexOf(value)).toBeLessThan(inPartition.indexOf(value.replace('a', 'b')))
        }
      }
    })

    test('refuses a record that is too large, and only the call that has it', async () => {
      const topic = await makeTopic(streams(), 'large')
      const tooLarge = [{ key: 'k', value: 'x'.repeat(recordBytesMax) }]
      const results = await Promise.allSettled([
        streams().publish(topic, buildRecords(1, 'before')),
        streams().publish(topic, [...buildRecords(1, 'with'), ...tooLarge]),
        streams().publish(topic, buildRecords(1, 'after')),
      ])
      expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: expect.any(RecordTooLargeError) })
      expect(valuesOf(await readAll(streams(), topic))).toEqual(['before0', 'after0'])
    })

    test('counts bytes, not characters', async () => {
      const topic = await makeTopic(streams(), 'bytes')
      const record = { key: 'k', value: '東'.repeat(recordBytesMax / 3) }
      await expect(streams().publish(topic, [record])).rejects.toBeInstanceOf(RecordTooLargeError)
    })

    test('takes the largest record that is allowed', async () => {
      const topic = await makeTopic(streams(), 'largest')
      const value = 'x'.repeat(recordBytesMax - recordSize({ key: 'k', value: '' }))
      await streams().publish(topic, [{ key: 'k', value }])
      expect((await readAll(streams(), topic))[0]?.value.length).toBe(value.length)
    })

    test('takes several megabytes in one call, in order', async () => {
      const topic = await makeTopic(streams(), 'megabytes', 2)
      const padding = 'x'.repeat(3_000)
      const sent = Array.from({ length: 1_000 }, (_, index) => ({ key: 'k', value: `${index} ${padding}` }))
      await streams().publish(topic, sent)
      const got = (await Promise.all([readAll(streams(), topic, 0), readAll(streams(), topic, 1)])).flat()
      expect(valuesOf(got)).toEqual(sent.map(record => record.value))
    })

    test('is durable when it resolves', async () => {
      const topic = await makeTopic(streams(), 'durable')
      await streams().publish(topic, buildRecords(5))
      const reopened = await harness().reopen()
      expect(valuesOf(await readAll(reopened, topic))).toEqual(['v0', 'v1', 'v2', 'v3', 'v4'])
      await reopened.publish(topic, buildRecords(1, 'later'))
      expect((await readAll(reopened, topic)).at(-1)).toMatchObject({ offset: 5, value: 'later0' })
    })
  })

  describe('append', () => {
    test('returns the offset of the first record of one unbroken run', async () => {
      const topic = await makeTopic(streams(), 'run', 2)
      expect(await streams().append(topic, 1, buildRecords(3, 'a'))).toBe(0)
      expect(await streams().append(topic, 1, buildRecords(2, 'b'))).toBe(3)
      expect(await streams().append(topic, 0, buildRecords(1, 'c'))).toBe(0)
      expect(valuesOf(await readAll(streams(), topic, 1))).toEqual(['a0', 'a1', 'a2', 'b0', 'b1'])
    })

    test('of many at once keeps each run whole', async () => {
      const topic = await makeTopic(streams(), 'whole')
      const second = await harness().second()
      const bases = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? streams() : second).append(topic, 0, buildRecords(3, `${index}.`))),
      )
      const values = valuesOf(await readAll(streams(), topic))
      expect(values.length).toBe(60)
      for (const [index, base] of bases.entries()) expect(values.slice(base, base + 3)).toEqual([`${index}.0`, `${index}.1`, `${index}.2`])
    })

    test('tells a writer that another one wrote', async () => {
      const topic = await makeTopic(streams(), 'arbiter')
      const second = await harness().second()
      const mine = await streams().append(topic, 0, buildRecords(2))
      await second.append(topic, 0, buildRecords(1))
      expect(await streams().append(topic, 0, buildRecords(1))).toBe(mine + 3)
      await second.publish(topic, buildRecords(4))
      expect(await streams().append(topic, 0, buildRecords(1))).toBe(mine + 8)
    })

    test('takes a run of small records up to the limit, and refuses one beyond it without writing', async () => {
      const topic = await makeTopic(streams(), 'limit')
      const record = { key: 'key', value: 'value', headers: { h: 'x' } }
      const fitting = Array.from({ length: Math.floor(appendBytesMax / recordSize(record)) }, () => record)
      expect(await streams().append(topic, 0, fitting)).toBe(0)
      await expect(streams().append(topic, 0, [...fitting, record])).rejects.toBeInstanceOf(RecordTooLargeError)
      expect(await streams().endOffset(topic, 0)).toBe(fitting.length)
    })

    test('counts the header that it adds, so that as many records as may be appended fit', async () => {
      const topic = await makeTopic(streams(), 'header-weight')
      const record = { key: '', value: '' }
      const fitting = Array.from({ length: Math.floor(appendBytesMax / recordSize(record)) }, () => record)
      expect(recordSize(record)).toBeGreaterThan(64 + 'content-type'.length + 'application/cloudevents+json'.length)
      expect(await streams().append(topic, 0, fitting)).toBe(0)
    })

    test('is refused for a partition that is not there, and without records', async () => {
      const topic = await makeTopic(streams(), 'nowhere', 2)
      await expect(streams().append(topic, 2, buildRecords(1))).rejects.toThrow(topic)
      await expect(streams().append(topic, 0, [])).rejects.toThrow('no records')
    })
  })

  test('what is closed takes nothing more', async () => {
    const topic = await makeTopic(streams(), 'closed')
    const closed = streams()
    await harness().reopen()
    await expect(closed.publish(topic, buildRecords(1))).rejects.toBeInstanceOf(StreamUnavailableError)
    await expect(closed.append(topic, 0, buildRecords(1))).rejects.toBeInstanceOf(StreamUnavailableError)
    await expect(closed.ping()).rejects.toThrow()
    await streams().ping()
  })
}

const boundOfClockMs = 10_000
