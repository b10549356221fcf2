import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Message, type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  buildRecords,
  buildTopic,
  eventually,
  readAll,
  uniqueName,
  valuesOf,
  watchStage,
} from '../../../test-kit/src/streams-contract/harness.ts'
import { cloudEventHeaders, type Streams, StreamUnavailableError } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'
import { UnreadableBatchError } from './record-batch.ts'

const brokers = process.env.HOLDFAST_TEST_KAFKA

/** Snappy without compression: a length, and the plain bytes. Every reader of snappy has to accept it. */
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  async compress({ buffer }: { buffer: Buffer }) {
    const head = Buffer.from([buffer.length | 0x80, 0x80 | (buffer.length >>> 7), buffer.length >>> 14, 61 << 2, 0, 0])
    head.writeUInt16LE(buffer.length - 1, 4)
    return Buffer.concat([head, buffer])
  },
  async decompress() {
    throw new Error('kafkajs’s own error')
  },
})

describe.skipIf(!brokers)('a record that a member writes to Kafka', () => {
  const at = brokers?.split(',') ?? []
  const kafka = new Kafka({ clientId: 'a-member', brokers: at, logLevel: logLevel.NOTHING })
  const opened: Streams[] = []
  const producers: Producer[] = []
  let plain: Producer

  const open = (sessionTimeoutMs = 6_000): Streams => {
    const streams = createKafkaStreams({ brokers: at, clientId: 'foreign', partitions: 2, replication: 1, sessionTimeoutMs })
    opened.push(streams)
    return streams
  }

  async function connect(transactionalId?: string): Promise<Producer> {
    const producer = kafka.producer(transactionalId ? { transactionalId, maxInFlightRequests: 1, transactionTimeout: 60_000 } : {})
    producers.push(producer)
    await producer.connect()
    return producer
  }

  beforeAll(async () => {
    plain = await connect()
  })

  afterAll(async () => {
    await Promise.all([...opened.map(each => each.close()), ...producers.map(each => each.disconnect())])
  })

  async function openIngress(word: string, writtenBy: 'members' | 'engine' = 'members') {
    const streams = open()
    const topic = { ...buildTopic(word, 2), writtenBy }
    await streams.ensureTopics([topic])
    return { streams, topic: topic.name }
  }

  const send = (
    topic: string,
    partition: number,
    value: string | Buffer,
    compression = CompressionTypes.None,
    more: Partial<Message> = {},
  ) => plain.send({ topic, compression, messages: [{ partition, key: 'k', value, ...more }] })
  /** 20 MB in 20 kB: more than a reader accepts. */
  const bomb = (topic: string, partition: number) => send(topic, partition, Buffer.alloc(20_000_000, 97), CompressionTypes.GZIP)

  test('is read with every compression, and delays no partition', async () => {
    const { streams, topic } = await openIngress('snappy')
    await send(topic, 0, 'packed'.repeat(100), CompressionTypes.Snappy)
    await Promise.all([0, 1].map(partition => streams.append(topic, partition, buildRecords(1, `${partition}.`))))
    const stage = await watchStage(streams, { topics: [topic] })
    await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['0.0', '1.0', 'packed'.repeat(100)])
  })

  test('is reported with its offset when it can’t be read, and later records are read', async () => {
    const { streams, topic } = await openIngress('bomb')
    await bomb(topic, 0)
    await Promise.all([0, 1].map(partition => streams.append(topic, partition, buildRecords(1, `${partition}.`))))
    const group = uniqueName('group')
    const stage = await watchStage(streams, { topics: [topic], group })
    await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['', '0.0', '1.0'])
    const aside = stage.received.find(({ damage }) => damage !== undefined)
    expect(aside).toMatchObject({ topic, partition: 0, offset: 0, lastOffset: 0, damage: expect.stringContaining('compressed with gzip') })
    await streams.ping()
    await stage.subscription.stop()
    const after = await watchStage(streams, { topics: [topic], group })
    await eventually(() => after.opened.map(({ committed }) => committed).toSorted()).toEqual([1, 2])
  })

  test('in a batch of more than a thousand is reported with its batch, which is not unpacked', async () => {
    const { streams, topic } = await openIngress('crowd')
    const crowd = (count: number) =>
      plain.send({
        topic,
        compression: CompressionTypes.GZIP,
        messages: Array.from({ length: count }, () => ({ partition: 0, value: '{}' })),
      })
    await crowd(1_001)
    await crowd(1_000)
    const stage = await watchStage(streams, { topics: [topic] })
    await eventually(() => stage.received.length).toBe(1_001)
    expect(stage.received[0]).toMatchObject({ offset: 0, lastOffset: 1_000, damage: expect.stringContaining('it has 1001 records') })
    expect(stage.received.at(-1)).toMatchObject({ offset: 2_000, value: '{}' })
  })

  test('on a topic of the engine stops only its partition, which is then not ready', async () => {
    const { streams, topic } = await openIngress('own', 'engine')
    await bomb(topic, 0)
    await Promise.all([0, 1].map(partition => streams.append(topic, partition, buildRecords(1, `${partition}.`))))
    const stage = await watchStage(streams, { topics: [topic] })
    await eventually(() => valuesOf(stage.received)).toEqual(['1.0'])
    await streams.ping()
    const said = await vi.waitFor(async () => (await streams.ping().then(() => Promise.reject(new Error('ready')), String)) as string, {
      timeout: 15_000,
      interval: 100,
    })
    expect(said).toMatch(new RegExp(`partition 0 of ${topic} has not been read for [5-9] s: the record batch from 0 to 0 can't be read`))
    expect(valuesOf(stage.received)).toEqual(['1.0'])
    await expect(readAll(streams, topic)).rejects.toBeInstanceOf(UnreadableBatchError)
    await stage.subscription.stop()
  })

  test('in an open transaction is read, and hides no later record', async () => {
    const { streams, topic } = await openIngress('open')
    const stage = await watchStage(streams, { topics: [topic] })
    const sleeper = await (await connect(uniqueName('sleeper'))).transaction()
    await sleeper.send({ topic, messages: [0, 1].map(partition => ({ partition, key: 'k', value: `open ${partition}` })) })
    const before = await streams.endOffset(topic, 0)
    await Promise.all([0, 1].map(partition => streams.append(topic, partition, buildRecords(1, `real ${partition}.`))))
    await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['open 0', 'open 1', 'real 0.0', 'real 1.0'])
    // The transaction is still open; it is aborted below.
    expect(await streams.endOffset(topic, 0)).toBe(before + 1)
    expect(valuesOf(await readAll(streams, topic))).toEqual(['open 0', 'real 0.0'])
    await sleeper.abort()
  })

  test('in an aborted transaction is dropped when that is known, and committed records are read', async () => {
    const { streams, topic } = await openIngress('aborted')
    const member = await connect(uniqueName('member'))
    for (const end of ['abort', 'commit', 'abort'] as const) {
      const transaction = await member.transaction()
      await transaction.send({ topic, messages: [{ partition: 0, key: 'k', value: end }] })
      await send(topic, 0, `outside ${end}`)
      await transaction[end]()
    }
    const last = await member.transaction()
    await last.send({ topic, messages: [{ partition: 0, key: 'k', value: 'open' }] })
    const stage = await watchStage(streams, { topics: [topic] })
    const wanted = ['outside abort', 'commit', 'outside commit', 'outside abort', 'open']
    await eventually(() => valuesOf(stage.received)).toEqual(wanted)
    expect(valuesOf(await readAll(streams, topic))).toEqual(wanted)
    await last.abort()
  })

  test("in a transaction on the engine's own topic is read equally by every reader, before and after its end", async () => {
    const { streams, topic } = await openIngress('same', 'engine')
    const transaction = await (await connect(uniqueName('stranger'))).transaction()
    await transaction.send({ topic, messages: [{ partition: 0, key: 'k', value: 'open' }] })
    await streams.append(topic, 0, buildRecords(1))
    const before = valuesOf(await readAll(streams, topic))
    await transaction.abort()
    expect(before).toEqual(['open', 'v0'])
    expect(valuesOf(await readAll(streams, topic))).toEqual(before)
  })

  test('reports what is wrong with its bytes', async () => {
    const { streams, topic } = await openIngress('bytes')
    await send(topic, 0, Buffer.from('José', 'latin1'))
    await send(topic, 0, '{}', CompressionTypes.None, { headers: { ce_id: ['one', 'two'] } })
    await send(topic, 0, 'José')
    expect((await readAll(streams, topic)).map(({ damage }) => damage)).toEqual([
      'the value is not UTF-8 near byte 4: send UTF-8, and no other encoding',
      'the header ce_id appears twice. Send it once.',
      undefined,
    ])
  })

  test('has exactly the headers that it was sent with', async () => {
    const { streams, topic } = await openIngress('headers')
    await send(topic, 0, '{}')
    await streams.append(topic, 0, buildRecords(1))
    expect((await readAll(streams, topic)).map(({ headers }) => headers)).toEqual([{}, cloudEventHeaders])
  })

  test('is not ready while the group can’t be joined', async () => {
    const { topic } = await openIngress('unjoined')
    // A broker permanently refuses such a short session.
    const streams = open(1)
    const stage = watchStage(streams, { topics: [topic], group: 'unjoined' })
    stage.catch(() => {})
    const said = await vi.waitFor(async () => (await streams.ping().then(() => Promise.reject(new Error('ready')), String)) as string, {
      timeout: 15_000,
      interval: 100,
    })
    expect(said).toMatch(/the group unjoined has not been joined for [5-9] s/)
    await streams.close()
    await expect(stage).rejects.toBeInstanceOf(StreamUnavailableError)
  })
})
