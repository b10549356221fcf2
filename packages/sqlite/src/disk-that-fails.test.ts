import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

/** The disk's answers to fsync. */
const disk = vi.hoisted(() => ({ fault: undefined as Error | undefined, faultAtClose: undefined as Error | undefined }))
vi.mock('node:fs', async importOriginal => {
  const fs = await importOriginal<typeof import('node:fs')>()
  return {
    ...fs,
    fdatasync: (handle: number, done: (error: Error | null) => void) =>
      disk.fault ? setImmediate(done, disk.fault) : fs.fdatasync(handle, done),
    fdatasyncSync(handle: number) {
      if (disk.faultAtClose) throw disk.faultAtClose
      fs.fdatasyncSync(handle)
    },
  }
})

let folder: string
let file: SqliteFile
/** The messages that the file's opener received. */
let broken: string[]
beforeEach(() => {
  disk.fault = undefined
  disk.faultAtClose = undefined
  folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
  broken = []
  file = openSqlite(join(folder, 'file.sqlite'), { durable: true, onBroken: error => broken.push(error.message) })
  file.schema('CREATE TABLE word (text TEXT)')
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const add = (text: string): void => void file.prepare('INSERT INTO word VALUES (?)').run(text)
const startAgain = /the disk failed to store writes: EIO.* Restart the engine/

describe('a disk that fails to store writes', () => {
  test('no caller gets a confirmation, workers that saw the writes are stopped, and no write is accepted', async () => {
    let rollbacks = 0
    file.onRollback(() => {
      rollbacks++
      return undefined
    })
    await file.write(() => add('before'))
    disk.fault = new Error('EIO: i/o error, fdatasync')
    file.writeNow(() => add('now'))
    const committed = file.committed()
    const queued = file.write(() => add('queued'))
    await expect(committed).rejects.toThrow(startAgain)
    await expect(queued).rejects.toThrow(startAgain)
    expect(rollbacks).toBe(1)
    expect(broken).toEqual([expect.stringMatching(startAgain)])
    disk.fault = undefined
    expect(() => file.writeNow(() => add('after'))).toThrow(startAgain)
    await expect(file.write(() => add('after'))).rejects.toThrow(startAgain)
  })
})

test('a disk that takes the writes but not what a listener stores of them has failed too', async () => {
  let fault: Error | undefined
  file.onCommit(() => () => {
    if (fault) throw fault
  })
  await file.write(() => add('before'))
  fault = new Error('EIO: i/o error, write')
  await expect(file.write(() => add('failed'))).rejects.toThrow(startAgain)
  expect(broken).toEqual([expect.stringMatching(startAgain)])
  await expect(file.write(() => add('after'))).rejects.toThrow(startAgain)
})

test('a file whose disk refuses the last writes at its close reports it and releases its lock', async () => {
  file.writeNow(() => add('left'))
  const committed = file.committed()
  disk.faultAtClose = new Error('EIO: i/o error, fdatasync')
  await expect(Promise.all([committed, file.close()])).rejects.toThrow(startAgain)
  disk.faultAtClose = undefined
  const again = openSqlite(join(folder, 'file.sqlite'), { durable: true })
  await again.close()
})

test('several pending commits are confirmed one by one, in order, once they are durable', async () => {
  const told: string[] = []
  for (const word of ['a', 'b', 'c']) {
    file.writeNow(() => add(word))
    void file.committed().then(() => told.push(word))
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  await file.committed()
  expect(told).toEqual(['a', 'b', 'c'])
})
