import { minutes } from '@holdfast/countries'
import type { ProfileFile } from '@holdfast/payment-stop/law'
import { plants } from '../../src/planted-faults.ts'
import type { Manner } from './actors/bank.ts'
import type { Chance } from './chance/chance.ts'
import type { FaultRates } from './chance/fates.ts'
import type { Workload } from './workloads.ts'

/** The conditions of one run, all drawn before it begins. */
export interface SimulationPlan {
  readonly workload: Workload
  /** The length of the period with faults. */
  readonly stormMs: number
  readonly rates: FaultRates
  /** Only the stores fail. */
  readonly areStoresAlone: boolean
  /** Faults do not end, and nothing has to finish: only safety is checked. */
  readonly isEndless: boolean
  /** Two instances of validation and dispatch as well, not of the ledger alone. */
  readonly arePairs: boolean
  /**
   * As in one process on one file: one instance of each service, write-behind stores (ADR 48), and stores that are lost
   * with the log or not at all.
   */
  readonly isOneProcess: boolean
  /** The one process uses the real embedded drivers: its file outlives it, and commits fail while the disk is full. */
  readonly isEmbedded: boolean
  /** The engine has checks of documents as well (test-kit/document-check.ts). */
  readonly hasChecks: boolean
  /** Officers order the erasure of closed requests. */
  readonly hasErasures: boolean
  /** The profiles of the first ledger, and of every other process. */
  readonly profiles: readonly [ProfileFile, ProfileFile]
  readonly manners: Readonly<Record<Manner, number>>
  /** The length of a hold that is too long under one of the profiles only. */
  readonly longHoldMs: number
  /** Where code throws, and on which requests, until it is repaired at the end of the faults. */
  readonly broken?: { readonly place: string; readonly number: number }
}

/** The conditions of a run that are not drawn. */
export interface PlanOverrides {
  readonly workload?: Workload | undefined
  readonly embedded?: boolean | undefined
  readonly checks?: boolean | undefined
}

const engine = 'a simulated agreement'
const after = (length: number) => ({ after: minutes(length), source: engine })
/** A minute of a profile is a second here, so that deadlines of casework fall within the run. */
const shortTimers = {
  verify: after(10),
  verifyHard: after(25),
  informationReminder: after(6),
  informationDecision: after(12),
  acknowledge: after(4),
  acknowledgeEscalation: after(8),
  interimAnswer: after(15),
  execute: after(20),
  executeHard: after(35),
  confirmedHoldReview: after(30),
  consentAnswer: after(12),
  returnPayment: after(10),
} as const
const hold = (standard: number, longest: number) => ({ standard: minutes(standard), longest: minutes(longest), source: engine })

const fileOf = (verification: 'automatic' | 'oneOfficer' | 'fourEyes', acknowledge: number, longest: number): ProfileFile => ({
  countries: {
    TL: {
      timers: { ...shortTimers, acknowledge: after(acknowledge) },
      holds: { FIU_SUSPENSION: hold(20, longest), COURT: hold(15, 40) },
      verification,
    },
  },
})

const usual: ProfileFile = {}
const daysMs = 86_400_000
/**
 * The change of profiles: for a while one ledger uses the old file and one the new. They decide a command differently,
 * even as fact and refusal.
 */
const changed: ProfileFile = {
  countries: { TL: { timers: { acknowledge: after(20) }, holds: { FIU_SUSPENSION: hold(7_200, 7_200) } } },
}
const ofCasework = (['automatic', 'oneOfficer', 'fourEyes'] as const).map(
  verification => [fileOf(verification, 4, 40), fileOf(verification, 5, 30)] as const,
)

const straight: SimulationPlan['manners'] = {
  prompt: 0.4,
  slow: 0.3,
  contradictory: 0.2,
  partial: 0.05,
  empty: 0.05,
  holding: 0,
  silent: 0,
}
const crooked: SimulationPlan['manners'] = {
  prompt: 0.15,
  slow: 0.15,
  contradictory: 0.15,
  partial: 0.1,
  empty: 0.05,
  holding: 0.25,
  silent: 0.15,
}

