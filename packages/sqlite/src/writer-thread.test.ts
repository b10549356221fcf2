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

const openAs = (name: string) => openSqlite(join(folder, name), { durable: false, commitWithinMs: 40, besideAfter: 0 })
function open(): void {
  file = openAs('file.sqlite')
  renewed = 0
  file.onRenewed(() => renewed++)
  file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT NOT NULL UNIQUE) STRICT')
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-beside-'))
  open()
})
afterEach(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const insert = (text: string) => file.prepare('INSERT INTO word VALUES (?)').run(text)
const add = (...texts: string[]): Promise<void> =>
  file.writeBeside(() => {
    for (const text of texts) insert(text)
  })
const wordsOf = (of: SqliteFile): unknown[] =>
  of
    .prepare('SELECT text FROM word ORDER BY rowid')
    .all()
    .map(({ text }) => text)
const words = () => wordsOf(file)

describe('what is written beside', () => {
  test('is not there while the work says it, is for everybody once it resolves, and after the file is opened again', async () => {
    const within: unknown[] = []
    const written = file.writeBeside(() => {
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

  test('sees what was written before it, beside or not, in the order of the calls', async () => {
    const seen: unknown[][] = []
    const look = (text: string) => () => {
      seen.push(words())
      insert(text)
    }
    await Promise.all([file.writeBeside(look('a')), file.write(look('b')), file.writeBeside(look('c')), file.write(look('d'))])
    expect(seen).toEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']])
    expect(words()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('is seen once it resolves and not before, so that all statements of a turn see the same', async () => {
    await add('a')
    const other = new DatabaseSync(join(folder, 'file.sqlite'), { readOnly: true })
    const count = other.prepare('SELECT count(*) AS count FROM word')
    let isSaid = false
    const written = file.writeBeside(() => {
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

  test('is seen also where somebody has not read a list to its end', async () => {
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

  test('is written in the process at first, and by a thread once there is more', async () => {
    const late = openSqlite(join(folder, 'late.sqlite'), { durable: false, besideAfter: 2 })
    late.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
    // Only in the process does work see what it has written itself.
    const seen = await Promise.all(
      ['a', 'b', 'c', 'd'].map(text =>
        late.writeBeside(() => {
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

  test('can not be mixed with what is written at once', () => {
    expect(() => file.now(() => insert('a'))).toThrow('has a thread that writes')
  })

  test('has its tables before the first write', async () => {
    await add('a')
    expect(() => file.schema('CREATE TABLE late (text TEXT NOT NULL) STRICT')).toThrow('is written already')
  })

  test('leaves nothing that a close would have to wait for where there was nothing to write', async () => {
    const next = openAs('next.sqlite')
    void next.close()
    const again = openAs('next.sqlite')
    await again.close()
  })

  test('is written whole or not at all, and what comes after it is written', async () => {
    await add('a')
    await expect(add('b', 'a')).rejects.toThrow(/nothing of this was written: UNIQUE constraint failed/)
    await add('c')
    expect(words()).toEqual(['a', 'c'])
    expect(renewed).toBe(0)
  })

  test('is nothing where the work throws', async () => {
    const thrown = file.writeBeside(() => {
      insert('a')
      throw new Error('no')
    })
    await expect(thrown).rejects.toThrow(/^no$/)
    await add('b')
    expect(words()).toEqual(['b'])
  })

  test('is refused where the disk is full, and taken once there is room', async () => {
    await add('a')
    const { page_count: pages } = file.prepare('PRAGMA page_count').get() as { page_count: number }
    await file.writeBeside(() => file.prepare(`PRAGMA max_page_count = ${pages}`).run())
    await expect(add('x'.repeat(100_000))).rejects.toThrow('database or disk is full')
    await add('y'.repeat(100_000))
    expect(words()).toEqual(['a', 'y'.repeat(100_000)])
  })

  test('is on record when the file is closed, where it was asked for before, and refused after', async () => {
    const asked = [add('a'), add('b')]
    const closed = file.close()
    await expect(add('c')).rejects.toThrow('is closed')
    await Promise.all([...asked, closed])
    open()
    expect(words()).toEqual(['a', 'b'])
  })

  test('goes to the file that has taken the place of this one; what was asked for until then is gone with the old one', async () => {
    await add('old')
    const other = openAs('other.sqlite')
    other.schema('CREATE TABLE word (text TEXT NOT NULL UNIQUE) STRICT')
    await other.writeBeside(() => other.prepare('INSERT INTO word VALUES (?)').run('new'))
    await Promise.all([add('older'), file.replaceWith(other), add('late')])
    await add('newest')
    expect(words()).toEqual(['new', 'newest'])
    expect(renewed).toBe(1)
  })

  test('does not make the log of the file grow without end', async () => {
    file.schema('CREATE TABLE block (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
    const put = file.prepare('INSERT OR REPLACE INTO block VALUES (?, ?)')
    for (let number = 0; number < 400; number++) await file.writeBeside(() => put.run(number % 50, Buffer.alloc(262_144, number)))
    expect(statSync(join(folder, 'file.sqlite-wal')).size).toBeLessThan(60 * 1_048_576)
  })
})

test('a file that turns out to be damaged is begun anew, and written beside as before', async () => {
  await add('a')
  const fault = file.foundDamage('a word is not what was written')
  expect(fault.message).toContain('is damaged')
  await expect.poll(() => renewed).toBe(1)
  await add('b')
  expect(words()).toEqual(['b'])
})

test('of a file that is durable, or has no thread, it is the same as what is written in the process', async () => {
  const plain = openSqlite(join(folder, 'plain.sqlite'), { durable: false })
  plain.schema('CREATE TABLE word (text TEXT NOT NULL) STRICT')
  expect(plain.writesBeside).toBe(false)
  await plain.writeBeside(() => plain.prepare('INSERT INTO word VALUES (?)').run('a'))
  expect(wordsOf(plain)).toEqual(['a'])
  await plain.close()
})
