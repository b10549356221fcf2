import type { ProfileFile } from '@holdfast/payment-stop/law'
import { pause } from './actors/endpoint.ts'
import type { Chance } from './chance/chance.ts'
import { type SimulatedEngine, thisVersion } from './engine/engine.ts'
import type { Program, SimulatedProcess } from './engine/process.ts'
import type { Supervisor } from './engine/supervisor.ts'
import type { ServiceName, Version } from './engine/version.ts'
import type { Sometimes } from './judging/sometimes.ts'

export interface UpgradeOptions {
  readonly chance: Chance
  readonly engine: SimulatedEngine
  readonly next: Version
  readonly profiles: ProfileFile
  readonly supervisor: Supervisor
  readonly sometimes: Sometimes
}

export interface Upgrade {
  /** The desk runs the next version. */
  isDeskNext(): boolean
  /** A service was downgraded after the feature level was raised. */
  isBack(): boolean
  /** Replaces all remaining processes of the previous version and raises the feature level. */
  finish(): void
}

type Name = ServiceName
const readers = ['validation', 'dispatch', 'desk', 'intake'] as const satisfies Name[]
const second = 1_000

/**
 * Upgrades the engine while it runs, as docs/operate/upgrade.md says: readers first, then the ledger, then the feature level.
 * In some runs a reader or a ledger is downgraded for a while after that.
 */
export function startUpgrade({ chance, engine, next, profiles, supervisor, sometimes }: UpgradeOptions): Upgrade {
  const ofNext = new Set<SimulatedProcess>()
  const raised = new Set<SimulatedProcess>()
  let isFinished = false
  let isBack = false

  function start(process: SimulatedProcess, version: Version, level?: Program['level']): void {
    if (version === next) ofNext.add(process)
    else ofNext.delete(process)
    process.become({
      definition: version[process.name as Name],
      encryption: version.encryption,
      profiles,
      ...(level === undefined ? {} : { level }),
    })
    supervisor.restart(process, chance.between(50, 2 * second))
  }

  function raise(process: SimulatedProcess): void {
    raised.add(process)
    sometimes.reached('raise')
    start(process, next, 3)
  }

  async function replace(name: Name, version: Version): Promise<void> {
    for (const process of engine.of[name]) {
      await pause(chance.between(0, 1_500))
      if (!isFinished) start(process, version)
    }
  }

  async function goOn(): Promise<void> {
    await pause(chance.between(second, 6 * second))
    for (const name of readers) {
      await replace(name, next)
      if (chance.happens(0.15)) {
        await replace(name, thisVersion)
        await replace(name, next)
      }
    }
    await replace('ledger', next)
    // Until here every downgrade is possible, because no fact is unknown to the previous version.
    await pause(chance.between(0, 6 * second))
    for (const process of engine.of.ledger) {
      await pause(chance.between(0, 2 * second))
      if (!isFinished) raise(process)
    }
    await pause(chance.between(0, 5 * second))
    if (isFinished || !chance.happens(0.85)) return
    const back = chance.pick(['dispatch', 'dispatch', 'dispatch', 'validation', 'ledger'] as const)
    sometimes.reached('back')
    await replace(back, thisVersion)
    isBack = true
    await pause(chance.between(5 * second, 20 * second))
    isBack = false
    await replace(back, next)
  }

  void goOn()
  return {
    isBack: () => isBack && !isFinished,
    isDeskNext: () => engine.of.desk.some(process => ofNext.has(process)),
    finish() {
      isFinished = true
      for (const process of engine.processes) if (!ofNext.has(process)) start(process, next)
      for (const process of engine.of.ledger) if (!raised.has(process)) raise(process)
    },
  }
}
