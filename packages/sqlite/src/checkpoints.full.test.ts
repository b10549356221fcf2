import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

const mebibyte = 1_048_576

let folder: string
let path: string
let file: SqliteFile
function open(): void {
  file = openSqlite(path, { durable: true })
  file.schema('CREATE TABLE IF NOT EXISTS block (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-checkpoints-'))
  path = join(folder, 'file.sqlite')
  open()
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const blockBytes = mebibyte / 4
/** Writes a quarter of a mebibyte per commit, and waits for each. */
async function write(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++)
    await file.write(() =>
      file.prepare('INSERT OR REPLACE INTO block VALUES (?, ?)').run(number % 400, Buffer.alloc(blockBytes, number % 251)),
    )
}
const numbers = () => file.prepare('SELECT count(*) AS blocks, sum(length(bytes)) AS bytes FROM block').get()
const logBytes = () => statSync(`${path}-wal`).size

test('the log restarts repeatedly during uninterrupted writes, and no write is lost', async () => {
  await write(0, 1_200)
  // 300 MiB were written. Checkpoints start at 32 MiB, and what arrives meanwhile is appended.
  expect(logBytes()).toBeLessThan(120 * mebibyte)
  expect(numbers()).toEqual({ blocks: 400, bytes: 400 * blockBytes })
  await file.close()
  open()
  expect(numbers()).toEqual({ blocks: 400, bytes: 400 * blockBytes })
}, 60_000)

test('a file that is closed during a checkpoint is intact, and has no log left', async () => {
  await write(0, 135)
  await file.close()
  expect(() => logBytes()).toThrow('ENOENT')
  open()
  expect(numbers()).toEqual({ blocks: 135, bytes: 135 * blockBytes })
})

test('an unfinished statement delays the log, but no writer', async () => {
  await write(0, 100)
  const rows = file.prepare('SELECT number FROM block ORDER BY number').iterate()[Symbol.iterator]()
  rows.next()
  await write(0, 400)
  const grown = logBytes()
  expect(grown).toBeGreaterThan(90 * mebibyte)
  while (!rows.next().done);
  await write(0, 1_000)
  expect(logBytes()).toBeLessThan(grown + 120 * mebibyte)
})

test('the log can be truncated during writes, and no write is lost', async () => {
  await write(0, 20)
  await file.truncateLog()
  expect(logBytes()).toBe(0)
  const writing = write(20, 200)
  while (logBytes() < 10 * mebibyte) await setImmediate()
  await file.truncateLog()
  await writing
  // 45 MiB were written. Nothing from before the truncation is in a log.
  expect(logBytes()).toBeLessThan(45 * mebibyte)
  expect(numbers()).toEqual({ blocks: 200, bytes: 200 * blockBytes })
})

test('a log with a reader is not truncated, and the caller gets an error', async () => {
  await write(0, 4)
  const rows = file.prepare('SELECT number FROM block ORDER BY number').iterate()[Symbol.iterator]()
  rows.next()
  await expect(file.truncateLog()).rejects.toThrow('its write-ahead log is in use and was not truncated')
  while (!rows.next().done);
  await file.truncateLog()
  expect(logBytes()).toBe(0)
})
