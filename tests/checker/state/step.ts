import type { History } from '../ledger/histories.ts'
import { type Fact, type FreezeDocument, kindOf } from '../ledger/records.ts'
import type { LedgerLine } from '../observations.ts'
import { afterTheEnd } from './after-the-end.ts'
import { beforeAHold } from './before-hold.ts'
import { type Chart, frozen, hasEnded, held, moved, opened, phaseOf } from './chart.ts'
import { noteDeadline } from './deadlines.ts'
import { dualApprovalProblem } from './dual-approval.ts'
import { holding } from './holding.ts'
import type { Moves, Note } from './moves.ts'
import { permissionProblem } from './permissions.ts'
import { differsIn, outcomeOf } from './resulting-state.ts'
import { noteSums } from './sums.ts'

const moves: Moves = { ...beforeAHold, ...holding, ...afterTheEnd }
/** Types that change no state. */
const recordsOnly: ReadonlySet<string> = new Set(['OrderUndelivered', 'RequestShared', 'ShareWithdrawn'])

/** The parts of a state that invariants read after a fact. */
export interface CheckedState {
  readonly phase: string
  readonly state: string
  readonly currency: string
  readonly requested: bigint | undefined
  readonly frozen: bigint
  readonly held: bigint
  readonly recovered: bigint
  readonly charges: bigint
  readonly moved: bigint
  readonly released: bigint
  readonly revision: number
}

/** A fact with the states before and after it. */
export interface CheckedFact {
  readonly fact: Fact
  readonly kind: string
  readonly line: LedgerLine
  readonly before: CheckedState | undefined
  readonly after: CheckedState
  /** The state after the fact. */
  readonly document: FreezeDocument
  /** The outcome of the request, for the fact that closed it. */
  readonly outcome: object | undefined
}

export interface Problem {
  readonly invariant: string
  readonly message: string
}

/** A history with the states that the checker derived. */
export interface Derived {
  readonly history: History
  readonly steps: readonly CheckedFact[]
  readonly problems: readonly Problem[]
  /** The final state; undefined where a fact was impossible or of an unknown type, which ends the derivation. */
  readonly chart: Chart | undefined
}

/** Up to this feature level every type is known here. */
const knownLevel = 2

export function deriveHistory(history: History): Derived {
  const steps: CheckedFact[] = []
  const problems: Problem[] = []
  let chart: Chart | undefined
  for (const { fact, line, level } of history.facts) {
    const kind = kindOf(fact)
    const note: Note = (invariant, what) => problems.push({ invariant, message: `fact ${fact.sequence}, ${kind}, ${what}` })
    const isKnown = kind === 'RequestOpened' || recordsOnly.has(kind) || moves[kind] !== undefined
    if (!isKnown && level <= knownLevel) note('level-kept', `has an unknown type at feature level ${level} of its ledger`)
    // A newer version wrote it, so its meaning and all that follows are unknown here.
    if (!isKnown && fact.critical !== false) return { history, steps, problems, chart: undefined }
    const before = chart && standingOf(chart)
    if (isKnown) {
      const mayNot = permissionProblem(fact, before?.phase === 'frozen')
      if (mayNot) note('who-may', `was caused by an actor without permission: ${mayNot}`)
      const notTwo = chart && dualApprovalProblem(chart, fact)
      if (notTwo) note('dual-approval', notTwo)
      if (chart) noteDeadline(chart, fact, line, note)
      const impossible = chart ? (kind === 'RequestOpened' ? 'opens a request again' : moves[kind]?.(chart, fact)) : undefined
      if (!chart && kind === 'RequestOpened' && fact.data.request) chart = opened(fact as Parameters<typeof opened>[0])
      else if (!chart || impossible) {
        note('transition', impossible ?? 'opens nothing')
        return { history, steps, problems, chart: undefined }
      }
    }
    if (!chart) return { history, steps, problems, chart: undefined }
    noteSums(chart, fact, before?.held ?? 0n, note)
    for (const difference of differsIn(chart, fact))
      note(difference.startsWith('phase') ? 'phase' : 'resulting-state', `says ${difference} otherwise`)
    const hasEndedNow = !(before && hasEnded(before.phase)) && hasEnded(phaseOf(chart))
    const { document } = chart
    steps.push({ fact, kind, line, before, after: standingOf(chart), document, outcome: hasEndedNow ? outcomeOf(chart) : undefined })
  }
  return { history, steps, problems, chart }
}

const standingOf = (chart: Chart): CheckedState => ({
  phase: phaseOf(chart),
  state: chart.state,
  currency: chart.currency,
  requested: chart.requested,
  frozen: frozen(chart),
  held: held(chart),
  recovered: chart.recovered,
  charges: chart.charges,
  moved: moved(chart),
  released: chart.released,
  revision: chart.revision,
})
