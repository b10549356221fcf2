import { afterEach, describe, expect, test } from 'vitest'
import { silentLog } from '../log.ts'
import { createOngoingFaults } from '../ongoing-faults.ts'
import { RecordTooLargeError, StreamUnavailableError } from '../port.ts'
import type { KafkaConnection } from './connection.ts'
import type { KafkaError } from './faults.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { createKnownEnds, EndInDoubtError } from './known-ends.ts'
import { createProducer, type Producer } from './producer.ts'

type ProduceRequest = Parameters<KafkaBroker['produceEach']>[0]
type Answer = 'written' | Error | Promise<void> | Refusals

/** Answers for single partitions. All others are written, and so are those in `alsoWritten`. */
interface Refusals {
  readonly refused: Readonly<Record<number, KafkaError>>
  readonly alsoWritten?: readonly number[]
}

// A real broker refuses, times out or answers late only by chance. So here a scripted broker answers.

const answered = (type: string): KafkaError => Object.assign(new Error(type), { type, retriable: true })
const noAnswer = (): Error => new Error('the connection was lost')

async function settled(answer: Answer): Promise<Error | Refusals | undefined> {
  try {
    const said = await answer
    return typeof said === 'object' ? said : undefined
  } catch (error) {
    return error as Error
  }
}

/**
 * A broker of one topic with four partitions. It answers as scripted, then writes; it detects duplicates by sequence,
 * as Kafka does.
 */
function createScriptedBroker(script: Answer[]) {
  const requests: { producerId: string; partitions: { partition: number; firstSequence: number; values: string[] }[] }[] = []
  const logs = new Map<number, string[]>()
  const bases = new Map<string, number>()
  /** How long it takes to return each identity. */
  const identityDelaysMs: number[] = []
  /** Identities that it rejects. */
  const refused = new Set<string>()
  let identities = 0

  function write(producerId: string, partition: number, firstSequence: number, values: string[]): number {
    const name = `${producerId} ${partition} ${firstSequence}`
    const log = logs.get(partition) ?? []
    const base = bases.get(name) ?? log.length
    if (!bases.has(name)) logs.set(partition, [...log, ...values])
    bases.set(name, base)
    return base
  }

  const broker = {
    async initProducerId() {
      identities += 1
      const producerId = `p${identities}`
      await new Promise(resolve => setTimeout(resolve, identityDelaysMs.shift() ?? 0))
      return { producerId, producerEpoch: 0 }
    },
    async produceEach({ producerId, topicData }: ProduceRequest) {
      const partitions = topicData.flatMap(topic =>
        topic.partitions.map(({ partition, firstSequence, records }) => ({
          partition,
          firstSequence,
          values: records.map(each => each.value),
        })),
      )
      requests.push({ producerId, partitions })
      const answer: Answer = refused.has(producerId) ? answered('OUT_OF_ORDER_SEQUENCE_NUMBER') : (script.shift() ?? 'written')
      // Errors that are no broker answer are thrown.
      const said = await settled(answer)
      if (said instanceof Error && !('type' in said)) throw said
      return partitions.map(({ partition, firstSequence, values }) => {
        const error = said instanceof Error ? said : said?.refused[partition]
        const isWritten = !error || (!(said instanceof Error) && said?.alsoWritten?.includes(partition))
        const baseOffset = isWritten ? write(producerId, partition, firstSequence, values) : -1
        return { topic: 'topic', partition, baseOffset: error ? -1 : baseOffset, stampedMs: -1, error: error as KafkaError | undefined }
      })
    },
  }
  const cluster = {
    brokerPool: { findConnectedBroker: async () => broker },
    findTopicPartitionMetadata: () => [0, 1, 2, 3].map(partitionId => ({ partitionId, leader: 1 })),
    findBroker: async () => broker,
  }
  const connection: KafkaConnection = {
    use: (_, work) => work(cluster as unknown as KafkaCluster),
    until: (_, __, ___, work) => work(cluster as unknown as KafkaCluster),
    close: async () => {},
  }
  return { connection, requests, logs, identityDelaysMs, refused }
}

