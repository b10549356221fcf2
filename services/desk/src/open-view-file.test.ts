import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/service-kit'
import { openSqlite } from '@holdfast/sqlite'
import { createEngineSecret } from '@holdfast/trust'
import { afterEach, expect, test } from 'vitest'
import { testSecret } from '../test/secret.ts'
import { openViewFile } from './open-view-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-view-'))
const path = join(dir, 'desk.sqlite')
afterEach(() => rmSync(path, { force: true }))

const tablesOf = (file: ReturnType<typeof openSqlite>) => file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()

test('a view of another version is thrown away: it can be folded again', async () => {
  const old = openSqlite(path, { durable: false })
  old.schema('CREATE TABLE facts (of_old TEXT) STRICT')
  await old.close()
  const file = openViewFile(path, silentLogger, testSecret)
  expect(tablesOf(file)).toEqual([])
  await file.close()
})

test('a view of this version is kept', async () => {
  const first = openViewFile(path, silentLogger, testSecret)
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  const again = openViewFile(path, silentLogger, testSecret)
  expect(tablesOf(again)).toEqual([{ name: 'kept' }])
  await again.close()
})

test('a view of an engine with another secret is thrown away: what it marked would never be found', async () => {
  const first = openViewFile(path, silentLogger, createEngineSecret(Buffer.alloc(32, 8)))
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  const again = openViewFile(path, silentLogger, testSecret)
  expect(tablesOf(again)).toEqual([])
  await again.close()
})

test('a view that is damaged is put aside, and the one that takes its place is of this version', async () => {
  const first = openViewFile(path, silentLogger, testSecret)
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  truncateSync(path, 4096)
  const again = openViewFile(path, silentLogger, testSecret)
  expect(tablesOf(again)).toEqual([])
  await again.close()
  expect(readdirSync(dir).filter(name => name.includes('.damaged-'))).toHaveLength(1)
  writeFileSync(path, 'no database '.repeat(1_000))
  const third = openViewFile(path, silentLogger, testSecret)
  expect(third.prepare('PRAGMA user_version').get()).not.toEqual({ user_version: 0 })
  await third.close()
})
