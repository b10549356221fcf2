import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type CachedKey, createKeyRing, decryptValues, encryptValues, ensureMasterKeys, type KeyRing } from '@holdfast/encryption'
import { baseConfigSchema, openKeyStore, silentLogger } from '@holdfast/runtime'
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

/** The last progress text of the last run. */
let shown: (string | undefined)[]

/** Runs `holdfast keys` in this process, as `main.ts` does. */
async function keys(personalData: readonly string[], folder = engine): Promise<Run> {
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
    await program.parseAsync(['keys', ...personalData], { from: 'user' })
  } catch (error) {
    if (!(error instanceof Failure || error instanceof CommanderError)) throw error
    if (error instanceof Failure) terminal.tell(error.message)
    run.code = 2
  }
  return run
}

/** Uses the keys as an engine does. */
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

const personalData = { '/request/victim/name': 'Tan Wei Ming' }
type Encrypted = CachedKey & { readonly block: ReturnType<typeof encryptValues> }

const encryptData = (owners: readonly { requestId: string; country: string }[], folder = engine): Promise<Encrypted[]> =>
  asEngine(async ring => {
    const obtained = (await ring.obtain(owners)) as readonly CachedKey[]
    return obtained.map(key => ({ ...key, block: encryptValues(key.key, key, personalData) }))
  }, folder)

/** The personal data of each, or the state of its key. */
const decryptData = (encrypted: readonly Encrypted[], folder = engine): Promise<unknown[]> =>
  asEngine(async ring => {
    const found = await ring.find(encrypted.map(({ keyId }) => keyId))
    return encrypted.map(each => {
      const key = found.get(each.keyId)
      if (key?.state !== 'present') return key?.state
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

/** Another machine with the same master keys. */
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
  test('decrypts the same data when restored to an empty folder and again, and is readable by its user only', async () => {
    const encrypted = await encryptData([...ownersOf(2), ...ownersOf(1, 'TL')])
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
    expect(await decryptData(encrypted, folder)).toEqual(['unknown', 'unknown', 'unknown'])
    for (let times = 0; times < 2; times++) {
      expect(await restore(folder)).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^keys of requests: 3, keys of countries: 2, /),
        err: '',
      })
      expect(await decryptData(encrypted, folder)).toEqual([personalData, personalData, personalData])
    }
  })

  test('that is older than a destruction restores all keys except those on the list', async () => {
    const [doomed, kept] = (await encryptData(ownersOf(2))) as [Encrypted, Encrypted]
    await keys(['backup', at('keys.jsonl')])
    await destroy(doomed.requestId)
    expect((await keys(['tombstones', at('tombstones.jsonl')])).out).toMatch(/^requests whose keys were destroyed: 1; /)
    expect(readFileSync(at('keys.jsonl'), 'utf8')).toContain(doomed.keyId)
    const folder = emptyFolder()
    expect(await restore(folder)).toMatchObject({ code: 0, out: expect.stringContaining('destructions in the copy and the list: 1\n') })
    expect(await decryptData([doomed, kept], folder)).toEqual(['destroyed', personalData])
  })

  test('is made and restored without the master keys, and the restore reports that they are missing', async () => {
    const encrypted = await encryptData(ownersOf(1))
    const masterKeys = readFileSync(join(engine, 'master-keys'))
    rmSync(join(engine, 'master-keys'))
    expect(await keys(['backup', at('keys.jsonl')])).toMatchObject({ code: 0 })
    expect(await keys(['tombstones', at('tombstones.jsonl')])).toMatchObject({ code: 0 })
    const folder = at('elsewhere')
    const path = join(folder, 'master-keys')
    expect(await restore(folder)).toMatchObject({ code: 0, err: expect.stringContaining(`${path} has no master keys`) })
    expect(existsSync(path)).toBe(false)
    writeFileSync(path, masterKeys)
    expect(await decryptData(encrypted, folder)).toEqual([personalData])
  })

  test.each([
    ['a line that is not a key', 'keys.jsonl', 3, (lines: string[]) => lines.with(2, '{"requestKey":{}}')],
    ['an empty line between others', 'keys.jsonl', 3, (lines: string[]) => lines.toSpliced(2, 0, '')],
    ['a line that is not JSON', 'keys.jsonl', 2, (lines: string[]) => lines.with(1, 'x')],
    ['a line too few', 'keys.jsonl', 6, (lines: string[]) => lines.toSpliced(1, 1)],
    ['no end', 'keys.jsonl', 6, (lines: string[]) => lines.toSpliced(6, 1)],
    ['a key in the list', 'tombstones.jsonl', 2, (lines: string[], copy: string[]) => lines.toSpliced(1, 0, copy[1] as string)],
    ['the copy for the list', 'tombstones.jsonl', 1, (_: string[], copy: string[]) => copy],
  ])('with %s is refused by its line, and nothing is written', async (_what, name, line, wrong) => {
    await encryptData(ownersOf(4))
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

  test('is restored only with a list, and only from files, which are read twice', async () => {
    await encryptData(ownersOf(1))
    await keys(['backup', at('keys.jsonl')])
    expect(await keys(['restore', at('keys.jsonl')])).toMatchObject({ code: 2, err: expect.stringContaining("'--tombstones <file>'") })
    const twice = expect.stringContaining('it is read twice')
    expect(await keys(['restore', at('keys.jsonl'), '--tombstones', '-'])).toMatchObject({ code: 2, err: twice })
    expect(await keys(['restore', at('keys.jsonl'), '--tombstones', place])).toMatchObject({ code: 2, err: twice })
    expect(await restore(engine)).toMatchObject({ code: 2, err: expect.stringContaining('the file does not exist') })
  })

  test('that cannot be written leaves no file', async () => {
    await encryptData(ownersOf(1))
    mkdirSync(at('keys.jsonl'))
    for (const command of ['backup', 'tombstones'])
      expect(await keys([command, at('keys.jsonl')])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('cannot be written') })
    expect(readdirSync(place).toSorted()).toEqual(['engine', 'keys.jsonl'])
  })
})

