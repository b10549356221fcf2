import type { Violation } from '../../checker/observations.ts'
import type { Chance } from '../../simulation/src/chance/chance.ts'
import type { Coverage } from './coverage.ts'
import { createBag } from './draw.ts'
import type { Window } from './judge.ts'
import { type Kind, type Struck, ViolationError } from './kind.ts'
import type { Load } from './load.ts'
import { type EnginePhase, enginePhaseComes, enginePhasesNow, enginePhasesOf } from './phases.ts'
import type { Probing } from './service-returns.ts'
import { pause, type World } from './world.ts'

export interface Storm {
  readonly world: World
  readonly chance: Chance
  readonly kinds: readonly Kind[]
  readonly fewestKinds: number
  readonly load: Load
  readonly probing: Probing
  readonly coverage: Coverage
  readonly untilMs: number
  say(line: string): void
}

export interface Weather {
  readonly windows: readonly Window[]
  /** Seconds from the end of a fault to full service, by kind. */
  readonly returns: ReadonlyMap<string, readonly number[]>
  /** Faults that could not be ended, and services that did not come back. */
  readonly failures: readonly string[]
  /** Violations of the engine during a fault. */
  readonly violations: readonly Violation[]
}

/** The longest wait for a phase, after which the fault strikes in any case. */
const momentMs = { rest: 10_000, changing: 10_000, others: 3_000 }
const bothAtOnce = 0.25
const rightBehind = 0.25
/** The first of two faults ends after this time, even without the second. */
const secondStruckWithinMs = 15_000
/** The longest wait for full service, after which the fault has failed. */
const returnsWithinMs = 90_000

interface Ongoing {
  readonly kind: Kind
  readonly struck: Struck
  readonly fromMs: number
}

interface Ending {
  readonly kind: Kind
  readonly endingMs: number
  readonly ended: Promise<void>
}

/** Makes faults happen in sequence, some in pairs and some right after each other, until the time is over and the fewest kinds have occurred. */
export async function storm(options: Storm): Promise<Weather> {
  const { world, chance, kinds, fewestKinds, load, probing, coverage, untilMs, say } = options
  const windows: Window[] = []
  const returns = new Map<string, number[]>()
  const failures: string[] = []
  const violations: Violation[] = []
  const draw = createBag(kinds, chance.branch('kinds'))
  let isRecovering = false
  const around = { progress: world.progress, isChangingHands: world.site.isChangingHands, isRecovering: () => isRecovering }
  const moments = enginePhasesOf(world.site.engine)

  async function comes(moment: EnginePhase): Promise<void> {
    if (moment === 'rest') load.hold(true)
    if (moment === 'changing' && !world.site.isChangingHands()) await disturb()
    await enginePhaseComes(moment, around, moment === 'rest' || moment === 'changing' ? momentMs[moment] : momentMs.others)
  }

  /** Makes a member leave and rejoin its group, so that partitions change their owners. */
  async function disturb(): Promise<void> {
    const one = chance.pick(world.site.processes.filter(({ service }) => ['ledger', 'validation', 'dispatch'].includes(service)))
    await one.kill('SIGTERM')
    void one.start().catch(error => failures.push(`${one.name} did not start again: ${(error as Error).message}`))
  }

  async function strike(kind: Kind, moment: EnginePhase | undefined): Promise<Ongoing> {
    const prepared = await kind.prepare?.(world.site, chance)
    if (moment) await comes(moment)
    const at = enginePhasesNow(around)
    const fromMs = Date.now()
    const struck = await kind.happen(world.site, chance, load, prepared)
    load.hold(false)
    coverage.struck(kind.name, at)
    say(`${kind.name}: ${struck.whom}; ${at.join(', ')}`)
    return { kind, struck, fromMs }
  }

  /**
   * Starts to end it after its time and returns when that was. The time until everything runs belongs to the return.
   */
  async function endOf({ kind, struck, fromMs }: Ongoing): Promise<Ending> {
    await pause(struck.lastsMs)
    const endingMs = Date.now()
    const ended = struck
      .end()
      .catch((error: Error) => {
        if (error instanceof ViolationError) violations.push({ invariant: kind.name, message: `${struck.whom}: ${error.message}` })
        else failures.push(`${kind.name} of ${struck.whom} could not be ended: ${error.message}`)
      })
      .then(() => {
        windows.push({ kind: kind.name, fromMs, untilMs: Date.now(), mayRepeat: kind.mayRepeat, forgets: kind.forgets === true })
        const outcome = struck.outcome?.()
        if (outcome) say(`${kind.name}: ${outcome}`)
      })
    return { kind, endingMs, ended }
  }

  const notMade = (error: Error) => void failures.push(`a fault could not be started: ${error.message}`)

  async function turn(): Promise<void> {
    const first = draw(() => true)
    if (!first) return
    const ongoing = await strike(first, chance.pick(moments))
    isRecovering = true
    const second = chance.happens(bothAtOnce) ? draw(kind => kind.needs !== first.needs) : undefined
    const secondStruck = second && pause(chance.between(0, 2_000)).then(() => strike(second, undefined).catch(notMade))
    // A second fault that fails to start during the first, as on a full disk, is not waited for.
    await Promise.race([secondStruck, pause(secondStruckWithinMs)])
    const firstEnding = endOf(ongoing)
    const together = await secondStruck
    const endings = await Promise.all([firstEnding, ...(together ? [endOf(together)] : [])])
    const allEnded = Promise.all(endings.map(({ ended }) => ended))
    if (chance.happens(rightBehind) && Date.now() < untilMs) {
      await allEnded
      await pause(chance.between(0, 1_500))
      return turn()
    }
    const [back] = await Promise.all([probing.untilFullService(returnsWithinMs), allEnded])
    isRecovering = false
    for (const { kind, endingMs } of endings) {
      if (back === undefined) failures.push(`no full service within ${returnsWithinMs / 1000} s after ${kind.name}`)
      else returns.set(kind.name, [...(returns.get(kind.name) ?? []), Math.max(0, back - endingMs) / 1000])
    }
    await pause(chance.between(200, 3_000))
  }

  const occurred = () => new Set(windows.map(({ kind }) => kind)).size
  while (Date.now() < untilMs || occurred() < Math.min(fewestKinds, kinds.length)) {
    try {
      await turn()
    } catch (error) {
      load.hold(false)
      notMade(error as Error)
      await pause(1_000)
    }
  }
  return { windows, returns, failures, violations }
}
