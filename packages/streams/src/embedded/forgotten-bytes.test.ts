import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Streams } from '../port.ts'
import type { MachineTime } from '../system-time.ts'
import { createEmbeddedStreams } from './embedded-streams.ts'

const hour = 3_600_000
const day = 24 * hour
const startMs = Date.parse('2026-03-01T00:00:00Z')

const topic = (name: string, retentionMs: number | undefined) =>
  ({ name, partitions: 1, retentionMs, keyedBy: 'requestId', writtenBy: 'engine', description: '' }) as const
// Topics without a retention are placed between the others: appending to one moves rows at the start of the next.
const specs = [
  topic('requests', 7 * day),
  topic('ledger', undefined),
  topic('orders', 30 * day),
  topic('parked', undefined),
  topic('answers', 30 * day),
  topic('letters', 90 * day),
]
const bounded = specs.filter(({ retentionMs }) => retentionMs !== undefined)

describe('an expired record', () => {
  let folder = ''
  let file: SqliteFile
  let streams: Streams
  let nowMs = startMs
  const time: MachineTime = { nowMs: () => nowMs, steadyMs: () => nowMs - startMs }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-forgotten-'))
    nowMs = startMs
    open()
    await streams.ensureTopics(specs)
  })

  afterEach(async () => {
    await streams.close()
    await file.close()
    rmSync(folder, { recursive: true })
  })

  function open(): void {
    file = openSqlite(join(folder, 'holdfast.sqlite'), { durable: true })
    streams = createEmbeddedStreams({ file, partitions: 1, time, confirmedMs: nowMs })
  }

  /** Expired records are removed at start and every hour. The last step truncates the write-ahead log. */
  async function startAgain(): Promise<void> {
    await streams.close()
    streams = createEmbeddedStreams({ file, partitions: 1, time, confirmedMs: nowMs })
    await expect.poll(() => statSync(join(folder, 'holdfast.sqlite-wal')).size, { timeout: 10_000 }).toBe(0)
  }

  /** The text in all files of the folder, as stored. */
  function wordsOnDisk(): ReadonlySet<string> {
    const found = new Set<string>()
    for (const name of readdirSync(folder))
      for (const [word] of readFileSync(join(folder, name), 'latin1').matchAll(/WORD-[a-z]+-\d+-/g)) found.add(word)
    return found
  }

  /** Writes this many records to each topic, of 0.3 to 12 kB. */
  async function write(count: number, after = 0): Promise<void> {
    for (let number = after; number < after + count; number++)
      await Promise.all(
        specs.map(({ name }, index) => {
          const word = `WORD-${name}-${number}-`
          const filling = '.'.repeat(300 + ((number * 7919 + index * 104_729) % 97 === 0 ? 12_000 : (number * 37 + index * 211) % 2_400))
          return streams.publish(name, [{ key: word, value: `${word}${filling}${word}`, headers: { word } }])
        }),
      )
  }

  const ofTopics = (words: ReadonlySet<string>, names: readonly { readonly name: string }[]): string[] =>
    [...words].filter(word => names.some(({ name }) => word.startsWith(`WORD-${name}-`)))

  test('leaves no byte in any file once all have expired, and permanent records are complete', async () => {
    await write(300)
    expect(ofTopics(wordsOnDisk(), bounded).length).toBe(4 * 300)
    nowMs += 91 * day
    await startAgain()
    const left = wordsOnDisk()
    expect(ofTopics(left, bounded)).toEqual([])
    expect(left.size).toBe(2 * 300)
    expect(readdirSync(folder).filter(name => !name.startsWith('holdfast.sqlite'))).toEqual([])
  })

  test('leaves no byte in any file at most a tenth of its retention later, while records arrive daily', {
    timeout: 120_000,
  }, async () => {
    const writtenMs: number[] = []
    const found: string[] = []
    for (let turn = 0; turn < 45; turn++) {
      await write(6, writtenMs.length)
      writtenMs.push(...Array.from({ length: 6 }, () => nowMs))
      nowMs += day
      await startAgain()
      for (const word of wordsOnDisk()) {
        const [, name, number] = word.split('-')
        const retentionMs = specs.find(spec => spec.name === name)?.retentionMs
        if (retentionMs !== undefined && nowMs - (writtenMs[Number(number)] ?? 0) > retentionMs * 1.1) found.push(`${word} on day ${turn}`)
      }
    }
    expect(found).toEqual([])
    expect(await streams.startOffset('orders', 0)).toBe(15 * 6)
    expect(ofTopics(wordsOnDisk(), [topic('ledger', undefined)]).length).toBe(writtenMs.length)
    const orders: string[] = []
    for await (const records of streams.read('orders', 0, 0, 999)) orders.push(...records.map(({ key }) => key))
    expect(orders).toEqual(Array.from({ length: writtenMs.length - 90 }, (_, at) => `WORD-orders-${at + 90}-`))
  })

  test('is erased at the next start when the engine was killed after its removal', async () => {
    await write(20)
    nowMs += 91 * day
    file.prepare('PRAGMA secure_delete = ON').get()
    await file.write(() => void file.prepare("DELETE FROM stream_record_0 WHERE key LIKE 'WORD-requests-%'").run())
    expect(ofTopics(wordsOnDisk(), [topic('requests', 1)])).not.toEqual([])
    await startAgain()
    expect(ofTopics(wordsOnDisk(), bounded)).toEqual([])
  })
})