describe('rotated and re-encrypted keys', () => {
  test('are encrypted by another country key and another master key, and decrypt the same data', async () => {
    const old = await encryptData(ownersOf(2, 'TL'))
    expect(await keys(['rotate', 'tl'])).toEqual({ code: 0, out: 'TL has a key of version 2\n', err: '' })
    addMasterKey('second', '7')
    const fresh = await encryptData(ownersOf(1, 'TL'))
    expect(await keys(['rewrap'])).toEqual({
      code: 0,
      out: 're-encrypted with master key second: keys of countries: 2, keys of requests: 2\n',
      err: '',
    })
    expect(shown).toEqual(['3 keys of requests', undefined])
    expect((await keys(['rewrap'])).out).toContain('keys of countries: 0, keys of requests: 0\n')
    writeFileSync(join(engine, 'master-keys'), `second ${'7'.repeat(64)}\n`)
    expect(await decryptData([...old, ...fresh])).toEqual([personalData, personalData, personalData])
  })

  test('are listed and stay unchanged if their master key is missing', async () => {
    const encrypted = await encryptData(ownersOf(1))
    const masterKeys = readFileSync(join(engine, 'master-keys'))
    writeFileSync(join(engine, 'master-keys'), `second ${'7'.repeat(64)}\n`)
    expect(await keys(['rewrap'])).toMatchObject({ code: 1, err: expect.stringMatching(/^key [0-9a-f-]{36} cannot be decrypted: /) })
    writeFileSync(join(engine, 'master-keys'), masterKeys)
    expect(await decryptData(encrypted)).toEqual([personalData])
  })

  test('are refused for a country without keys, and for an unknown country', async () => {
    await encryptData(ownersOf(1))
    expect(await keys(['rotate', 'TL'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('TL has no key yet') })
    expect(await keys(['rotate', 'Timor'])).toMatchObject({ code: 2, out: '' })
  })
})

describe('keys of a request whose erasure cannot be decided', () => {
  test('are destroyed for good, those of another request are not, and a repeat keeps the first instant', async () => {
    const encrypted = await encryptData(ownersOf(2))
    const [{ requestId }] = encrypted as [Encrypted]
    const run = await keys(['destroy', requestId])
    expect(run).toEqual({ code: 0, out: `keys of request ${requestId} destroyed at 2024-07-23T09:00:00.000Z: 1\n`, err: '' })
    expect(await decryptData(encrypted)).toEqual(['destroyed', personalData])
    expect(await keys(['destroy', requestId])).toEqual(run)
  })

  test('are refused for an unknown request', async () => {
    await encryptData(ownersOf(1))
    const unknown = randomUUID()
    expect(await keys(['destroy', unknown])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(`no key of request ${unknown}`),
    })
    expect((await keys(['tombstones', at('tombstones.jsonl')])).out).toContain('destroyed: 0;')
  })
})

describe('without access to the keys', () => {
  test('a running engine locks them', async () => {
    await encryptData(ownersOf(1))
    const run = await asEngine(() => keys(['backup', at('keys.jsonl')]))
    expect(run).toMatchObject({ code: 2, out: '', err: expect.stringContaining('stop the engine first') })
    expect(readdirSync(place)).toEqual(['engine'])
  })

  test('nothing is created in a folder without keys', async () => {
    for (const command of [['backup', at('keys.jsonl')], ['tombstones', at('tombstones.jsonl')], ['rotate', 'SG'], ['rewrap']])
      expect(await keys(command)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('has no keys (HOLDFAST_DATA)') })
    expect(readdirSync(place)).toEqual([])
  })

  test('master keys are never created', async () => {
    await encryptData(ownersOf(1))
    rmSync(join(engine, 'master-keys'))
    for (const command of [['rotate', 'SG'], ['rewrap']])
      expect(await keys(command)).toMatchObject({ code: 2, out: '', err: expect.stringContaining("master-keys can't be read") })
    expect(existsSync(join(engine, 'master-keys'))).toBe(false)
  })
})
