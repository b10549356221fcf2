import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { baseConfigSchema, openKeyStore, silentLogger } from '@holdfast/runtime'
import { type CachedKey, createKeyRing, decryptValues, encryptValues, ensureMasterKeys, type KeyRing } from '@holdfast/sealing'
import { CommanderError } from 'commander'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram } from '../program.ts'
import { Failure, type Terminal } from '../terminal.ts'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-keys-'))
afterAll(() => rmSync(directory, { recursive: true }))

let place: string
let engine: string
beforeEach(() => {
  place = mkdtempSync(join(directory, 'test-'))
  engine = join(place, 'engine')
})
const at = (name: string) => join(place, name)

interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What stood on the last line of the screen, in the last run. */
let shown: (string | undefined)[]

/** `holdfast keys` in this process, as `main.ts` runs it. */
async function keys(words: readonly string[], folder = engine): Promise<Run> {
  const run = { code: 0, out: '', err: '' }
  shown = []
  const plain = (text: string) => text
  const terminal: Terminal = {
    settings: { url: '', token: undefined, operatorToken: undefined, dataDir: folder, environment: { HOLDFAST_DATA: folder } },
    write: async text => {
      run.out += text
    },
    tell: line => {
      run.err += `${line}\n`
    },
    showProgress: text => {
      shown.push(text)
    },
    stdin: Readable.from([]),
    colors: { bold: plain, dim: plain, red: plain },
    now: () => new Date('2024-07-23T09:00:00Z'),
    interruption: () => new AbortController().signal,
    setExitCode: code => {
      run.code = code
    },
  }
  try {
    const program = await buildProgram(terminal, ['keys'])
    await program.parseAsync(['keys', ...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof Failure || error instanceof CommanderError)) throw error
    if (error instanceof Failure) terminal.tell(error.message)
    run.code = 2
  }
  return run
}

/** What an engine does with its keys while it has them. */
async function asEngine<T>(work: (ring: KeyRing) => Promise<T>, folder = engine): Promise<T> {
  const { store, close } = await openKeyStore(baseConfigSchema.parse({ HOLDFAST_DATA: folder }), silentLogger)
  const ring = createKeyRing({ store, masterKeys: ensureMasterKeys(folder), clock: () => new Date('2024-07-23T08:00:00Z') })
  try {
    return await work(ring)
  } finally {
    ring.close()
    await close()
  }
}

const words = { '/request/victim/name': 'Tan Wei Ming' }
type Sealed = CachedKey & { readonly block: ReturnType<typeof encryptValues> }

const sealWords = (owners: readonly { requestId: string; country: string }[], folder = engine): Promise<Sealed[]> =>
  asEngine(async ring => {
    const obtained = (await ring.obtain(owners)) as readonly CachedKey[]
    return obtained.map(key => ({ ...key, block: encryptValues(key.key, key, words) }))
  }, folder)

/** The words of each, or what has become of its key. */
const openWords = (sealed: readonly Sealed[], folder = engine): Promise<unknown[]> =>
  asEngine(async ring => {
    const found = await ring.find(sealed.map(({ keyId }) => keyId))
    return sealed.map(each => {
      const key = found.get(each.keyId)
      if (key?.state !== 'there') return key?.state
      const opened = decryptValues(key.key, key, each.block)
      return opened.ok ? opened.value.values : opened.error
    })
  }, folder)

const destroy = (requestId: string) =>
  asEngine(async ring => {
    await ring.intend(requestId, 'ERASURE_ORDERED')
    await ring.destroy(requestId)
  })

const ownersOf = (count: number, country = 'SG') => Array.from({ length: count }, () => ({ requestId: randomUUID(), country }))

