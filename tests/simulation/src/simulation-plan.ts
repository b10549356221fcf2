import { loadProfiles, minutes, type ProfileFile, type Profiles } from '@holdfast/profiles'
import { plants } from '../../src/planted-faults.ts'
import type { Manner } from './actors/bank.ts'
import type { Chance } from './chance/chance.ts'
import type { FaultRates } from './chance/fates.ts'
import type { Workload } from './workloads.ts'

/** What one day is like: everything of it is drawn before it begins. */
export interface SimulationPlan {
  readonly workload: Workload
  /** Faults happen for so long. */
  readonly stormMs: number
  readonly rates: FaultRates
  /** Nothing fails but the stores. */
  readonly areStoresAlone: boolean
  /** Faults do not end, and nothing has to be finished: what may never happen may not happen then. */
  readonly isEndless: boolean
  /** Two of validation and of dispatch as well, not of the ledger alone. */
  readonly arePairs: boolean
  /** As where all of the engine is one process on one file: one of each service, which save their states behind (ADR 48), and a store that is lost with the log or not at all. */
  readonly isOneProcess: boolean
  /** The one process stands on the real embedded drivers: its file outlives it, and commits fail while the disk is full. */
  readonly isEmbedded: boolean
  /** Officers order the erasure of requests that have ended. */
  readonly hasErasures: boolean
  /** What the first ledger goes by, and what every other process does. */
  readonly profiles: readonly [Profiles, Profiles]
  readonly manners: Readonly<Record<Manner, number>>
  /** How long a hold is that is too long by one of the profiles, and not by the other. */
  readonly longHoldMs: number
  /** Where code throws, and on which of the requests, until somebody mends it when faults end. */
  readonly broken?: { readonly place: string; readonly number: number }
}

/** What of a day is not drawn. */
export interface PlanOverrides {
  readonly workload?: Workload | undefined
  readonly embedded?: boolean | undefined
}

const engine = 'a simulated agreement'
const after = (length: number) => ({ after: minutes(length), source: engine })
/** A minute of a profile is a second here. What comes due on a day of casework comes due within that day. */
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

const usual = loadProfiles()
const daysMs = 86_400_000
/** What an operator is changing: for a while one ledger goes by the old file and one by the new. Of one command they make two facts, or one a fact and the other a refusal. */
const changed = loadProfiles({ countries: { TL: { timers: { acknowledge: after(20) }, holds: { FIU_SUSPENSION: hold(7_200, 7_200) } } } })
const ofCasework = (['automatic', 'oneOfficer', 'fourEyes'] as const).map(
  verification => [loadProfiles(fileOf(verification, 4, 40)), loadProfiles(fileOf(verification, 5, 30))] as const,
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

/** So that there are requests on their way at any time at which a service is replaced. */
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

/** `embedded`: the engine is one process on one file on every day but those of an upgrade. */
export function drawPlan(all: FaultRates, chance: Chance, { workload: given, embedded }: PlanOverrides = {}): SimulationPlan {
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
    hasErasures: chance.branch('sealed').happens(0.4),
  }
}

const drawWorkload = (drawn: number): Workload => (drawn < 0.86 ? 'requests' : drawn < 0.95 ? 'casework' : 'upgrade')

/** What a day has of all that may go wrong: a part of it. Of days that have everything, no two differ, and what needs quiet in one place is never met. On some days only the stores fail. */
function ratesOfOneDay(all: FaultRates, chance: Chance): Pick<SimulationPlan, 'rates' | 'areStoresAlone'> {
  const areStoresAlone = chance.happens(0.15)
  const isOfStores = (kind: string): boolean => kind === 'flushesPerHour' || kind === 'rewindsPerHour'
  const { fullDisksPerHour, ...drawn } = all
  const rates = Object.fromEntries(
    Object.entries(drawn).map(([kind, rate]) => {
      // What was acknowledged and is lost leaves little that could be asked of such a day, so there are few.
      const isOn = chance.happens(kind === 'cutsPerHour' ? 0.08 : 0.75)
      if (areStoresAlone) return [kind, isOfStores(kind) ? rate * 3 : 0]
      return [kind, isOn ? rate : 0]
    }),
  ) as unknown as Omit<FaultRates, 'fullDisksPerHour'>
  const areDisksFull = !areStoresAlone && chance.branch('disks').happens(0.85)
  return { rates: { ...rates, fullDisksPerHour: areDisksFull ? fullDisksPerHour : 0 }, areStoresAlone }
}
