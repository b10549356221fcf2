import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite } from './open-sqlite.ts'
import type { SqliteFile } from './sqlite-file.ts'

let folder: string
let file: SqliteFile
let renewed: number

const openAs = (name: string) => openSqlite(join(folder, name), { durable: false, commitWithinMs: 40, threadAfterWrites: 0 })
function open(): void {
  file = openAs('file.sqlite')
  renewed = 0
  file.onContentReplaced(() => renewed++)
  file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT NOT NULL UNIQUE) STRICT')
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-thread-'))
  open()
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const insert = (text: string) => file.prepare('INSERT INTO word VALUES (?)').run(text)
const add = (...texts: string[]): Promise<void> =>
  file.writeOnThread(() => {
    for (const text of texts) insert(text)
  })
const wordsOf = (of: SqliteFile): unknown[] =>
  of
    .prepare('SELECT text FROM word ORDER BY rowid')
    .all()
    .map(({ text }) => text)
const words = () => wordsOf(file)

describe('a write on the writer thread', () => {
  test('is invisible while the work records it, visible to all once it resolves, and still there after a reopening', async () => {
    const within: unknown[] = []
    const written = file.writeOnThread(() => {
      insert('a')
      within.push(...words())
      return 'said'
    })
    expect(await written).toBe('said')
    expect([within, words()]).toEqual([[], ['a']])
    await file.close()
    open()
    expect(words()).toEqual(['a'])
  })

  test('sees all earlier writes, of the thread and the process, in the order of the calls', async () => {
    const seen: unknown[][] = []
    const look = (text: string) => () => {
      seen.push(words())
      insert(text)
    }
    await Promise.all([file.writeOnThread(look('a')), file.write(look('b')), file.writeOnThread(look('c')), file.write(look('d'))])
    expect(seen).toEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']])
    expect(words()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('is visible once it resolves and not before, so that all statements of a turn see the same data', async () => {
    await add('a')
    const other = new DatabaseSync(join(folder, 'file.sqlite'), { readOnly: true })
    const count = other.prepare('SELECT count(*) AS count FROM word')
    let isSaid = false
    const written = file.writeOnThread(() => {
      insert('b')
      isSaid = true
    })
    while (!isSaid) await Promise.resolve()
    const before = words()
    const untilMs = performance.now() + 10_000
    while (count.get()?.count !== 2 && performance.now() < untilMs);
    expect(count.get()).toEqual({ count: 2 })
    expect([before, words()]).toEqual([['a'], ['a']])
    await written
    expect(words()).toEqual(['a', 'b'])
    other.close()
  })

  test('is visible also while a statement is unfinished', async () => {
    await add('a', 'b')
    const written = add('c')
    for (const { text } of file.prepare('SELECT text FROM word').iterate()) if (text === 'a') break
    await written
    const again = add('d')
    await Promise.resolve()
    await Promise.resolve()
    for (const { text } of file.prepare('SELECT text FROM word').iterate()) if (text === 'a') break
    await again
    expect(words()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('goes through the process first, and through a thread after enough calls', async () => {
    const late = openSqlite(join(folder, 'late.sqlite'), { durable: false, threadAfterWrites: 2 })
    late.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
    // Only in the process can work see its own writes.
    const seen = await Promise.all(
      ['a', 'b', 'c', 'd'].map(text =>
        late.writeOnThread(() => {
          late.prepare('INSERT INTO word VALUES (?)').run(text)
          return wordsOf(late).length
        }),
      ),
    )
    expect([seen, wordsOf(late)]).toEqual([
      [1, 2, 2, 3],
      ['a', 'b', 'c', 'd'],
    ])
    await late.close()
  })

  test('can’t be combined with immediate writes', () => {
    expect(() => file.writeNow(() => insert('a'))).toThrow('has a writer thread')
  })

  test('needs its schema before the first write', async () => {
    await add('a')
    expect(() => file.schema('CREATE TABLE late (text TEXT NOT NULL) STRICT')).toThrow('has been written')
  })

  test('leaves nothing that a close would wait for if there was nothing to write', async () => {
    const next = openAs('next.sqlite')
    void next.close()
    const again = openAs('next.sqlite')
    await again.close()
  })

  test('is written completely or not at all, and later writes succeed', async () => {
    await add('a')
    await expect(add('b', 'a')).rejects.toThrow(/nothing was written: UNIQUE constraint failed/)
    await add('c')
    expect(words()).toEqual(['a', 'c'])
    expect(renewed).toBe(0)
  })

  test('has no effect when its work throws', async () => {
    const thrown = file.writeOnThread(() => {
      insert('a')
      throw new Error('no')
    })
    await expect(thrown).rejects.toThrow(/^no$/)
    await add('b')
    expect(words()).toEqual(['b'])
  })

  test('is rejected on a full disk, and accepted once there is space', async () => {
    await add('a')
    const { page_count: pages } = file.prepare('PRAGMA page_count').get() as { page_count: number }
    await file.writeOnThread(() => file.prepare(`PRAGMA max_page_count = ${pages}`).run())
    await expect(add('x'.repeat(100_000))).rejects.toThrow('database or disk is full')
    await add('y'.repeat(100_000))
    expect(words()).toEqual(['a', 'y'.repeat(100_000)])
  })

  test('is stored if it was called before the close, and rejected after it', async () => {
    const asked = [add('a'), add('b')]
    const closed = file.close()
    await expect(add('c')).rejects.toThrow('is closed')
    await Promise.all([...asked, closed])
    open()
    expect(words()).toEqual(['a', 'b'])
  })

  test('goes to the replacement file; earlier writes are lost with the old file', async () => {
    await add('old')
    const other = openAs('other.sqlite')
    other.schema('CREATE TABLE word (text TEXT NOT NULL UNIQUE) STRICT')
    await other.writeOnThread(() => other.prepare('INSERT INTO word VALUES (?)').run('new'))
    await Promise.all([add('older'), file.replaceWith(other), add('late')])
    await add('newest')
    expect(words()).toEqual(['new', 'newest'])
    expect(renewed).toBe(1)
  })

  test('does not let the write-ahead log grow without limit', async () => {
    file.schema('CREATE TABLE block (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
    const put = file.prepare('INSERT OR REPLACE INTO block VALUES (?, ?)')
    for (let number = 0; number < 400; number++) await file.writeOnThread(() => put.run(number % 50, Buffer.alloc(262_144, number)))
    expect(statSync(join(folder, 'file.sqlite-wal')).size).toBeLessThan(60 * 1_048_576)
  })
})

test('a file that turns out to be damaged is recreated, and the thread writes on', async () => {
  await add('a')
  const fault = file.reportDamage('a word is not what was written')
  expect(fault.message).toContain('is damaged')
  await expect.poll(() => renewed).toBe(1)
  await add('b')
  expect(words()).toEqual(['b'])
})

test('on a durable file, or without a thread, `writeOnThread` equals `write`', async () => {
  const plain = openSqlite(join(folder, 'plain.sqlite'), { durable: false })
  plain.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
  expect(plain.writesOnThread).toBe(false)
  await plain.writeOnThread(() => plain.prepare('INSERT INTO word VALUES (?)').run('a'))
  expect(wordsOf(plain)).toEqual(['a'])
  await plain.close()
})