/** So that requests are in progress whenever a service is replaced. */
const lingering: SimulationPlan['manners'] = {
  prompt: 0.1,
  slow: 0.2,
  contradictory: 0.1,
  partial: 0.05,
  empty: 0.05,
  holding: 0.15,
  silent: 0.35,
}
const mannersOf: Readonly<Record<Workload, SimulationPlan['manners']>> = { requests: straight, casework: crooked, upgrade: lingering }

/** `embedded`: the engine is one process on one file in every run except upgrades. */
export function drawPlan(all: FaultRates, chance: Chance, { workload: given, embedded, checks }: PlanOverrides = {}): SimulationPlan {
  const workload = given ?? drawWorkload(chance.next())
  const { rates, areStoresAlone } = ratesOfOneDay(all, chance)
  const isEndless = chance.happens(0.1)
  const arePairs = chance.happens(0.3)
  const isChanging = chance.happens(0.5)
  const isDrawnOne = !arePairs && !areStoresAlone && workload !== 'upgrade' && chance.happens(0.3)
  const isEmbedded = (embedded && workload !== 'upgrade') || (isDrawnOne && chance.branch('embedded').happens(0.6))
  const isOneProcess = isDrawnOne || isEmbedded
  const [one, other] = workload === 'requests' ? [usual, changed] : chance.pick(ofCasework)
  return {
    workload,
    stormMs: workload === 'requests' ? 30_000 : 60_000,
    rates: isOneProcess
      ? { ...rates, flushesPerHour: 0, rewindsPerHour: 0, cutsPerHour: 0, expulsionsPerHour: isEmbedded ? 0 : rates.expulsionsPerHour }
      : rates,
    areStoresAlone,
    isEndless,
    arePairs: arePairs && !isEmbedded,
    profiles: [isChanging ? other : one, one],
    ...(workload !== 'requests' && chance.happens(0.4)
      ? { broken: { place: chance.happens(0.4) ? 'decide' : chance.pick(plants).what, number: chance.between(1, 6) } }
      : {}),
    manners: mannersOf[workload],
    longHoldMs: workload === 'requests' ? 6 * daysMs : 35_000,
    isOneProcess,
    isEmbedded,
    // An upgrade loads a next version of payment stops only.
    hasChecks: workload !== 'upgrade' && (checks ?? chance.branch('checks').happens(0.2)),
    hasErasures: chance.branch('encrypted').happens(0.4),
  }
}

const drawWorkload = (drawn: number): Workload => (drawn < 0.86 ? 'requests' : drawn < 0.95 ? 'casework' : 'upgrade')

/**
 * The faults of a run: a subset. Runs with all faults would resemble each other, and would never have a quiet part. In
 * some runs only the stores fail.
 */
function ratesOfOneDay(all: FaultRates, chance: Chance): Pick<SimulationPlan, 'rates' | 'areStoresAlone'> {
  const areStoresAlone = chance.happens(0.15)
  const isOfStores = (kind: string): boolean => kind === 'flushesPerHour' || kind === 'rewindsPerHour'
  const { fullDisksPerHour, ...drawn } = all
  const rates = Object.fromEntries(
    Object.entries(drawn).map(([kind, rate]) => {
      // After a loss of acknowledged records little can be judged, so such runs are few.
      const isOn = chance.happens(kind === 'cutsPerHour' ? 0.08 : 0.75)
      if (areStoresAlone) return [kind, isOfStores(kind) ? rate * 3 : 0]
      return [kind, isOn ? rate : 0]
    }),
  ) as unknown as Omit<FaultRates, 'fullDisksPerHour'>
  const areDisksFull = !areStoresAlone && chance.branch('disks').happens(0.85)
  return { rates: { ...rates, fullDisksPerHour: areDisksFull ? fullDisksPerHour : 0 }, areStoresAlone }
}
