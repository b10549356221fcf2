import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEmbeddedStreams } from './embedded/embedded-streams.ts'
import { fingerprintsAfter, formatFingerprints, type LogFingerprints, parseFingerprints, unchangedUpTo } from './log-fingerprints.ts'
import type { Streams } from './port.ts'

const topic = { name: 'ledger', partitions: 1, retentionMs: undefined, keyedBy: 'requestId', writtenBy: 'engine', description: '' } as const
const valueAt = (offset: number) => ({ key: 'k', value: `fact ${offset}` })

/** The fingerprints of a reader that read this many records, this many at a time. */
function pastOf(records: number, batch = 1): LogFingerprints {
  let past: LogFingerprints = []
  for (let next = batch; next <= records; next += batch) past = fingerprintsAfter(past, valueAt(next - 1), next)
  return past
}

describe('the fingerprints of a reader', () => {
  let folder = ''
  let file: SqliteFile
  let streams: Streams

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-past-'))
    file = openSqlite(join(folder, 'log.sqlite'), { durable: false })
    streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic])
  })
  afterEach(async () => {
    await streams.close()
    await file.close()
    rmSync(folder, { recursive: true })
  })
  const append = (from: number, to: number, words = 'fact') =>
    streams.append(
      'ledger',
      0,
      Array.from({ length: to - from }, (_, index) => ({ key: 'k', value: `${words} ${from + index}` })),
    )
  const lasting = (past: LogFingerprints) => unchangedUpTo(streams, 'ledger', 0, past)

  test('match to the end in a log that only grew', async () => {
    await append(0, 120)
    expect(await lasting(pastOf(100))).toBe(100)
  })

  test('match up to the change in a log that was truncated and grew to its former length', async () => {
    await append(0, 86)
    await append(86, 120, 'another fact')
    const reached = await lasting(pastOf(100))
    expect(reached).toBeLessThanOrEqual(86)
    // As far back from there as the end was beyond it, at most.
    expect(reached).toBeGreaterThanOrEqual(86 - 2 * (100 - 86))
  })

  test('match up to the end of a shorter log', async () => {
    await append(0, 86)
    expect(await lasting(pastOf(100))).toBeGreaterThan(50)
    expect(await lasting(pastOf(100))).toBeLessThanOrEqual(86)
  })

  test('match nowhere in a log that was recreated', async () => {
    await append(0, 120, 'another fact')
    expect(await lasting(pastOf(100))).toBe(0)
  })

  test('stay few, however much was read: dense near the end and sparse far back', () => {
    const past = pastOf(1_000_000, 7)
    expect(past.length).toBeLessThanOrEqual(40)
    const backwards = past.toReversed().map(({ next }) => 999_999 - next)
    for (const [index, back] of backwards.entries())
      if (index > 1) expect(back).toBeLessThanOrEqual(4 * (backwards[index - 1] as number) + 28)
    expect(backwards.at(-1)).toBeGreaterThan(400_000)
  })

  test('are the same after formatting and parsing, and other text yields none', () => {
    const past = pastOf(100)
    expect(parseFingerprints(formatFingerprints(past))).toEqual(past)
    expect([parseFingerprints(''), parseFingerprints('metadata of another client'), parseFingerprints('5:xyz')]).toEqual([[], [], []])
  })
})
