import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogEmptier } from './log-emptier.ts'

let folder: string
let file: SqliteFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-emptier-'))
  file = openSqlite(join(folder, 'file.sqlite'), { durable: false })
  file.schema('CREATE TABLE word (text TEXT)')
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

test('a log that cannot be emptied is reported once while that lasts, and emptied afterwards', async () => {
  let isHeldUp = true
  let tries = 0
  let emptied = 0
  const reported: unknown[] = []
  const blocked = {
    onClose: file.onClose,
    async truncateLog() {
      tries += 1
      if (isHeldUp) throw new Error('the log is in use')
      await file.truncateLog()
      emptied += 1
    },
  }
  const emptier = createLogEmptier(blocked, { afterMs: 1, onHeldUp: error => reported.push((error as Error).message) })
  emptier.soon()
  await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThanOrEqual(8)
  expect(reported).toEqual(['the log is in use'])
  isHeldUp = false
  await expect.poll(() => emptied, { timeout: 10_000 }).toBe(1)
})
