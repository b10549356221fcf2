import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CircuitState, type StatusBody, statusSchema, topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams, type Streams } from '@holdfast/streams'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createReadiness } from '../health/readiness.ts'
import { silentLogger } from '../log.ts'
import { announceStatus, type CollectedParts, createStatusParts } from './announce-status.ts'
import { meterStages, type StageMeter } from './meter-stages.ts'

const now = new Date('2026-03-02T08:00:00.000Z')
let folder: string
let streams: Streams
let meter: StageMeter
let parts: CollectedParts
const readiness = createReadiness()
const closings: Array<() => Promise<void>> = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-status-'))
  const file = openSqlite(join(folder, 'streams.sqlite'), { durable: false })
  streams = createEmbeddedStreams({ file, partitions: 2 })
  await streams.ensureTopics(Object.values(topics))
  meter = meterStages(streams)
  parts = createStatusParts()
  closings.push(async () => {
    await streams.close()
    await file.close()
  })
})
afterEach(async () => {
  readiness.note('disk', undefined)
  for (const close of closings.splice(0).reverse()) await close()
  rmSync(folder, { recursive: true })
})

function announce(given: { byLogMs?: number | undefined; lowStorage?: string } = {}) {
  const { byLogMs = now.getTime() - 2_500, lowStorage } = given
  const running = announceStatus({
    process: 'standalone',
    services: ['ledger', 'desk'],
    instance: 'host:8080',
    streams,
    stages: meter.readers,
    parts,
    readiness,
    storage: {
      space: () => ({ freeBytes: 9_000, leastBytes: 4_000 }),
      whyNoRequests: () => (lowStorage === undefined ? undefined : { code: 'STORAGE_LOW', message: lowStorage }),
    },
    logTime: { nowMs: () => ('byLogMs' in given ? given.byLogMs : byLogMs) },
    clock: { now: () => now },
    log: silentLogger,
    everyMs: 20,
  })
  closings.push(running.stop)
  return running
}

async function said(): Promise<{ key: string; data: StatusBody }[]> {
  const { name } = topics.status
  const all: { key: string; data: StatusBody }[] = []
  for await (const records of streams.read(name, 0, 0, await streams.endOffset(name, 0)))
    all.push(...records.map(({ key, value }) => ({ key, data: statusSchema.parse(JSON.parse(value)).data })))
  return all
}
/** A busy machine is slow. */
const soon = { timeout: 10_000 }
const newest = () =>
  vi.waitFor(async () => {
    const last = (await said()).at(-1)
    if (!last) throw new Error('nothing is said yet')
    return last
  }, soon)

describe('a process', () => {
  test('reports its services, readiness, free space and clock difference', async () => {
    announce()
    expect(await newest()).toEqual({
      key: 'standalone/host:8080',
      data: {
        process: 'standalone',
        services: ['ledger', 'desk'],
        instance: 'host:8080',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        upSeconds: 0,
        reasons: [],
        disk: { freeBytes: 9_000, leastBytes: 4_000 },
        clockAheadMs: 2_500,
        readers: [],
      },
    })
  })

  test('reports each reason why it is not ready, including its disk, and no unknown time of the log', async () => {
    readiness.note('disk', 'x'.repeat(2_000))
    announce({ byLogMs: undefined, lowStorage: 'no new request is accepted' })
    const { data } = await newest()
    expect(data.reasons).toEqual(['x'.repeat(600), 'no new request is accepted'])
    expect(data).not.toHaveProperty('clockAheadMs')
  })

  test('reports repeatedly, and at last that it was stopped', async () => {
    const running = announce()
    await expect.poll(async () => (await said()).length).toBeGreaterThan(3)
    await running.stop()
    const all = await said()
    expect(all.map(({ data }) => data.stopped).filter(Boolean)).toEqual([true])
    expect(all.at(-1)?.data.stopped).toBe(true)
    await new Promise(resolve => setTimeout(resolve, 60))
    expect(await said()).toHaveLength(all.length)
  })

  test('reports the 50 worst recipients, and how many more there are', async () => {
    const circuit: CircuitState = { recipient: 'Bank', state: 'open', waiting: 1 }
    parts.circuits(() => Array.from({ length: 53 }, (_, i) => ({ ...circuit, recipient: `Bank ${i}` })))
    announce()
    const { circuits } = (await newest()).data
    expect([circuits?.worst.length, circuits?.worst[49]?.recipient, circuits?.more]).toEqual([50, 'Bank 49', 3])
  })

  test('that cannot write its status is silent, and still stops', async () => {
    const publish = vi.spyOn(streams, 'publish').mockRejectedValue(new Error('away'))
    const running = announce()
    await expect.poll(() => publish.mock.calls.length).toBeGreaterThan(1)
    await running.stop()
    expect(await said()).toEqual([])
  })
})

describe('a reader', () => {
  const record = { key: 'k', value: '{}' }
  const stage = (open: () => Promise<void> = async () => undefined) =>
    meter.streams.stage({
      group: 'g',
      topics: [topics.commands.name],
      open: async () => ({ onBatch: open, close: async () => undefined }),
      onFault: () => undefined,
    })

  test('that has processed everything has no lag in any partition', async () => {
    for (const partition of [0, 1]) await streams.append(topics.commands.name, partition, [record, record])
    const subscription = await stage()
    await expect.poll(() => meter.readers()[0]?.places.map(({ position }) => position)).toEqual([2, 2])
    announce()
    expect((await newest()).data.readers).toEqual([
      {
        group: 'g',
        topic: topics.commands.name,
        partitions: [
          { partition: 0, lag: 0 },
          { partition: 1, lag: 0 },
        ],
      },
    ])
    await subscription.stop()
    expect(meter.readers()).toEqual([])
  })

  test('that stands still has all newer records as its lag', async () => {
    await streams.append(topics.commands.name, 1, [record, record, record])
    const never = Promise.withResolvers<void>()
    const subscription = await stage(() => never.promise)
    announce()
    await expect.poll(async () => (await newest()).data.readers[0]?.partitions).toContainEqual({ partition: 1, lag: 3 })
    never.resolve()
    await subscription.stop()
  })

  test('that is not a stage is reported by its service, and reads for itself', async () => {
    await streams.append(topics.ledger.name, 0, [record, record])
    parts.reads('desk', topics.ledger.name, () => new Map([[0, 1]]))
    announce()
    expect((await newest()).data.readers).toEqual([
      { group: 'desk', topic: topics.ledger.name, alone: true, partitions: [{ partition: 0, lag: 1 }] },
    ])
  })
})
