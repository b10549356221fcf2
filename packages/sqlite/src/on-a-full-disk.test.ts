import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasUsers } from '@holdfast/test-kit/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'

// Only root can mount a file system that is small enough to fill.
describe.skipIf(!hasUsers())('a file on a full disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
  const path = join(folder, 'file.sqlite')
  const filler = join(folder, 'filler')

  beforeAll(() => {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`mounting a file system failed: ${stderr}`)
  })
  afterAll(() => {
    spawnSync('umount', [folder])
    rmdirSync(folder)
  })

  test('can’t be reopened, with the reason, until there is space', async () => {
    const before = openSqlite(path, { durable: true })
    before.schema('CREATE TABLE word (text TEXT)')
    await before.write(() => void before.prepare("INSERT INTO word VALUES ('kept')").run())
    await before.close()
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
    expect(() => openSqlite(path, { durable: true })).toThrow(
      `${path} can't be opened: its disk is full, with 0 bytes left. Free some space and start again`,
    )
    rmSync(filler)
    const again = openSqlite(path, { durable: true })
    expect(again.prepare('SELECT text FROM word').all()).toEqual([{ text: 'kept' }])
    await again.close()
  })
})
