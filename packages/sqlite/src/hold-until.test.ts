import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

let folder: string
let file: SqliteFile
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-hold-'))
  file = openSqlite(join(folder, 'file.sqlite'), { durable: true })
  file.schema('CREATE TABLE word (text TEXT)')
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const add = (text: string): void => void file.prepare('INSERT INTO word VALUES (?)').run(text)
const words = () =>
  file
    .prepare('SELECT text FROM word')
    .all()
    .map(({ text }) => text)

/** The other holds, and what has resolved so far. */
function follow(): { commits: number; readonly done: string[]; note(name: string): () => void } {
  const seen = { commits: 0, done: [] as string[], note: (name: string) => () => void seen.done.push(name) }
  file.onCommit(() => {
    seen.commits += 1
    return undefined
  })
  return seen
}

test('held work is visible at once, and committed once all its prerequisites are durable, together with later work', async () => {
  const seen = follow()
  const [key, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  file.holdUntil(key.promise)
  file.holdUntil(other.promise)
  file.writeNow(() => add('held'))
  const committed = file.committed().then(seen.note('committed'))
  const queued = file.write(() => add('queued')).then(seen.note('queued'))
  const along = file.writeLazily(() => add('along')).then(seen.note('along'))
  await pause(80)
  expect([words(), seen.commits, seen.done]).toEqual([['held'], 0, []])
  key.resolve()
  await pause(20)
  expect(seen.commits).toBe(0)
  other.resolve()
  await Promise.all([committed, queued, along])
  expect([words(), seen.commits]).toEqual([['held', 'queued', 'along'], 1])
  expect(file.pending()).toBeUndefined()
})

test('when a prerequisite fails, all held work is rolled back, its callers and listeners are notified, and the next work is not held', async () => {
  let rollbacks = 0
  file.onRollback(() => {
    rollbacks++
    return undefined
  })
  file.holdUntil(Promise.reject(new Error('the other disk is full')))
  file.writeNow(() => add('held'))
  const committed = file.committed()
  await expect(committed).rejects.toThrow('nothing was written: the other disk is full')
  expect([words(), rollbacks]).toEqual([[], 1])
  await file.write(() => add('next'))
  expect(words()).toEqual(['next'])
})

test('a rollback rejects what was queued while the transaction was held, and later writes are accepted', async () => {
  const first = Promise.withResolvers<void>()
  file.holdUntil(first.promise)
  file.writeNow(() => add('held'))
  const queued = Promise.allSettled([file.write(() => add('queued')), file.writeLazily(() => add('along')), file.committed()])
  // Longer than `writeLazily` waits for another commit.
  await pause(80)
  first.reject(new Error('the other disk is full'))
  for (const outcome of await queued)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('the other disk is full') } })
  await file.write(() => add('next'))
  expect(words()).toEqual(['next'])
})

test('after a rollback the file accepts no writes until every worker that saw the rolled-back work has stopped', async () => {
  const stopped = Promise.withResolvers<void>()
  let recovered: Promise<void> | undefined
  file.onRollback(whenRecovered => {
    recovered = whenRecovered
    return stopped.promise
  })
  file.holdUntil(Promise.reject(new Error('the other disk is full')))
  file.writeNow(() => add('held'))
  await expect(file.committed()).rejects.toThrow('nothing was written')
  const refused = 'its workers are still being stopped'
  expect(() => file.writeNow(() => add('marker'))).toThrow(refused)
  expect(() => file.holdUntil(Promise.resolve())).toThrow(refused)
  await expect(file.write(() => add('snapshot'))).rejects.toThrow(refused)
  await expect(file.writeLazily(() => add('offset'))).rejects.toThrow(refused)
  await expect(file.committed()).rejects.toThrow(refused)
  stopped.reject(new Error('a worker failed to close'))
  await recovered
  await file.write(() => add('next'))
  expect(words()).toEqual(['next'])
})

test('work that has waited long may not be held again', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  onTestFinished(() => clock.mockRestore())
  const first = Promise.withResolvers<void>()
  file.holdUntil(first.promise)
  file.writeNow(() => add('held'))
  expect(file.canHold).toBe(true)
  clock.mockReturnValue(1_010)
  expect(file.canHold).toBe(false)
  first.resolve()
  await file.committed()
  expect(file.canHold).toBe(true)
})

test('awaited work is committed in the next turn, whatever else is written meanwhile', async () => {
  const seen = follow()
  file.writeNow(() => add('awaited'), { isAwaited: true })
  await new Promise(setImmediate)
  expect(seen.commits).toBe(1)
})

test('a file is not closed, and its log not truncated, while work is held', async () => {
  const seen = follow()
  const key = Promise.withResolvers<void>()
  file.holdUntil(key.promise)
  file.writeNow(() => add('held'))
  const cut = file.truncateLog().then(seen.note('cut'))
  const closed = file.close().then(seen.note('closed'))
  await pause(80)
  expect([seen.commits, seen.done]).toEqual([0, []])
  key.resolve()
  await closed
  await cut.catch(() => undefined)
  file = openSqlite(file.path, { durable: true })
  expect(words()).toEqual(['held'])
})
