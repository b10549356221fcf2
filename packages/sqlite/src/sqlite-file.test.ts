import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { startProcess } from '@holdfast/test-kit/start-process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DamagedFileError, openSqlite, type SqliteFile } from './index.ts'

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

  test('rolls back work that throws, and only that', async () => {
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

  test('limits the size of one commit, and then commits the rest', async () => {
    let commits = 0
    file.onCommit(() => {
      commits += 1
    })
    await Promise.all(Array.from({ length: 5_000 }, (_, index) => file.write(() => add(`${index}`))))
    expect(commits).toBe(3)
    expect(words().length).toBe(5_000)
  })

  test('lets low-priority work join the next commit, in order', async () => {
    const order: string[] = []
    const along = file.writeLazily(() => order.push('along'))
    const write = file.write(() => order.push('write'))
    await write
    expect(order).toEqual(['along', 'write'])
    await along
  })

  test('commits low-priority work by itself when there is no other commit', async () => {
    await file.writeLazily(() => add('alone'))
    expect(words()).toEqual(['alone'])
  })

  test('writes queued work when it is closed, and accepts nothing after', async () => {
    const queued = [file.write(() => add('queued')), file.writeLazily(() => add('along'))]
    await file.close()
    await Promise.all(queued)
    await expect(file.write(() => add('late'))).rejects.toThrow(`${path} is closed`)
    file = openSqlite(path, { durable: true })
    expect(words()).toEqual(['along', 'queued'])
  })

  describe('is private to its user', () => {
    const modes = async (folder: string) =>
      Object.fromEntries(
        await Promise.all((await readdir(folder)).map(async name => [name, (await stat(join(folder, name))).mode & 0o777])),
      )

    test('including its log and new folder, with any umask', async () => {
      const before = process.umask(0)
      try {
        const fresh = openSqlite(join(directory, 'fresh', 'file.db'), { durable: true })
        fresh.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
        await fresh.write(() => fresh.prepare('INSERT INTO word VALUES (?)').run('a'))
        expect(await modes(join(directory, 'fresh'))).toEqual({
          'file.db': 0o600,
          'file.db-wal': 0o600,
          'file.db-shm': 0o600,
          'file.db-lock': 0o600,
        })
        expect((await stat(join(directory, 'fresh'))).mode & 0o777).toBe(0o700)
        await fresh.close()
      } finally {
        process.umask(before)
      }
    })

    test('even if it was accessible to others before; its data is kept', async () => {
      await file.write(() => add('kept'))
      await file.close()
      for (const part of ['-wal', '-shm', '-journal']) await writeFile(`${path}${part}`, '')
      for (const name of await readdir(join(directory, 'deep'))) await chmod(join(directory, 'deep', name), 0o664)
      file = openSqlite(path, { durable: true })
      await file.write(() => add('more'))
      expect(words()).toEqual(['kept', 'more'])
      expect(new Set(Object.values(await modes(join(directory, 'deep'))))).toEqual(new Set([0o600]))
    })

    test('in an existing folder, whose mode is left unchanged: it may hold other files', async () => {
      const folder = join(directory, 'others')
      await mkdir(folder)
      await chmod(folder, 0o755)
      await openSqlite(join(folder, 'file.db'), { durable: true }).close()
      expect((await stat(folder)).mode & 0o777).toBe(0o755)
    })
  })

  test('has one opener: a second one is refused with the reason', () => {
    expect(() => openSqlite(path, { durable: true })).toThrow(`${path} can't be opened: another process holds it`)
  })

  test('that is no database is refused with its name', async () => {
    const other = join(directory, 'other.db')
    await writeFile(other, 'this is a letter, not a database. '.repeat(200))
    expect(() => openSqlite(other, { durable: true })).toThrow(`${other} is damaged: file is not a database`)
  })

  describe('that is damaged', () => {
    const rows = 20_000
    /** Fills it with enough rows that most pages are leaves, and overwrites the middle. */
    async function damageInside(options: Parameters<typeof openSqlite>[1]): Promise<SqliteFile> {
      await file.write(() => {
        for (let n = 0; n < rows; n += 1) add(`word ${n}`)
      })
      await file.close()
      const { size } = await stat(path)
      const handle = await open(path, 'r+')
      await handle.write(Buffer.alloc(16_384, 0xff), 0, 16_384, Math.floor(size / 2 / 4096) * 4096)
      await handle.close()
      file = openSqlite(path, options)
      file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY) STRICT')
      return file
    }
    const damagedFiles = async () => (await readdir(join(directory, 'deep'))).filter(name => name.includes('.damaged-'))

    test('inside is reported with its name by reads and by the check', async () => {
      const told: string[] = []
      await damageInside({ durable: true, onDamage: ({ message }) => told.push(message) })
      expect(() => file.check()).toThrow(`${path} is damaged: `)
      expect(() => words()).toThrow(DamagedFileError)
      expect(told).toHaveLength(2)
      expect(await damagedFiles()).toEqual([])
    })

    test('inside is found by the check process, and reported like damage that a read finds', async () => {
      const told: string[] = []
      await damageInside({ durable: true, onDamage: ({ message }) => told.push(message) })
      await expect(file.checkInProcess()).rejects.toThrow(`${path} is damaged: `)
      expect(told).toEqual([expect.stringContaining(`${path} is damaged: `)])
      expect(await damagedFiles()).toEqual([])
    })

    test('inside and can be rebuilt is found by the check process, and recreated', async () => {
      await damageInside({ durable: false })
      const renewed = new Promise<void>(resolve => file.onContentReplaced(resolve))
      await expect(file.checkInProcess()).rejects.toThrow(DamagedFileError)
      await renewed
      await file.write(() => add('of the new one'))
      expect(words()).toEqual(['of the new one'])
      expect(await damagedFiles()).toHaveLength(1)
    })

    test('and can be rebuilt is moved away by the check', async () => {
      const told: (string | undefined)[] = []
      await damageInside({ durable: false, onDamage: (_error, keptAs) => told.push(keptAs) })
      file.check()
      expect(words()).toEqual([])
      await file.write(() => add('again'))
      expect(words()).toEqual(['again'])
      expect(told.map(keptAs => basename(`${keptAs}`))).toEqual(await damagedFiles())
    })

    test('and can be rebuilt is recreated during reads and writes', async () => {
      await damageInside({ durable: false })
      const renewed = new Promise<void>(resolve => file.onContentReplaced(resolve))
      expect(() => words()).toThrow(`${path} is damaged: database disk image is malformed`)
      await expect(file.write(() => add('of the old one'))).rejects.toThrow(DamagedFileError)
      await renewed
      await file.write(() => add('of the new one'))
      expect(words()).toEqual(['of the new one'])
      expect(await damagedFiles()).toHaveLength(1)
    })

    test('is replaced during reads and writes by a file that was filled separately', async () => {
      await file.close()
      file = openSqlite(path, { durable: false })
      file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY) STRICT')
      await file.write(() => add('of the old one'))
      const reader = file.prepare('SELECT text FROM word')
      expect(reader.all()).toHaveLength(1)
      const other = openSqlite(`${path}.rebuild`, { durable: false })
      other.schema('CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY) STRICT')
      const insert = other.prepare('INSERT INTO word VALUES (?)')
      await other.write(() => insert.run('of the new one'))
      let told = 0
      file.onContentReplaced(() => told++)
      const queued = file.write(() => add('of the old one, a moment before'))
      await file.replaceWith(other)
      await queued
      expect([reader.all(), told]).toEqual([[{ text: 'of the new one' }], 1])
      await file.write(() => add('after it'))
      expect(words()).toEqual(['after it', 'of the new one'])
      expect((await readdir(dirname(path))).filter(name => name.includes('.rebuild'))).toEqual([])
    })

    test.each([0.3, 0.9])('and can be rebuilt opens, whether %d of it is left or none is a database', async fraction => {
      await file.write(() => {
        for (let n = 0; n < rows; n += 1) add(`word ${n}`)
      })
      await file.close()
      await truncate(path, Math.floor((await stat(path)).size * fraction))
      file = openSqlite(path, { durable: false })
      file.schema('CREATE TABLE IF NOT EXISTS word (text TEXT PRIMARY KEY) STRICT')
      file.check()
      expect(words()).toEqual([])
      await file.close()
      await writeFile(path, 'this is a letter, not a database. '.repeat(200))
      file = openSqlite(path, { durable: false })
      file.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
      // The earlier damaged file is deleted, so that a bad disk does not fill up.
      expect(await damagedFiles()).toHaveLength(1)
    })
  })

  test('that is intact passes the check during writes, and no write is lost', async () => {
    await file.write(() => add('before'))
    const checked = file.checkInProcess()
    await file.write(() => add('meanwhile'))
    await checked
    expect(words()).toEqual(['before', 'meanwhile'])
  })

  test('that is closed during its check does not wait for it, and is intact', async () => {
    await file.write(() => add('kept'))
    const checked = expect(file.checkInProcess()).rejects.toThrow(`${path} was not read completely`)
    await file.close()
    await checked
    file = openSqlite(path, { durable: true })
    file.check()
    expect(words()).toEqual(['kept'])
  })

  test('that is full rejects writes with the reason, keeps its data, and continues when there is space', async () => {
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

  test('keeps everything that was acknowledged before kill -9', async () => {
    const killed = join(directory, 'killed.db')
    const program = `
      import { openSqlite } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      const file = openSqlite(${JSON.stringify(killed)}, { durable: true })
      file.schema('CREATE TABLE word (text TEXT PRIMARY KEY) STRICT')
      for (let n = 0; ; n += 1) {
        await file.write(() => file.prepare('INSERT INTO word VALUES (?)').run(String(n)))
        process.stdout.write(n + '\\n')
      }`
    const child = startProcess(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
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
