import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqlite, type SqliteFile } from './index.ts'

describe('a SQLite file', () => {
  let directory = ''
  let path = ''
  let file: SqliteFile

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-sqlite-'))
    path = join(directory, 'deep', 'file.db')
    file = openSqlite(path, { durable: true })
    file.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
  })

  afterEach(async () => {
    await file.close()
    await rm(directory, { recursive: true })
  })

  const add = (text: string): void => void file.prepare('INSERT INTO word VALUES (?)').run(text)
  const words = (): unknown[] =>
    file
      .prepare('SELECT text FROM word ORDER BY text')
      .all()
      .map(row => row.text)

  test('commits all work of one turn together, in order', async () => {
    let commits = 0
    file.onCommit(() => {
      commits += 1
    })
    const addAndCount = (text: string): number => {
      add(text)
      return words().length
    }
    const results = await Promise.all(['c', 'a', 'b'].map(text => file.write(() => addAndCount(text))))
    expect(results).toEqual([1, 2, 3])
    expect(commits).toBe(1)
  })

  test('undoes work that throws, and only that', async () => {
    const results = await Promise.allSettled([
      file.write(() => add('first')),
      file.write(() => {
        add('half done')
        throw new Error('changed its mind')
      }),
      file.write(() => add('first')),
      file.write(() => add('last')),
    ])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(words()).toEqual(['first', 'last'])
  })

  test('bounds one commit, and does all of the rest', async () => {
    let commits = 0
    file.onCommit(() => {
      commits += 1
    })
    await Promise.all(Array.from({ length: 5_000 }, (_, index) => file.write(() => add(`${index}`))))
    expect(commits).toBe(3)
    expect(words().length).toBe(5_000)
  })

  test('lets work ride along with the next commit, in the order it came', async () => {
    const order: string[] = []
    const along = file.writeAlong(() => order.push('along'))
    const write = file.write(() => order.push('write'))
    await write
    expect(order).toEqual(['along', 'write'])
    await along
  })

  test('commits work that rides along by itself when nobody else commits', async () => {
    await file.writeAlong(() => add('alone'))
    expect(words()).toEqual(['alone'])
  })

  test('stops telling a listener that left', async () => {
    let told = 0
    const leave = file.onCommit(() => {
      told += 1
    })
    await file.write(() => add('a'))
    leave()
    await file.write(() => add('b'))
    expect(told).toBe(1)
  })

  test('writes what is queued when it is closed, and takes nothing after', async () => {
    const queued = [file.write(() => add('queued')), file.writeAlong(() => add('along'))]
    await file.close()
    await Promise.all(queued)
    await expect(file.write(() => add('late'))).rejects.toThrow(`${path} is closed`)
    file = openSqlite(path, { durable: true })
    expect(words()).toEqual(['along', 'queued'])
  })

  describe('is for its own user alone', () => {
    const modes = async (folder: string) =>
      Object.fromEntries(
        await Promise.all((await readdir(folder)).map(async name => [name, (await stat(join(folder, name))).mode & 0o777])),
      )

    test('with its log and its new folder, whatever the umask', async () => {
      const before = process.umask(0)
      try {
        const fresh = openSqlite(join(directory, 'fresh', 'file.db'), { durable: true })
        fresh.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
        await fresh.write(() => fresh.prepare('INSERT INTO word VALUES (?)').run('a'))
        expect(await modes(join(directory, 'fresh'))).toEqual({ 'file.db': 0o600, 'file.db-wal': 0o600 })
        expect((await stat(join(directory, 'fresh'))).mode & 0o777).toBe(0o700)
        await fresh.close()
      } finally {
        process.umask(before)
      }
    })

    test('also one that was left open to others, with what it kept', async () => {
      await file.write(() => add('kept'))
      await file.close()
      for (const part of ['-wal', '-shm', '-journal']) await writeFile(`${path}${part}`, '')
      for (const name of await readdir(join(directory, 'deep'))) await chmod(join(directory, 'deep', name), 0o664)
      file = openSqlite(path, { durable: true })
      await file.write(() => add('more'))
      expect(words()).toEqual(['kept', 'more'])
      expect(new Set(Object.values(await modes(join(directory, 'deep'))))).toEqual(new Set([0o600]))
    })

    test('in a folder that was there, which is left as it is: it may hold other things', async () => {
      const folder = join(directory, 'others')
      await mkdir(folder)
      await chmod(folder, 0o755)
      await openSqlite(join(folder, 'file.db'), { durable: true }).close()
      expect((await stat(folder)).mode & 0o777).toBe(0o755)
    })
  })

  test('is held by one opener: a second is refused with the reason', () => {
    expect(() => openSqlite(path, { durable: true })).toThrow(`${path} can't be opened: another process holds it`)
  })

  test('that is no database is refused by name', async () => {
    const other = join(directory, 'other.db')
    await writeFile(other, 'this is a letter, not a database. '.repeat(200))
    expect(() => openSqlite(other, { durable: true })).toThrow(`${other} can't be opened: file is not a database`)
  })

  test('that is full refuses with the reason, keeps what it had, and goes on when there is room', async () => {
    await file.write(() => add('kept'))
    const pages = Number(file.prepare('PRAGMA page_count').get()?.page_count)
    file.prepare(`PRAGMA max_page_count = ${pages + 2}`).get()
    const results = await Promise.allSettled([file.write(() => add('small')), file.write(() => add('x'.repeat(100_000)))])
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('full') } })
    file.prepare(`PRAGMA max_page_count = ${pages + 100}`).get()
    await file.write(() => add('later'))
    const expected = results[0]?.status === 'fulfilled' ? ['kept', 'later', 'small'] : ['kept', 'later']
    expect(words()).toEqual(expected)
  })

  test('still has everything that was acknowledged before kill -9', async () => {
    const killed = join(directory, 'killed.db')
    const program = `
      import { openSqlite } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      const file = openSqlite(${JSON.stringify(killed)}, { durable: true })
      file.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
      for (let n = 0; ; n += 1) {
        await file.write(() => file.prepare('INSERT INTO word VALUES (?)').run(String(n)))
        process.stdout.write(n + '\\n')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    let acknowledged = ''
    child.stdout.on('data', chunk => {
      acknowledged += chunk
      if (acknowledged.length > 1_000) child.kill('SIGKILL')
    })
    await once(child, 'close')
    const last = Number(acknowledged.slice(0, acknowledged.lastIndexOf('\n')).split('\n').at(-1))
    const reopened = openSqlite(killed, { durable: true })
    const rows = Number(reopened.prepare('SELECT count(*) AS rows FROM word').get()?.rows)
    expect(last).toBeGreaterThan(100)
    expect(rows).toBeGreaterThanOrEqual(last + 1)
    await reopened.close()
  })
})
