import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { createEmbeddedStreams } from '@holdfast/streams'
import { afterAll, expect, test } from 'vitest'
import { createWriteProbe } from './write-probe.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-probe-'))
const file = openSqlite(join(folder, 'holdfast.sqlite'), { durable: true })
const streams = createEmbeddedStreams({ file, partitions: 2 })
afterAll(async () => {
  await streams.close()
  await file.close()
  rmSync(folder, { recursive: true })
})
const written = () => Promise.all([0, 1].map(partition => streams.endOffset(topics.health.name, partition)))

test('the readiness check writes a record to each partition, at most every five seconds', async () => {
  let now = 0
  const probe = createWriteProbe(
    streams,
    async () => undefined,
    () => now,
  )
  expect(await Promise.all([probe.reasons(), probe.reasons()])).toEqual([[], []])
  now = 4_999
  expect(await probe.reasons()).toEqual([])
  expect(await written()).toEqual([1, 1])
  now = 5_000
  expect(await probe.reasons()).toEqual([])
  expect(await written()).toEqual([2, 2])
})

test('a full disk and a full store are each reported with their reason until there is space', async () => {
  let now = 0
  const full = { stores: true }
  const probe = createWriteProbe(
    streams,
    async () => {
      if (full.stores) throw new Error('Redis at 127.0.0.1:6379: OOM')
    },
    () => now,
  )
  await streams.ensureTopics([topics.health])
  const pages = Number(file.prepare('PRAGMA page_count').get()?.page_count)
  file.prepare(`PRAGMA max_page_count = ${pages}`).get()
  // The probe uses the rest of the last page.
  const filled = streams.append(topics.health.name, 0, [{ key: 'k', value: 'x'.repeat(100_000) }])
  await expect(filled).rejects.toThrow('full')
  const isFull = async () => {
    now += 5_000
    return (await probe.reasons()).join('\n')
  }
  await expect
    .poll(isFull, { timeout: 10_000, interval: 1 })
    .toMatch(/cannot write a record: .*holdfast\.sqlite: .*full\n.*cannot write a record: Redis at 127\.0\.0\.1:6379: OOM/)
  file.prepare(`PRAGMA max_page_count = ${pages + 100}`).get()
  full.stores = false
  now += 4_999
  expect(await probe.reasons()).not.toEqual([])
  now += 1
  expect(await probe.reasons()).toEqual([])
})

test('a pending write is reported after three seconds, and its outcome at the next check', async () => {
  const gate = Promise.withResolvers<void>()
  let now = 0
  const probe = createWriteProbe(
    streams,
    () => gate.promise,
    () => now,
  )
  expect(await probe.reasons()).toEqual(['the readiness probe could not write a record within 3000 ms'])
  gate.reject(new Error('Redis is gone'))
  now = 4_999
  expect(await probe.reasons()).toEqual(['the readiness probe cannot write a record: Redis is gone'])
})
