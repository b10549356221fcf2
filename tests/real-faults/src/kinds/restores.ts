import { createHash } from 'node:crypto'
import { copyFileSync, createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { configSchemaWithPort, createDrivers, openPartitionRecord, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { testSettings } from '../../../src/engine.ts'
import type { EmbeddedSite } from '../embedded-site.ts'
import { type Kind, ViolationError } from '../kind.ts'
import { keysFile, masterKeysFile, secretFile } from '../site.ts'
import { pause } from '../world.ts'
import { refusalOf } from './refusals.ts'

/** Copies files of the engine, each with its log, where they exist. */
function copyFiles(names: readonly string[], from: string, to: string): void {
  const files = names.flatMap(name => [name, `${name}-wal`, `${name}-mark`])
  for (const file of files.filter(each => existsSync(join(from, each)))) copyFileSync(join(from, file), join(to, file))
}

const ledgerFile = 'holdfast.sqlite'
/** The files that an operator restores by hand before a restore. */
const identityFiles = [secretFile, masterKeysFile, keysFile]

interface Backup {
  readonly folder: string
  readonly file: string
}

/** A copy of the folder at one instant, as a file system snapshot: the engine is paused while it is copied. */
async function backUp({ process, dataDir, scratchDir, holdfast }: EmbeddedSite): Promise<Backup> {
  const folder = mkdtempSync(join(scratchDir, 'restored-'))
  const instant = join(folder, 'instant')
  mkdirSync(instant, { mode: 0o700 })
  await process.kill('SIGSTOP')
  try {
    copyFiles([ledgerFile, ...identityFiles], dataDir, instant)
  } finally {
    await process.kill('SIGCONT')
  }
  const file = join(folder, 'copy.jsonl')
  await succeed(holdfast(instant, 'backup', file).ended, 'holdfast backup')
  return { folder, file }
}

async function succeed(ended: Promise<{ readonly code: number | null; readonly said: string }>, what: string): Promise<string> {
  const { code, said } = await ended
  if (code !== 0) throw new ViolationError(`${what} ended with ${code}: ${said}`)
  return said
}

const looksEveryMs = 2
const bytesIn = (folder: string): number =>
  readdirSync(folder)
    .filter(name => name === ledgerFile || name === `${ledgerFile}-wal`)
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

/** Reads the partial restore in a copy, because it must stay unchanged. */
async function writtenIn(target: string, look: string): Promise<{ readonly isBegun: boolean; readonly records: number }> {
  mkdirSync(look, { mode: 0o700 })
  copyFiles([ledgerFile], target, look)
  const config = configSchemaWithPort(0).parse({ ...testSettings, HOLDFAST_DATA: look })
  const drivers = await createDrivers(config, 'real-faults', systemClock, silentLogger)
  try {
    const record = await openPartitionRecord(drivers.streams, systemClock)
    const records = await drivers.streams.endOffset(topics.ledger.name, 0).catch(() => 0)
    return { isBegun: record.unfinishedRestore(topics.ledger.name) !== undefined, records }
  } finally {
    await drivers.close()
    rmSync(look, { recursive: true })
  }
}

const attemptsMax = 10
const moreBytes = 200_000

/** Kills a restore once this fraction of its copy is written; retries one that had not begun to write, or was done. */
async function restoreInPart({ holdfast }: EmbeddedSite, { folder, file }: Backup, share: number) {
  let untilBytes = statSync(file).size * share
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const target = join(folder, `target-${attempt}`)
    mkdirSync(target, { mode: 0o700 })
    copyFiles(identityFiles, join(folder, 'instant'), target)
    const restore = holdfast(target, 'restore', file)
    while (!restore.hasEnded() && bytesIn(target) < untilBytes) await pause(looksEveryMs)
    restore.kill()
    const { code, said } = await restore.ended
    if (code !== null && code !== 0) throw new ViolationError(`holdfast restore ended with ${code}: ${said}`)
    const { isBegun, records } = code === 0 ? { isBegun: true, records: 0 } : await writtenIn(target, join(folder, `look-${attempt}`))
    if (code === null && isBegun) return { target, records }
    untilBytes = isBegun ? untilBytes / 2 : untilBytes + moreBytes
  }
  throw new Error(`no restore was killed in its middle, of ${attemptsMax}`)
}

/** Of the content of a backup, without its time. */
async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  let isHead = true
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (!isHead) hash.update(`${line}\n`)
    isHead = false
  }
  return hash.digest('hex')
}

export const restoreKilled: Kind<EmbeddedSite> = {
  name: 'restore-killed',
  engine: 'embedded',
  what: 'a backup is restored into another folder and the restore is killed: no engine may start there until the restore is complete',
  needs: 'processes',
  mayRepeat: false,
  prepare: backUp,
  async happen(site, chance, _throttle, prepared) {
    const { holdfast, engineOn } = site
    const backup = prepared as Backup
    const { folder, file } = backup
    const { target, records } = await restoreInPart(site, backup, 0.05 + chance.next() * 0.75)
    let report = ''
    return {
      whom: `a restore with ${records} records in the ledger, of a copy of ${Math.round(statSync(file).size / 1_000)} kB`,
      lastsMs: 0,
      async end() {
        const engine = { name: 'an engine on the folder of the restore', ...(await engineOn(target)) }
        await refusalOf(engine, /the restore of freeze\.ledger.*is incomplete.*holdfast restore/)
        const part = await holdfast(target, 'backup', join(folder, 'part.jsonl')).ended
        if (part.code !== 2 || !part.said.includes('is incomplete'))
          throw new ViolationError(`holdfast backup of a part of a ledger ended with ${part.code}: ${part.said}`)
        report = await succeed(holdfast(target, 'restore', file).ended, 'holdfast restore, run again,')
        const again = join(folder, 'again.jsonl')
        await succeed(holdfast(target, 'backup', again).ended, 'holdfast backup of the restored ledger')
        if ((await digestOf(again)) !== (await digestOf(file))) throw new ViolationError('the restored ledger differs from the backup')
        await engine.start()
        await engine.kill('SIGKILL')
        rmSync(folder, { recursive: true })
      },
      outcome: () => report.split('\n')[0] ?? '',
    }
  },
}
