import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '@holdfast/sqlite'
import { afterEach, expect, test } from 'vitest'
import { openViewFile } from './open-view-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-view-'))
const path = join(dir, 'desk.sqlite')
afterEach(() => rmSync(path, { force: true }))

const tablesOf = (file: ReturnType<typeof openSqlite>) => file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()

test('a view of another version is thrown away: it can be folded again', async () => {
  const old = openSqlite(path, { durable: false })
  old.schema('CREATE TABLE facts (of_old TEXT) STRICT')
  await old.close()
  const file = openViewFile(path)
  expect(tablesOf(file)).toEqual([])
  await file.close()
})

test('a view of this version is kept', async () => {
  const first = openViewFile(path)
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  const again = openViewFile(path)
  expect(tablesOf(again)).toEqual([{ name: 'kept' }])
  await again.close()
})
