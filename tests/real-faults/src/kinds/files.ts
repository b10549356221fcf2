import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Chance } from '../../../simulation/src/chance/chance.ts'
import type { EmbeddedSite } from '../embedded-site.ts'
import type { Kind } from '../kind.ts'
import { patiently, startPatiently } from './processes.ts'

export const diskFull: Kind<EmbeddedSite> = {
  name: 'disk-full',
  engine: 'embedded',
  what: 'the disk is full, or nearly full, and then has space again',
  needs: 'load',
  mayRepeat: false,
  whyNot: ({ disk }) => (typeof disk === 'string' ? `mounting a file system is impossible: ${disk}` : undefined),
  async happen({ disk }, chance) {
    if (typeof disk === 'string') throw new Error(disk)
    const leftBytes = chance.happens(0.5) ? 0 : chance.between(10_000, 400_000)
    disk.fill(leftBytes)
    return { whom: `${leftBytes} bytes left`, lastsMs: chance.between(2_000, 8_000), end: async () => disk.empty() }
  },
}

export const tornView: Kind<EmbeddedSite> = {
  name: 'torn-view',
  engine: 'embedded',
  what: 'the engine is killed, and the file of the desk’s projection is damaged or truncated before the restart',
  needs: 'processes',
  mayRepeat: true,
  async happen({ process, dataDir }, chance) {
    await process.kill('SIGKILL')
    const whom = damage(join(dataDir, 'desk.sqlite'), chance)
    return { whom, lastsMs: chance.between(100, 1_000), end: () => startPatiently(process) }
  },
}

function damage(path: string, chance: Chance): string {
  const { size } = statSync(path)
  if (chance.happens(0.4)) {
    truncateSync(path, Math.floor(size * chance.next()))
    return 'desk.sqlite is truncated'
  }
  const file = openSync(path, 'r+')
  const nonsense = Buffer.alloc(16_384, chance.between(0, 255))
  for (let times = chance.between(1, 20); times > 0; times--)
    writeSync(file, nonsense, 0, nonsense.length, Math.floor(size * chance.next()))
  closeSync(file)
  return 'desk.sqlite has random bytes inside'
}

/** The engine's message when acknowledged data is lost (ADR 30). */
const lacks = /lacks records that were acknowledged/

export const tornLog: Kind<EmbeddedSite> = {
  name: 'torn-log',
  engine: 'embedded',
  what: 'the engine is killed, and its write-ahead log is truncated: it starts only if no acknowledged data was lost; otherwise the log is restored',
  needs: 'processes',
  mayRepeat: true,
  async happen({ process, dataDir, scratchDir }, chance) {
    await process.kill('SIGKILL')
    const files = ['', '-wal', '-mark'].map(part => join(dataDir, `holdfast.sqlite${part}`)).filter(existsSync)
    // As an operator does before any repair; the engine's disk can be full.
    const kept = mkdtempSync(join(scratchDir, 'torn-'))
    const copyOf = (file: string) => join(kept, basename(file))
    for (const file of files) copyFileSync(file, copyOf(file))
    const log = files.find(file => file.endsWith('-wal'))
    const bytes = log ? Math.min(statSync(log).size, chance.between(1, 60_000)) : 0
    if (log) truncateSync(log, statSync(log).size - bytes)
    return {
      whom: `${bytes} bytes of the log`,
      lastsMs: chance.between(100, 1_000),
      async end() {
        const hasLost = ({ message }: Error) => lacks.test(message)
        await startPatiently(process, { hopeless: hasLost }).catch(async error => {
          if (!hasLost(error as Error)) throw error
          // Another fault can have filled the disk meanwhile.
          await patiently(() => {
            for (const file of files) copyFileSync(copyOf(file), file)
          })
          await startPatiently(process)
        })
        rmSync(kept, { recursive: true })
      },
    }
  },
}
