import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openSqlite } from './open-sqlite.ts'

/** Whether a thread that can't start fails at once, or ends right after its start. */
const thread = vi.hoisted(() => ({ endsLater: false }))
vi.mock('node:worker_threads', async () => {
  const { EventEmitter } = await import('node:events')
  return {
    Worker: class extends EventEmitter {
      constructor() {
        super()
        if (!thread.endsLater) throw new Error('no thread can start')
        setTimeout(() => this.emit('error', new Error('no thread can start')), 10)
      }
      ref(): void {}
      unref(): void {}
      postMessage(): void {}
    },
  }
})

test('when no thread can start, the writer runs the checkpoint and continues', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-no-thread-'))
  const path = join(folder, 'file.sqlite')
  const file = openSqlite(path, { durable: true })
  file.schema('CREATE TABLE block (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
  for (let number = 0; number < 400; number++)
    await file.write(() => file.prepare('INSERT INTO block VALUES (?, ?)').run(number, Buffer.alloc(262_144, number % 251)))
  expect(statSync(`${path}-wal`).size).toBeLessThan(60 * 1_048_576)
  expect(file.prepare('SELECT count(*) AS blocks FROM block').get()).toEqual({ blocks: 400 })
  await file.close()
  rmSync(folder, { recursive: true })
})

test.each([
  ['can be begun', false, 1],
  ['lives', true, 2],
])('where no thread %s, writes for the thread are made in the process', async (_, endsLater, triesOfFirst) => {
  thread.endsLater = endsLater
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-no-thread-'))
  const file = openSqlite(join(folder, 'file.sqlite'), { durable: false, threadAfterWrites: 0 })
  file.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
  let said = 0
  const add = (text: string) =>
    file.writeOnThread(() => {
      said++
      file.prepare('INSERT INTO word VALUES (?)').run(text)
    })
  await add('a')
  expect([file.writesOnThread, said]).toEqual([false, triesOfFirst])
  await add('b')
  expect(file.prepare('SELECT text FROM word').all()).toEqual([{ text: 'a' }, { text: 'b' }])
  await file.close()
  rmSync(folder, { recursive: true })
})
