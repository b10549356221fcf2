import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Chance } from '../../../simulation/src/chance/chance.ts'
import type { EmbeddedSite } from '../embedded-site.ts'
import { type Kind, ViolationError } from '../kind.ts'
import { type IdentityFile, keysFile, masterKeysFile, type Site, secretFile } from '../site.ts'
import { pause } from '../world.ts'
import { patiently, startPatiently } from './processes.ts'
import { refusalOf } from './refusals.ts'

/**
 * The expected message of a service that starts without a file, or with another engine's file: the reason and the
 * remedy.
 */
const refusals: Readonly<Record<IdentityFile['name'], { readonly missing: RegExp; readonly other?: RegExp }>> = {
  [secretFile]: {
    missing: /engine-secret is missing.*Put the (copy of this )?file back/,
    other: /is not the secret that this ledger was written with.*Put back the secret/,
  },
  [masterKeysFile]: {
    missing: /master-keys is missing.*Put the (copy of this )?file back/,
    other: /cannot decrypt the keys.*Put back those/,
  },
  [keysFile]: { missing: /lacks \d+ keys.*holdfast keys restore/ },
}

/** The file of another engine. A key store is no text. */
const contentOfOther: Readonly<Record<IdentityFile['name'], (() => string) | undefined>> = {
  [secretFile]: () => `${randomBytes(32).toString('hex')}\n`,
  [masterKeysFile]: () => `first ${randomBytes(32).toString('hex')}\n`,
  [keysFile]: undefined,
}

/** The replacement of a file while a process starts. */
interface Loss {
  /** Settings by which the process finds the replacement. */
  readonly env: Readonly<Record<string, string>>
  /** The engine created a file although it must not. */
  isRecreated(): boolean
  putBack(): void
}

/** A process with a configurable path gets another path, because the other processes need the file. */
function loseNamed(setting: string, file: IdentityFile, scratchDir: string, content: string | undefined): Loss {
  const folder = mkdtempSync(join(scratchDir, 'lost-'))
  const path = join(folder, file.name)
  if (content !== undefined) writeFileSync(path, content, { mode: 0o600 })
  return {
    env: { [setting]: path },
    isRecreated: () => content === undefined && existsSync(path),
    putBack: () => rmSync(folder, { recursive: true }),
  }
}

/** A database and its log, without its lock file, which the process creates. */
const partsOf = (path: string): string[] =>
  readdirSync(dirname(path))
    .filter(name => name.startsWith(basename(path)) && /^(|-wal|-shm)$/.test(name.slice(basename(path).length)))
    .map(name => join(dirname(path), name))

/** Moves the file within its file system, which needs no space. */
function moveAway(path: string) {
  const aside = mkdtempSync(join(dirname(path), 'moved-'))
  for (const part of partsOf(path)) renameSync(part, join(aside, basename(part)))
  const discard = () => rmSync(aside, { recursive: true })
  return {
    putBack() {
      for (const part of partsOf(path)) rmSync(part)
      for (const name of readdirSync(aside)) renameSync(join(aside, name), join(dirname(path), name))
      discard()
    },
    discard,
  }
}

async function lose(file: IdentityFile, scratchDir: string, content: string | undefined): Promise<Loss> {
  const { name, path, setting } = file
  if (setting !== undefined) return loseNamed(setting, file, scratchDir, content)
  const { putBack } = moveAway(path)
  // Another fault can have filled the disk.
  if (content !== undefined) await patiently(() => writeFileSync(path, content, { mode: 0o600 }))
  // A missing key store is created empty; the comparison with the ledger decides whether it may be used.
  return { env: {}, isRecreated: () => content === undefined && name !== keysFile && existsSync(path), putBack }
}

export const keysLost: Kind<Site> = {
  name: 'keys-lost',
  engine: 'both',
  what: 'a process is killed and restarted without its secret, master keys or key store, or with another engine’s: it must refuse until they are restored',
  needs: 'processes',
  mayRepeat: true,
  async happen({ processes, identity, scratchDir }, chance) {
    const victim = chance.pick(processes)
    const file = chance.pick(identity.filter(({ isReadBy }) => isReadBy(victim.service)))
    const other = chance.happens(0.4) ? contentOfOther[file.name] : undefined
    await victim.kill('SIGKILL')
    let refusal = ''
    return {
      whom: `${file.name} of ${victim.name} ${other ? 'is of another engine' : 'is missing'}`,
      lastsMs: chance.between(100, 1_000),
      async end() {
        const loss = await lose(file, scratchDir, other?.())
        try {
          const { missing, other: ofOther } = refusals[file.name]
          refusal = await refusalOf(victim, (other && ofOther) ?? missing, loss.env)
          if (loss.isRecreated()) throw new ViolationError(`${victim.name} created ${file.name} in place of the engine's missing one`)
        } finally {
          loss.putBack()
          await startPatiently(victim)
        }
      },
      outcome: () => refusal,
    }
  },
}

