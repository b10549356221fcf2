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

test('a log that can not be emptied is told of once while that lasts, and is emptied afterwards', async () => {
  let isHeldUp = true
  let tries = 0
  let emptied = 0
  const told: unknown[] = []
  const held = {
    onClose: file.onClose,
    async cutLog() {
      tries += 1
      if (isHeldUp) throw new Error('the log is in use')
      await file.cutLog()
      emptied += 1
    },
  }
  const emptier = createLogEmptier(held, { afterMs: 1, onHeldUp: error => told.push((error as Error).message) })
  emptier.soon()
  await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThanOrEqual(8)
  expect(told).toEqual(['the log is in use'])
  isHeldUp = false
  await expect.poll(() => emptied, { timeout: 10_000 }).toBe(1)
})
