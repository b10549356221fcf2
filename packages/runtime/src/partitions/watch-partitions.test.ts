import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topicOfLedger, topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedStreams, type Streams } from '@holdfast/streams'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { streamsOfLedger } from '../backends/streams-of-ledger.ts'
import { systemClock } from '../clock.ts'
import { createReadiness } from '../health/readiness.ts'
import { silentLogger } from '../log.ts'
import { guardStreams } from './guard-streams.ts'
import { openPartitionRecord } from './partition-record.ts'
import { watchPartitions } from './watch-partitions.ts'

let folder: string
let file: SqliteFile
let raw: Streams
const running: { stop(): Promise<void> }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-partitions-'))
  file = openSqlite(join(folder, 'log.sqlite'), { durable: true })
  raw = createEmbeddedStreams({ file, partitions: 4 })
})
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
  await raw.close()
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The streams of an engine as a service sees them at its start. */
async function start(ledger = 1) {
  const readiness = createReadiness()
  const config = { HOLDFAST_LEDGER_NUMBER: ledger, HOLDFAST_PARTITIONS: 4 }
  const ofLedger = streamsOfLedger(raw, ledger)
  const watch = await watchPartitions({
    workflows: [{ topics }],
    streams: ofLedger,
    config,
    clock: systemClock,
    log: silentLogger,
    readiness,
    everyMs: 20,
  })
  running.push(watch)
  const streams = guardStreams(ofLedger, watch)
  await streams.ensureTopics(Object.values(topics))
  return { watch, streams, readiness }
}

const record = () => openPartitionRecord(raw, systemClock)
const ends = async (...names: string[]) =>
  Promise.all(
    names.map(async name => (await Promise.all([0, 1, 2, 3].map(partition => raw.endOffset(name, partition)))).reduce((a, b) => a + b)),
  )
const { commands, ledger } = topics

async function stageOf(streams: Streams) {
  const opened: number[] = []
  const read: string[] = []
  let open = 0
  const stage = await streams.stage({
    group: 'test',
    topics: [commands.name],
    async open({ partition }) {
      opened.push(partition)
      open++
      return { onBatch: async records => void read.push(...records.map(({ value }) => value)), close: async () => void open-- }
    },
    onFault: error => expect.fail(String(error)),
  })
  running.unshift(stage)
  return { opened, read, openNow: () => open }
}

describe('a new engine', () => {
  test('records its number of partitions, and works', async () => {
    const { watch, streams, readiness } = await start()
    expect(watch.problem()).toBeUndefined()
    await streams.publish(commands.name, [{ key: 'k', value: 'v' }])
    const { opened, read } = await stageOf(streams)
    await expect.poll(() => read).toEqual(['v'])
    expect(opened.toSorted()).toEqual([0, 1, 2, 3])
    expect([(await record()).countOf(commands.name), (await record()).countOf(ledger.name)]).toEqual([4, 4])
    expect(await readiness.reasons()).toEqual([])
  })

  test('restarts with the same number', async () => {
    await start()
    const before = await raw.endOffset(topics.partitions.name, 0)
    expect((await start()).watch.problem()).toBeUndefined()
    expect(await raw.endOffset(topics.partitions.name, 0)).toBe(before)
  })
})

describe('a ledger whose number of partitions has changed', () => {
  beforeEach(async () => {
    await raw.ensureTopics(Object.values(topics))
    await (await record()).add({ topic: commands.name, partitions: 2 }, { topic: ledger.name, partitions: 2 })
  })

  test('makes the service not ready, with advice', async () => {
    const { readiness } = await start()
    expect(await readiness.reasons()).toEqual([
      'freeze.commands has 4 partitions, but 2 are recorded: nothing is read or written until "holdfast repartition" has changed the number of partitions (docs/operate/repartition.md)',
    ])
  })

  test('is not written, and its records are not consumed', async () => {
    await raw.append(commands.name, 3, [{ key: 'k', value: 'waits' }])
    const { streams } = await start()
    const before = await ends(commands.name, ledger.name, topics.deliveries.name)
    await expect(streams.publish(commands.name, [{ key: 'k', value: 'v' }])).rejects.toThrow('2 are recorded')
    await expect(streams.append(ledger.name, 0, [{ key: 'k', value: 'v' }])).rejects.toThrow('2 are recorded')
    await expect(streams.publish(topics.deliveries.name, [{ key: 'k', value: 'v' }])).rejects.toThrow('2 are recorded')
    const { opened } = await stageOf(streams)
    expect(opened).toEqual([])
    expect(await ends(commands.name, ledger.name, topics.deliveries.name)).toEqual(before)
    expect(await raw.positions('test', commands.name)).toEqual(new Map())
  })
})

