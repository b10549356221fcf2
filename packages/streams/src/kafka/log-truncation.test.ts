import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaServer, startKafka } from '@holdfast/test-kit/kafka-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  buildRecords,
  eventually,
  makeTopic,
  readAll,
  uniqueName,
  valuesOf,
  watchStage,
} from '../../../test-kit/src/streams-contract/harness.ts'
import { type StreamRecord, type Streams, StreamUnavailableError } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'

const kept = 46
const lost = 14
const fresh = 60

describe.skipIf(!process.env.HOLDFAST_TEST_KAFKA)('a broker that restarts with a truncated partition', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-truncation-'))
  const copyDir = mkdtempSync(join(tmpdir(), 'holdfast-truncation-copy-'))
  const opened: Streams[] = []
  let server: KafkaServer

  beforeAll(async () => {
    server = await startKafka({ dataDir })
  }, 120_000)
  afterAll(async () => {
    await Promise.all(opened.map(streams => streams.close()))
    await server.stop()
    for (const folder of [dataDir, copyDir]) rmSync(folder, { recursive: true, force: true })
  })

  function open(): Streams {
    const streams = createKafkaStreams({
      brokers: [server.brokers],
      clientId: uniqueName('client'),
      partitions: 1,
      replication: 1,
      sessionTimeoutMs: 6_000,
    })
    opened.push(streams)
    return streams
  }
  const folderOf = (topic: string) => join(dataDir, 'log', `${topic}-0`)

  test('delivers all new records to running and restarted readers, and does not disturb readers of other partitions', async () => {
    const streams = open()
    const [topic, whole] = [await makeTopic(streams, 'tail'), await makeTopic(streams, 'whole')]
    for (const each of [topic, whole]) await streams.append(each, 0, buildRecords(kept, 'kept '))
    cpSync(folderOf(topic), copyDir, { recursive: true })
    const running = await watchStage(streams, { topics: [topic, whole] })
    const stopping = open()
    const group = uniqueName('stopped')
    const stopped = await watchStage(stopping, { topics: [topic], group })
    const followed: StreamRecord[] = []
    const told: number[] = []
    await streams.tail({
      topic,
      from: 'start',
      onRecords: records => void followed.push(...records),
      async onLogTruncated(partition) {
        told.push(partition)
        followed.length = 0
        return 0
      },
      onFault: () => {},
    })
    // Each has read the first part by itself, so each has a fingerprint there.
    await eventually(() => [running.received.length, stopped.received.length, followed.length]).toEqual([2 * kept, kept, kept])
    for (const each of [topic, whole]) await streams.append(each, 0, buildRecords(lost, 'lost '))
    await eventually(() => [running.received.length, stopped.received.length, followed.length]).toEqual([
      2 * (kept + lost),
      kept + lost,
      kept + lost,
    ])
    await stopping.close()

    await server.kill('SIGKILL')
    rmSync(folderOf(topic), { recursive: true })
    cpSync(copyDir, folderOf(topic), { recursive: true })
    await server.restart()
    const write = () => streams.append(topic, 0, buildRecords(fresh, 'fresh '))
    // The broker also lost the producer's sequence. The producer can't know then whether its first attempt was written;
    // here it was not.
    await write().catch((error: unknown) => {
      if (!(error instanceof StreamUnavailableError)) throw error
      return write()
    })

    const now = valuesOf(await readAll(streams, topic))
    expect(now).toEqual(valuesOf([...buildRecords(kept, 'kept '), ...buildRecords(fresh, 'fresh ')] as StreamRecord[]))
    await eventually(() => valuesOf(followed)).toEqual(now)
    expect(told).toEqual([0])
    const freshOnes = now.slice(kept)
    const ofTopic = (name: string) => new Set(valuesOf(running.received.filter(each => each.topic === name)))
    await eventually(() => [...ofTopic(topic)].slice(-fresh)).toEqual(freshOnes)
    // A restarted reader is a new member. It continues at the unchanged offset.
    const openedAt = (name: string) => running.opened.flatMap(each => (each.assignment.topic === name ? [each.committed] : []))
    expect(openedAt(topic)).toContain(kept)
    expect(new Set([0, kept + lost, ...openedAt(whole)]).size).toBe(2)
    const again = await watchStage(open(), { topics: [topic], group })
    await eventually(() => valuesOf(again.received)).toEqual(freshOnes)
  }, 240_000)
})
