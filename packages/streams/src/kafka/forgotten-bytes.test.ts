import { type Dirent, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KafkaServer, newClusterId, startKafka } from '../../../test-kit/src/kafka-server.ts'
import { freePort } from '../../../test-kit/src/ports.ts'
import type { Streams } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'
import { settingsOf } from './topic-settings.ts'

const isThere = process.env.HOLDFAST_TEST_KAFKA !== undefined

/** The test broker's retention check interval, and its delay before it deletes a file. */
const lookMs = 500
const removeMs = 500
const retentionMs = 6_000
/** A busy broker may check later, but expired records are gone in the end. */
const soon = { timeout: 60_000, interval: 200 }

const topic = (name: string, kept: number | 'for ever' = retentionMs) =>
  ({
    name,
    partitions: 1,
    retentionMs: kept === 'for ever' ? undefined : kept,
    keyedBy: 'requestId',
    writtenBy: 'engine',
    description: '',
  }) as const

describe.runIf(isThere)('an expired record on Kafka', { timeout: 120_000 }, () => {
  let server: KafkaServer
  let streams: Streams
  const told: { topic?: string; message: string }[] = []
  const tell = (about: { topic?: string }, message: string): void => void told.push({ ...about, message })

  beforeAll(async () => {
    const settings = {
      'log.retention.check.interval.ms': `${lookMs}`,
      'log.initial.task.delay.ms': `${lookMs}`,
      'log.segment.delete.delay.ms': `${removeMs}`,
    }
    server = await startKafka({ node: { clusterId: newClusterId(), controllerPort: await freePort(), settings } })
    streams = open()
  }, 60_000)

  afterAll(async () => {
    await streams?.close()
    await server?.stop()
  })

  const open = (): Streams =>
    createKafkaStreams({
      brokers: [server.brokers],
      clientId: 'forgotten',
      partitions: 1,
      replication: 1,
      log: { debug: tell, info: tell, warn: tell, error: tell },
    })

  /** The text in all files of the broker, as stored. */
  function wordsOnDisk(): ReadonlySet<string> {
    const found = new Set<string>()
    for (const entry of readdirSync(server.dataDir, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) for (const [word] of textOf(entry).matchAll(/WORD-[a-z]+-\d+-/g)) found.add(word)
    return found
  }

  const write = (name: string, number: number) =>
    streams.publish(name, [{ key: `WORD-${name}-${number}-`, value: `WORD-${name}-${number}-${'.'.repeat(500)}` }])
  const ofTopic = (name: string): string[] => [...wordsOnDisk()].filter(word => word.startsWith(`WORD-${name}-`))

  test('leaves no byte in the files, even when no more records arrive', async () => {
    await streams.ensureTopics([topic('quiet'), topic('ledger', 'for ever')])
    await Promise.all([write('quiet', 1), write('ledger', 1)])
    await expect.poll(() => ofTopic('quiet'), { timeout: 10_000 }).toEqual(['WORD-quiet-1-'])
    await expect.poll(() => ofTopic('quiet'), soon).toEqual([])
    expect(ofTopic('ledger')).toEqual(['WORD-ledger-1-'])
  })

  test('leaves no byte in the files while records keep arriving', async () => {
    await streams.ensureTopics([topic('steady')])
    let written = 0
    let files = 0
    const isThere = (number: number) => ofTopic('steady').includes(`WORD-steady-${number}-`)
    // Some records are written after the first one is gone, so the topic is never idle.
    for (let writtenSince = 0; writtenSince < 10; ) {
      await write('steady', written++)
      files = Math.max(files, readdirSync(join(server.dataDir, 'log', 'steady-0')).length)
      if (!isThere(0)) writtenSince++
      await pause(100)
    }
    expect(isThere(written - 1)).toBe(true)
    expect(files).toBeLessThan(100)
  })

  test('expires in the same time on an existing topic with a longer retention, which is logged once; a shorter retention is kept', async () => {
    // Topics as an operator creates them with the broker's defaults.
    await streams.ensureTopics([topic('older', 30 * 24 * 3_600_000), topic('shorter', 2_000)])
    await write('older', 1)
    const later = open()
    await later.ensureTopics([topic('older'), topic('shorter', 30 * 24 * 3_600_000)])
    await later.ensureTopics([topic('older')])
    await expect.poll(() => ofTopic('older'), soon).toEqual([])
    await later.close()
    const message = 'Topic kept its records too long; its settings were corrected'
    const [, ...durations] = settingsOf(topic('older')).filter(({ name }) => name !== 'cleanup.policy')
    expect(told.filter(each => each.message === message)).toEqual([{ topic: 'older', settings: durations, message }])
  })

  const textOf = (entry: Dirent): string => {
    try {
      return readFileSync(join(entry.parentPath, entry.name), 'latin1')
    } catch (error) {
      // The broker has removed it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return ''
    }
  }
})
