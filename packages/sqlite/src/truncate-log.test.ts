import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-cut-log-'))
let file: SqliteFile
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

const secret = 'quartzite'.repeat(20)
const bytes = () => `${readFileSync(file.path, 'latin1')}${readFileSync(`${file.path}-wal`, 'latin1')}`

describe.each([
  ['in the process', undefined],
  ['by a thread', 0],
])('of what was written and deleted %s', (_how, threadAfterWrites) => {
  test('no byte of deleted rows remains after the truncation, and other rows are complete', async () => {
    file = openSqlite(join(folder, 'file.sqlite'), { durable: false, secureDelete: true, threadAfterWrites })
    file.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
    const insert = file.prepare('INSERT INTO word VALUES (?)')
    await file.writeOnThread(() => {
      insert.run(secret)
      insert.run('kept')
    })
    await file.writeOnThread(() => file.prepare('DELETE FROM word WHERE text = ?').run(secret))
    expect(bytes()).toContain(secret)
    await file.truncateLog()
    expect(bytes()).not.toContain(secret)
    expect(statSync(`${file.path}-wal`).size).toBe(0)
    await file.writeOnThread(() => insert.run('later'))
    expect(file.prepare('SELECT text FROM word').all()).toEqual([{ text: 'kept' }, { text: 'later' }])
  })

  test('the log is not truncated while a statement is unfinished', async () => {
    file = openSqlite(join(folder, 'file.sqlite'), { durable: false, secureDelete: true, threadAfterWrites })
    file.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
    const insert = file.prepare('INSERT INTO word VALUES (?)')
    await file.writeOnThread(() => ['a', 'b', 'c'].map(text => insert.run(text)))
    const rows = file.prepare('SELECT text FROM word').iterate()[Symbol.iterator]()
    rows.next()
    await expect(file.truncateLog()).rejects.toThrow('is in use')
    while (!rows.next().done);
    await file.truncateLog()
    expect(statSync(`${file.path}-wal`).size).toBe(0)
  })
})
