import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/runtime'
import { openSqlite } from '@holdfast/sqlite'
import { createEngineSecret } from '@holdfast/trust'
import { afterAll, afterEach, expect, test } from 'vitest'
import { testSecret } from '../../test/secret.ts'
import { openProjectionFile } from './open-projection-file.ts'

const version = 7
const dir = mkdtempSync(join(tmpdir(), 'holdfast-view-'))
const path = join(dir, 'desk.sqlite')
afterEach(() => rmSync(path, { force: true }))
afterAll(() => rmSync(dir, { recursive: true }))

/** Too large to be checked before it is opened. */
const largeBytes = 140 * 1_048_576

const tablesOf = (file: ReturnType<typeof openSqlite>) => file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()

test('a projection of another version is deleted, because it can be rebuilt', async () => {
  const old = openSqlite(path, { durable: false })
  old.schema('CREATE TABLE facts (of_old TEXT) STRICT')
  await old.close()
  const file = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(tablesOf(file)).toEqual([])
  await file.close()
})

test('a projection of this version is kept', async () => {
  const first = openProjectionFile(path, silentLogger, testSecret, { version })
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  const again = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(tablesOf(again)).toEqual([{ name: 'kept' }])
  await again.close()
})

test('a projection of another engine secret is deleted, because its blind indexes would match no search', async () => {
  const first = openProjectionFile(path, silentLogger, createEngineSecret(Buffer.alloc(32, 8)), { version })
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  const again = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(tablesOf(again)).toEqual([])
  await again.close()
})

test('a damaged projection is moved away, and the new one is of this version', async () => {
  const first = openProjectionFile(path, silentLogger, testSecret, { version })
  first.schema('CREATE TABLE kept (x TEXT) STRICT')
  await first.close()
  truncateSync(path, 4096)
  const again = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(tablesOf(again)).toEqual([])
  await again.close()
  expect(readdirSync(dir).filter(name => name.includes('.damaged-'))).toHaveLength(1)
  writeFileSync(path, 'no database '.repeat(1_000))
  const third = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(third.prepare('PRAGMA user_version').get()).not.toEqual({ user_version: 0 })
  await third.close()
})

test('a large damaged projection opens at once, and is moved away a moment later', async () => {
  const first = openProjectionFile(path, silentLogger, testSecret, { version })
  first.schema('CREATE TABLE kept (x BLOB) STRICT')
  await first.write(() => first.prepare('INSERT INTO kept VALUES (zeroblob(?))').run(largeBytes))
  await first.close()
  const handle = await open(path, 'r+')
  await handle.write(Buffer.alloc(16_384, 0xff), 0, 16_384, largeBytes / 2)
  await handle.close()
  const again = openProjectionFile(path, silentLogger, testSecret, { version })
  expect(tablesOf(again)).toEqual([{ name: 'kept' }])
  await new Promise<void>(resolve => again.onContentReplaced(resolve))
  expect(tablesOf(again)).toEqual([])
  await again.close()
})