describe('the producer', () => {
  let producer: Producer | undefined
  afterEach(() => producer?.close())

  const record = (value: string) => ({ key: 'k', value })

  function start(script: Answer[], boundMs = 5_000) {
    const broker = createScriptedBroker(script)
    let now = 0
    const faults = createOngoingFaults(() => now)
    const ends = createKnownEnds()
    const started = createProducer({ connection: broker.connection, boundMs, log: silentLog, faults, ends })
    producer = started
    const write = (value: string, partition = 0): Promise<number> => started.write('topic', partition, [record(value)])
    const standingAfter = (ms: number): string[] => {
      now += ms
      return faults.ongoing()
    }
    return { ...broker, write, standingAfter, ends }
  }

  test('puts waiting writes into one batch and returns each its own offset', async () => {
    const first = Promise.withResolvers<void>()
    const { write, requests } = start([first.promise])
    const a = write('a')
    await expect.poll(() => requests.length).toBe(1)
    const others = [write('b'), write('c'), write('d')]
    first.resolve()
    expect(await Promise.all([a, ...others])).toEqual([0, 1, 2, 3])
    expect(requests.map(({ partitions }) => partitions)).toEqual([
      [{ partition: 0, firstSequence: 0, values: ['a'] }],
      [{ partition: 0, firstSequence: 1, values: ['b', 'c', 'd'] }],
    ])
  })

  test('resends with the same sequence when no answer came, so nothing is duplicated', async () => {
    const { write, requests, logs } = start([noAnswer(), noAnswer()])
    expect(await write('a')).toBe(0)
    expect(await write('b')).toBe(1)
    expect(requests.map(({ producerId, partitions }) => [producerId, partitions[0]?.firstSequence])).toEqual([
      ['p1', 0],
      ['p1', 0],
      ['p1', 0],
      ['p1', 1],
    ])
    expect(logs.get(0)).toEqual(['a', 'b'])
  })

  test('resends partitions one by one when one of them was refused', async () => {
    const { write, requests, logs } = start([answered('NOT_LEADER_FOR_PARTITION')])
    expect(await Promise.all([write('a', 0), write('b', 1)])).toEqual([0, 0])
    expect(requests.map(({ partitions }) => partitions.length)).toEqual([2, 1, 1])
    expect([logs.get(0), logs.get(1)]).toEqual([['a'], ['b']])
  })

  test('drops an identity that lost its sequence even when two partitions request a new one at once, and the first answer comes last', async () => {
    const outOfStep = answered('OUT_OF_ORDER_SEQUENCE_NUMBER')
    const late = new Promise<void>((_, reject) => setTimeout(() => reject(outOfStep), 300))
    late.catch(() => undefined)
    const { write, requests, refused, identityDelaysMs } = start(['written', late, outOfStep])
    identityDelaysMs.push(0, 500)
    await write('before', 2)
    const slow = write('a', 0)
    await expect.poll(() => requests.length).toBe(2)
    await Promise.all([slow, write('b', 1)])
    await write('next', 2)
    const inUse = requests.at(-1)?.producerId as string
    refused.add(inUse)
    await Promise.all([write('c', 0), write('d', 1)])
    expect(requests.at(-1)?.producerId).not.toBe(inUse)
  })

  test('continues under a new identity when it lost its sequence and nothing can have been written', async () => {
    const { write, requests } = start(['written', answered('OUT_OF_ORDER_SEQUENCE_NUMBER')])
    expect(await write('a')).toBe(0)
    expect(await write('b')).toBe(1)
    expect(requests.map(({ producerId, partitions }) => [producerId, partitions[0]?.firstSequence])).toEqual([
      ['p1', 0],
      ['p1', 1],
      ['p2', 0],
    ])
  })

  test('reports an unknown outcome when it lost its sequence after a missing answer, and continues', async () => {
    const { write, requests } = start([noAnswer(), answered('OUT_OF_ORDER_SEQUENCE_NUMBER')])
    await expect(write('a')).rejects.toBeInstanceOf(StreamUnavailableError)
    expect(await write('b')).toBe(0)
    expect(requests.at(-1)).toMatchObject({ producerId: 'p2', partitions: [{ firstSequence: 0 }] })
  })

  test('does not rewrite under another identity what a former leader had written', async () => {
    const script = [{ refused: { 0: answered('NOT_LEADER_FOR_PARTITION') }, alsoWritten: [0] }, answered('OUT_OF_ORDER_SEQUENCE_NUMBER')]
    const { write, logs } = start(script)
    await expect(write('a')).rejects.toThrow('the outcome of a write to topic is unknown')
    await write('b')
    expect(logs.get(0)).toEqual(['a', 'b'])
  })

  test('treats partitions separately: a written one is not resent when another one was refused', async () => {
    const { write, requests, logs } = start([{ refused: { 1: answered('NOT_ENOUGH_REPLICAS') } }])
    expect(await Promise.all([write('a', 0), write('b', 1)])).toEqual([0, 0])
    expect(requests.map(({ partitions }) => partitions.map(({ partition }) => partition))).toEqual([[0, 1], [1]])
    expect([logs.get(0), logs.get(1)]).toEqual([['a'], ['b']])
  })

  test('reports too few in-sync replicas, to the caller and in readiness, until it is written', async () => {
    const script = Array.from({ length: 50 }, () => answered('NOT_ENOUGH_REPLICAS'))
    const { write, standingAfter } = start(script, 1_000)
    await expect(write('a')).rejects.toThrow('topic was not written within 1000 ms: NOT_ENOUGH_REPLICAS')
    expect(standingAfter(5_000)).toEqual(['partition 0 of topic has not been written for 5 s: NOT_ENOUGH_REPLICAS'])
    script.length = 0
    await write('b')
    expect(standingAfter(5_000)).toEqual([])
  })

  test('fails after its time limit, and keeps the partition in doubt until the outcome is known', async () => {
    const late = Promise.withResolvers<void>()
    const { write, requests, logs, ends } = start([late.promise], 200)
    const waiting = expect
      .poll(() => requests.length)
      .toBe(1)
      .then(() => write('b'))
    await expect(write('a')).rejects.toThrow('topic was not written within 200 ms')
    await expect(waiting).rejects.toThrow('the outcome of an earlier write to topic is still unknown')
    await expect(write('c')).rejects.toBeInstanceOf(StreamUnavailableError)
    expect(() => ends.checked('topic', 0, 0)).toThrow(EndInDoubtError)
    expect(await write('elsewhere', 1)).toBe(0)
    late.resolve()
    await expect.poll(() => logs.get(0)).toEqual(['a'])
    expect(ends.checked('topic', 0, 1)).toBe(1)
    expect(await write('d')).toBe(1)
    expect(requests.map(({ producerId }) => producerId)).toEqual(['p1', 'p1', 'p1'])
  })

  test('keeps resending unchanged what may be written, so that it is written once, whatever its caller was answered', async () => {
    const script: Answer[] = Array.from({ length: 8 }, noAnswer)
    const { write, requests, logs, ends } = start(script, 200)
    await expect(write('a')).rejects.toBeInstanceOf(StreamUnavailableError)
    script.length = 0
    await expect.poll(() => logs.get(0)).toEqual(['a'])
    await expect.poll(() => ends.checked('topic', 0, 1)).toBe(1)
    expect(new Set(requests.map(({ producerId, partitions }) => `${producerId} ${partitions[0]?.firstSequence}`))).toEqual(
      new Set(['p1 0']),
    )
  })

  test('has no doubt about records that each answer reports as not written', async () => {
    const script: Answer[] = Array.from({ length: 50 }, () => answered('NOT_ENOUGH_REPLICAS'))
    const { write, logs, ends } = start(script, 1_000)
    await expect(write('a')).rejects.toBeInstanceOf(StreamUnavailableError)
    expect(ends.checked('topic', 0, 0)).toBe(0)
    script.length = 0
    await write('b')
    expect(logs.get(0)).toEqual(['b'])
  })

  test('permanently rejects what a broker finds too large, and only that', async () => {
    const { write } = start([answered('NOT_LEADER_FOR_PARTITION'), answered('MESSAGE_TOO_LARGE')])
    const results = await Promise.allSettled([write('a', 0), write('b', 1)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(RecordTooLargeError) })
  })

  test('rejects writes when too many bytes wait', async () => {
    const never = Promise.withResolvers<void>()
    const { write } = start([never.promise], 1_000)
    const large = 'x'.repeat(500_000)
    const results = await Promise.allSettled(Array.from({ length: 140 }, () => write(large)))
    const reasons = results.flatMap(result => (result.status === 'rejected' ? [String(result.reason.message)] : []))
    expect(reasons.filter(reason => reason.includes('wait to be written')).length).toBeGreaterThan(0)
    never.resolve()
  })

  test('accepts no write once it is closed', async () => {
    const { write } = start([])
    await producer?.close()
    await expect(write('a')).rejects.toBeInstanceOf(StreamUnavailableError)
  })
})
