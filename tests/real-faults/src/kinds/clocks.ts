import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chance } from '../../../simulation/src/chance/chance.ts'
import type { Kind } from '../kind.ts'
import type { Site, SiteProcess } from '../site.ts'
import { startPatiently } from './processes.ts'

/** From Debian's package `libfaketime`, which `faketime` installs: a process that has loaded it gets its time. */
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'

interface MovableClock {
  readonly process: SiteProcess
  set(seconds: number): void
}

/** Restarts a process with a movable clock, without moving it yet. */
async function makeMovable({ processes, scratchDir }: Site, chance: Chance): Promise<MovableClock> {
  const process = chance.pick(processes)
  const file = join(scratchDir, `clock of ${process.name}`.replaceAll(' ', '-'))
  const set = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`)
  set(0)
  await process.kill('SIGTERM')
  await startPatiently(process, {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      // The library reads the file each second.
      FAKETIME_CACHE_DURATION: '1',
      // Elapsed time does not move, as on a machine whose clock is set.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  })
  return { process, set }
}

function moved(name: string, what: string, secondsOf: (chance: Chance) => number): Kind {
  return {
    name,
    engine: 'both',
    what,
    needs: 'processes',
    mayRepeat: false,
    whyNot: () => (existsSync(library) ? undefined : `${library} is not here (Debian: apt-get install faketime)`),
    prepare: makeMovable,
    async happen(_site, chance, _throttle, prepared) {
      const { process, set } = prepared as MovableClock
      const seconds = secondsOf(chance) * (chance.happens(0.5) ? 1 : -1)
      set(seconds)
      return { whom: `${process.name}, ${seconds} s`, lastsMs: chance.between(4_000, 10_000), end: async () => set(0) }
    },
  }
}

export const clockALittle = moved('clock-little', 'the clock of one process is moved by some seconds, and back', chance =>
  chance.between(2, 30),
)
export const clockFar = moved('clock-far', 'the clock of one process is moved by an hour to ten days, and back', chance =>
  chance.between(3_600, 864_000),
)
