import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasUsers } from '@holdfast/test-kit/users'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'

// Only root can mount a file system that is small enough to be filled.
describe.skipIf(!hasUsers())('a file on a disk that is full', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
  const path = join(folder, 'file.sqlite')
  const filler = join(folder, 'filler')

  beforeAll(() => {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`a file system can not be mounted: ${stderr}`)
  })
  afterAll(() => {
    spawnSync('umount', [folder])
    rmdirSync(folder)
  })

  test('is not opened once it was closed, with the reason, and is once there is room', async () => {
    const before = openSqlite(path, { durable: true })
    before.schema('CREATE TABLE word (text TEXT)')
    await before.write(() => void before.prepare("INSERT INTO word VALUES ('kept')").run())
    await before.close()
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(filler, Buffer.alloc(bavail * bsize))
    expect(() => openSqlite(path, { durable: true })).toThrow(
      `${path} can't be opened: its disk is full, 0 bytes are left; make room and start again`,
    )
    rmSync(filler)
    const again = openSqlite(path, { durable: true })
    expect(again.prepare('SELECT text FROM word').all()).toEqual([{ text: 'kept' }])
    await again.close()
  })
})