/** Another machine, with the master keys put back. */
function emptyFolder(): string {
  const folder = at(`restored-${randomUUID()}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'master-keys'), readFileSync(join(engine, 'master-keys')))
  return folder
}

const restore = (folder: string) => keys(['restore', at('keys.jsonl'), '--tombstones', at('tombstones.jsonl')], folder)
const addMasterKey = (id: string, digit: string) => {
  const path = join(engine, 'master-keys')
  writeFileSync(path, `${id} ${digit.repeat(64)}\n${readFileSync(path, 'utf8')}`)
}

describe('a copy of the keys', () => {
  test('opens the same words when it is restored, in an empty folder and again, and is for its user alone', async () => {
    const sealed = await sealWords([...ownersOf(2), ...ownersOf(1, 'TL')])
    expect(await keys(['backup', at('keys.jsonl')])).toEqual({
      code: 0,
      out: `keys of requests: 3, keys of countries: 2, destructions: 0; in ${at('keys.jsonl')}\n`,
      err: '',
    })
    expect((await keys(['tombstones', at('tombstones.jsonl')])).out).toBe(
      `requests whose keys were destroyed: 0; in ${at('tombstones.jsonl')}\n`,
    )
    for (const name of ['keys.jsonl', 'tombstones.jsonl']) expect(statSync(at(name)).mode & 0o777).toBe(0o600)
    const folder = emptyFolder()
    expect(await openWords(sealed, folder)).toEqual(['unknown', 'unknown', 'unknown'])
    for (let times = 0; times < 2; times++) {
      expect(await restore(folder)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^keys of requests: 3, keys of countries: 2, /),
        err: '',
      })
      expect(await openWords(sealed, folder)).toEqual([words, words, words])
    }
  })

  test('that is older than a destruction does not bring back what the list names, and brings the rest', async () => {
    const [doomed, kept] = (await sealWords(ownersOf(2))) as [Sealed, Sealed]
    await keys(['backup', at('keys.jsonl')])
    await destroy(doomed.requestId)
    expect((await keys(['tombstones', at('tombstones.jsonl')])).out).toMatch(/^requests whose keys were destroyed: 1; /)
    expect(readFileSync(at('keys.jsonl'), 'utf8')).toContain(doomed.keyId)
    const folder = emptyFolder()
    expect(await restore(folder)).toMatchObject({ code: 0, out: expect.stringContaining('destructions in the copy and the list: 1\n') })
    expect(await openWords([doomed, kept], folder)).toEqual(['destroyed', words])
  })

  test('is made and restored without the master keys, and the restore says that they are missing', async () => {
    const sealed = await sealWords(ownersOf(1))
    const masterKeys = readFileSync(join(engine, 'master-keys'))
    rmSync(join(engine, 'master-keys'))
    expect(await keys(['backup', at('keys.jsonl')])).toMatchObject({ code: 0 })
    expect(await keys(['tombstones', at('tombstones.jsonl')])).toMatchObject({ code: 0 })
    const folder = at('elsewhere')
    const path = join(folder, 'master-keys')
    expect(await restore(folder)).toMatchObject({ code: 0, err: expect.stringContaining(`There are no master keys in ${path}`) })
    expect(existsSync(path)).toBe(false)
    writeFileSync(path, masterKeys)
    expect(await openWords(sealed, folder)).toEqual([words])
  })

  test.each([
    ['a line that is no key', 'keys.jsonl', 3, (lines: string[]) => lines.with(2, '{"requestKey":{}}')],
    ['an empty line between others', 'keys.jsonl', 3, (lines: string[]) => lines.toSpliced(2, 0, '')],
    ['a line that is no JSON', 'keys.jsonl', 2, (lines: string[]) => lines.with(1, 'x')],
    ['a line too few', 'keys.jsonl', 6, (lines: string[]) => lines.toSpliced(1, 1)],
    ['no end', 'keys.jsonl', 6, (lines: string[]) => lines.toSpliced(6, 1)],
    ['a key in the list', 'tombstones.jsonl', 2, (lines: string[], copy: string[]) => lines.toSpliced(1, 0, copy[1] as string)],
    ['the copy for the list', 'tombstones.jsonl', 1, (_: string[], copy: string[]) => copy],
  ])('with %s is refused by its line, and nothing is written', async (_what, name, line, wrong) => {
    await sealWords(ownersOf(4))
    await keys(['backup', at('keys.jsonl')])
    await keys(['tombstones', at('tombstones.jsonl')])
    const linesOf = (file: string) => readFileSync(at(file), 'utf8').trimEnd().split('\n')
    writeFileSync(at(name), `${wrong(linesOf(name), linesOf('keys.jsonl')).join('\n')}\n`)
    const folder = at('into')
    const { code, err } = await restore(folder)
    expect(code).toBe(2)
    expect(err).toMatch(new RegExp(`^${at(name)}(, line ${line}: |: the end is missing behind line ${line}).*: nothing was written\n$`))
    expect(existsSync(folder)).toBe(false)
  })

  test('is restored with a list alone, and from files alone, which are read twice', async () => {
    await sealWords(ownersOf(1))
    await keys(['backup', at('keys.jsonl')])
    expect(await keys(['restore', at('keys.jsonl')])).toMatchObject({ code: 2, err: expect.stringContaining("'--tombstones <file>'") })
    const twice = expect.stringContaining('it is read twice')
    expect(await keys(['restore', at('keys.jsonl'), '--tombstones', '-'])).toMatchObject({ code: 2, err: twice })
    expect(await keys(['restore', at('keys.jsonl'), '--tombstones', place])).toMatchObject({ code: 2, err: twice })
    expect(await restore(engine)).toMatchObject({ code: 2, err: expect.stringContaining('there is no such file') })
  })

  test('that can not be written leaves nothing', async () => {
    await sealWords(ownersOf(1))
    mkdirSync(at('keys.jsonl'))
    for (const command of ['backup', 'tombstones'])
      expect(await keys([command, at('keys.jsonl')])).toMatchObject({ code: 2, out: '', err: expect.stringContaining("can't be written") })
    expect(readdirSync(place).toSorted()).toEqual(['engine', 'keys.jsonl'])
  })
})

describe('keys that are renewed', () => {
  test('are wrapped by another key of their country and by another master key, and open the same words', async () => {
    const old = await sealWords(ownersOf(2, 'TL'))
    expect(await keys(['rotate', 'tl'])).toEqual({ code: 0, out: 'TL has a key of version 2\n', err: '' })
    addMasterKey('second', '7')
    const fresh = await sealWords(ownersOf(1, 'TL'))
    expect(await keys(['rewrap'])).toEqual({
      code: 0,
      out: 'wrapped anew, the master key is second: keys of countries: 2, keys of requests: 2\n',
      err: '',
    })
    expect(shown).toEqual(['3 keys of requests', undefined])
    expect((await keys(['rewrap'])).out).toContain('keys of countries: 0, keys of requests: 0\n')
    writeFileSync(join(engine, 'master-keys'), `second ${'7'.repeat(64)}\n`)
    expect(await openWords([...old, ...fresh])).toEqual([words, words, words])
  })

  test('are named where the master key is missing that wraps them, and stay as they are', async () => {
    const sealed = await sealWords(ownersOf(1))
    const masterKeys = readFileSync(join(engine, 'master-keys'))
    writeFileSync(join(engine, 'master-keys'), `second ${'7'.repeat(64)}\n`)
    expect(await keys(['rewrap'])).toMatchObject({ code: 1, err: expect.stringMatching(/^key [0-9a-f-]{36} can't be unwrapped: /) })
    writeFileSync(join(engine, 'master-keys'), masterKeys)
    expect(await openWords(sealed)).toEqual([words])
  })

  test('are not those of a country that has none, or that is none', async () => {
    await sealWords(ownersOf(1))
    expect(await keys(['rotate', 'TL'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('TL has no key yet') })
    expect(await keys(['rotate', 'Timor'])).toMatchObject({ code: 2, out: '' })
  })
})

describe('keys of a request whose erasure can’t be decided', () => {
  test('are destroyed for good, and those of another request are not; again they are destroyed since the same instant', async () => {
    const sealed = await sealWords(ownersOf(2))
    const [{ requestId }] = sealed as [Sealed]
    const run = await keys(['destroy', requestId])
    expect(run).toEqual({ code: 0, out: `keys of request ${requestId} destroyed at 2024-07-23T09:00:00.000Z: 1\n`, err: '' })
    expect(await openWords(sealed)).toEqual(['destroyed', words])
    expect(await keys(['destroy', requestId])).toEqual(run)
  })

  test('are not those of a request that the store does not know', async () => {
    await sealWords(ownersOf(1))
    const unknown = randomUUID()
    expect(await keys(['destroy', unknown])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(`no key of request ${unknown}`),
    })
    expect((await keys(['tombstones', at('tombstones.jsonl')])).out).toContain('destroyed: 0;')
  })
})

describe('where the keys can not be had', () => {
  test('an engine that runs keeps them to itself', async () => {
    await sealWords(ownersOf(1))
    const run = await asEngine(() => keys(['backup', at('keys.jsonl')]))
    expect(run).toMatchObject({ code: 2, out: '', err: expect.stringContaining('stop the engine first') })
    expect(readdirSync(place)).toEqual(['engine'])
  })

  test('nothing is made in a folder that has none', async () => {
    for (const command of [['backup', at('keys.jsonl')], ['tombstones', at('tombstones.jsonl')], ['rotate', 'SG'], ['rewrap']])
      expect(await keys(command)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('holds no keys (HOLDFAST_DATA)') })
    expect(readdirSync(place)).toEqual([])
  })

  test('master keys are never made', async () => {
    await sealWords(ownersOf(1))
    rmSync(join(engine, 'master-keys'))
    for (const command of [['rotate', 'SG'], ['rewrap']])
      expect(await keys(command)).toMatchObject({ code: 2, out: '', err: expect.stringContaining("master-keys can't be read") })
    expect(existsSync(join(engine, 'master-keys'))).toBe(false)
  })
})