interface OlderCopy {
  readonly path: string
  readonly folder: string
  readonly takenMs: number
}

/** Stopped for a moment, so that the file and its log are consistent. */
async function copyKeys({ process, dataDir, scratchDir }: EmbeddedSite): Promise<OlderCopy> {
  const path = join(dataDir, keysFile)
  const folder = mkdtempSync(join(scratchDir, 'older-'))
  await process.kill('SIGSTOP')
  try {
    for (const part of partsOf(path).filter(each => !each.endsWith('-shm'))) copyFileSync(part, join(folder, basename(part)))
  } finally {
    await process.kill('SIGCONT')
  }
  return { path, folder, takenMs: Date.now() }
}

/**
 * Changes the master key as an operator does and re-encrypts all keys with it: the earlier copy then decrypts nothing.
 */
async function changeMasterKey({ process, dataDir, scratchDir, holdfast }: EmbeddedSite): Promise<OlderCopy> {
  const path = join(dataDir, masterKeysFile)
  const folder = mkdtempSync(join(scratchDir, 'older-'))
  copyFileSync(path, join(folder, basename(path)))
  const takenMs = Date.now()
  await process.kill('SIGTERM')
  try {
    await patiently(async () => {
      const before = readFileSync(join(folder, basename(path)), 'utf8')
      writeFileSync(`${path}.new`, `key-${takenMs} ${randomBytes(32).toString('hex')}\n${before}`, { mode: 0o600 })
      renameSync(`${path}.new`, path)
    })
    await patiently(async () => {
      const { code, said } = await holdfast(dataDir, 'keys', 'rewrap').ended
      if (code !== 0) throw new Error(`holdfast keys rewrap ended with ${code}: ${said}`)
    })
  } finally {
    await startPatiently(process)
  }
  return { path, folder, takenMs }
}

async function takeOlder(site: EmbeddedSite, chance: Chance): Promise<OlderCopy> {
  const copy = chance.happens(0.7) ? await copyKeys(site) : await changeMasterKey(site)
  await pause(chance.between(500, 8_000))
  return copy
}

/**
 * The key store may lack no key that is needed, because the judge decrypts everything at the end. Older master keys
 * decrypt nothing.
 */
const mayStart = ({ path }: OlderCopy): boolean => basename(path) === keysFile

export const keysOlder: Kind<EmbeddedSite> = {
  name: 'keys-older',
  engine: 'embedded',
  what: 'the engine is killed and restarted with the key store or master keys of some seconds before: it must refuse where it needs later keys',
  needs: 'processes',
  mayRepeat: true,
  whyNot: ({ identity }) =>
    identity.some(({ name }) => name === keysFile) ? undefined : 'personal data is not encrypted, so there are no keys',
  prepare: takeOlder,
  async happen({ process }, chance, _throttle, prepared) {
    const copy = prepared as OlderCopy
    const { path, folder, takenMs } = copy
    const name = basename(path) as IdentityFile['name']
    await process.kill('SIGKILL')
    let outcome = ''
    return {
      whom: `${name} of ${((Date.now() - takenMs) / 1000).toFixed(1)} s before`,
      lastsMs: chance.between(100, 1_000),
      async end() {
        const newest = moveAway(path)
        const goesOn = async () => {
          newest.putBack()
          await startPatiently(process)
        }
        try {
          // Another fault can have filled the disk.
          await patiently(() => {
            for (const part of readdirSync(folder)) copyFileSync(join(folder, part), join(dirname(path), part))
          })
          const { missing, other = missing } = refusals[name]
          outcome = await refusalOf(process, other, {}, mayStart(copy) ? 'it started, and the judge will decrypt everything' : undefined)
        } catch (error) {
          await goesOn()
          throw error
        } finally {
          rmSync(folder, { recursive: true })
        }
        if (process.isRunning()) newest.discard()
        else await goesOn()
      },
      outcome: () => outcome,
    }
  },
}