test('a running engine stops when its ledger is replaced, and releases its partitions', async () => {
  const { watch, streams, readiness } = await start()
  const { openNow } = await stageOf(streams)
  expect(openNow()).toBe(4)
  await (await record()).add({ topic: ledger.name, continuedAs: `${ledger.name}-2` })
  await vi.waitFor(() => expect(openNow()).toBe(0), { timeout: 10_000 })
  expect(watch.problem()).toBe('freeze.ledger was replaced by freeze.ledger-2. Start every service with HOLDFAST_LEDGER_NUMBER=2')
  expect(await readiness.reasons()).toEqual([watch.problem()])
  await expect(streams.publish(commands.name, [{ key: 'k', value: 'v' }])).rejects.toThrow('HOLDFAST_LEDGER_NUMBER=2')
})

describe('a ledger of a version that recorded no number of partitions', () => {
  const keys = Array.from({ length: 40 }, (_, index) => `request-${index}`)
  const write = async (partitionOf: (key: string) => Promise<number>) => {
    await raw.ensureTopics(Object.values(topics))
    for (const key of keys) await raw.append(ledger.name, await partitionOf(key), [{ key, value: 'a fact' }])
  }

  test('is accepted if its facts are in the partitions of their keys', async () => {
    await write(key => raw.partitionOf(ledger.name, key))
    expect((await start()).watch.problem()).toBeUndefined()
    expect((await record()).countOf(ledger.name)).toBe(4)
  })

  test('is refused if they are not', async () => {
    await write(async key => (await raw.partitionOf(ledger.name, key)) % 2)
    const { watch } = await start()
    expect(watch.problem()).toMatch(
      /^freeze.ledger has 4 partitions, but once had another number, because request request-\d+ is in the wrong one: nothing is read or written/,
    )
    expect((await record()).countOf(ledger.name)).toBeUndefined()
  })
})

describe('another ledger of the engine', () => {
  test('is not created because of a wrong number', async () => {
    await start()
    const { watch } = await start(2)
    expect(watch.problem()).toMatch(/^there is no complete freeze.ledger-2. Set HOLDFAST_LEDGER_NUMBER/)
  })

  test('has its own commands and facts under the names that services use', async () => {
    await start()
    const [commands2, ledger2] = [topicOfLedger(commands.name, 2), topicOfLedger(ledger.name, 2)]
    await raw.ensureTopics([
      { ...commands, name: commands2, partitions: 3 },
      { ...ledger, name: ledger2, partitions: 3 },
    ])
    await (await record()).add({ topic: commands2, partitions: 3 }, { topic: ledger2, partitions: 3 })
    const { watch, streams } = await start(2)
    expect(watch.problem()).toBeUndefined()
    expect(await streams.partitionCount(ledger.name)).toBe(3)
    await streams.publish(commands.name, [{ key: 'k', value: 'of the second' }])
    const { read, opened } = await stageOf(streams)
    await expect.poll(() => read).toEqual(['of the second'])
    expect(opened.toSorted()).toEqual([0, 1, 2])
    const tailed: string[] = []
    const tail = await streams.tail({
      topic: commands.name,
      from: 'start',
      onRecords: records => void tailed.push(...records.map(({ topic, value }) => `${topic} ${value}`)),
      onFault: error => expect.fail(String(error)),
    })
    running.unshift(tail)
    await expect.poll(() => tailed).toEqual(['freeze.commands of the second'])
    expect(await ends(commands.name)).toEqual([0])
  })
})

describe('a restore', () => {
  const copy = { copy: 'a'.repeat(64), takenAt: '2026-11-25T22:00:00.000Z' }

  test('that is incomplete prevents the start of a service, and a complete one does not', async () => {
    await (await record()).add({ topic: ledger.name, restore: 'begun', ...copy })
    await expect(start()).rejects.toThrow(/is incomplete, and the ledger has only a part of its records.*"holdfast restore" again/)
    await (await record()).add({ topic: ledger.name, restore: 'done', ...copy })
    expect((await start()).watch.problem()).toBeUndefined()
  })

  test('that starts while a service runs stops its writes until it is complete', async () => {
    const { watch, streams, readiness } = await start()
    await (await record()).add({ topic: ledger.name, restore: 'begun', ...copy })
    await expect.poll(() => watch.problem()).toContain('is incomplete')
    expect(await readiness.reasons()).toEqual([expect.stringContaining('is incomplete')])
    await expect(streams.publish(commands.name, [{ key: 'k', value: 'v' }])).rejects.toThrow('is incomplete')
    await (await record()).add({ topic: ledger.name, restore: 'done', ...copy })
    await expect.poll(() => watch.problem()).toBeUndefined()
  })
})
