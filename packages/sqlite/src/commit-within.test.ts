import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

let folder: string
let file: SqliteFile
let commits: number
let renewed: number
function open(): void {
  file = openSqlite(join(folder, 'file.sqlite'), { durable: false, commitWithinMs: 1_000 })
  file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT NOT NULL) STRICT')
  file.onCommit(() => {
    commits++
    return undefined
  })
  file.onContentReplaced(() => renewed++)
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-commit-within-'))
  commits = 0
  renewed = 0
  open()
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const add = (text: string): Promise<unknown> => file.write(() => file.prepare('INSERT INTO word VALUES (?)').run(text))
const words = (): unknown[] =>
  file
    .prepare('SELECT text FROM word')
    .all()
    .map(({ text }) => text)

test('a write resolves and is visible before its commit, which it shares with later writes', async () => {
  await add('a')
  await add('b')
  expect(words()).toEqual(['a', 'b'])
  expect(commits).toBe(0)
  await expect.poll(() => commits).toBe(1)
  await add('c')
  await file.close()
  open()
  expect(words()).toEqual(['a', 'b', 'c'])
})

test('a write that throws is rolled back alone', async () => {
  await add('a')
  await expect(
    file.write(() => {
      file.prepare('INSERT INTO word VALUES (?)').run('b')
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await add('c')
  expect(words()).toEqual(['a', 'c'])
  await expect.poll(() => [commits, renewed]).toEqual([1, 0])
})

test('on a full disk all uncommitted writes are rolled back, and the listeners are called', async () => {
  await add('kept')
  await expect.poll(() => commits).toBe(1)
  await add('seen')
  const { page_count: pages } = file.prepare('PRAGMA page_count').get() as { page_count: number }
  file.prepare(`PRAGMA max_page_count = ${pages}`).get()
  await expect(add('x'.repeat(100_000))).rejects.toThrow('nothing was written')
  expect(words()).toEqual(['kept'])
  expect(renewed).toBe(1)
  await add('y')
  expect(words()).toEqual(['kept', 'y'])
})
