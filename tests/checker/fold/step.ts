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
/** Kinds that change no state. */
const recordsOnly: ReadonlySet<string> = new Set(['OrderUndelivered', 'RequestShared', 'ShareWithdrawn'])

/** What of a chart is looked at after it has gone on. */
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

/** A fact between what it met and what it led to. */
export interface CheckedFact {
  readonly fact: Fact
  readonly kind: string
  readonly line: LedgerLine
  readonly before: CheckedState | undefined
  readonly after: CheckedState
  /** As it stands after the fact. */
  readonly document: FreezeDocument
  /** What became of the request, of the fact that ended it. */
  readonly outcome: object | undefined
}

export interface Problem {
  readonly invariant: string
  readonly message: string
}

/** A history gone through by the checker's own fold. */
export interface Folded {
  readonly history: History
  readonly steps: readonly CheckedFact[]
  readonly problems: readonly Problem[]
  /** As it stands at the end; undefined where the fold had to stop, at a fact that was not possible or is of a kind that is not known. */
  readonly chart: Chart | undefined
}

/** Up to this one every kind is known here. */
const knownLevel = 1

export function foldHistory(history: History): Folded {
  const steps: CheckedFact[] = []
  const problems: Problem[] = []
  let chart: Chart | undefined
  for (const { fact, line, level } of history.facts) {
    const kind = kindOf(fact)
    const note: Note = (invariant, what) => problems.push({ invariant, message: `fact ${fact.sequence}, ${kind}, ${what}` })
    const isKnown = kind === 'RequestOpened' || recordsOnly.has(kind) || moves[kind] !== undefined
    if (!isKnown && level <= knownLevel) note('level-kept', `is of a kind that nobody knows at level ${level} of its ledger`)
    // What a newer version wrote: what it means is not known here, nor anything behind it.
    if (!isKnown && fact.critical !== false) return { history, steps, problems, chart: undefined }
    const before = chart && standingOf(chart)
    if (isKnown) {
      const mayNot = permissionProblem(fact, before?.phase === 'frozen')
      if (mayNot) note('who-may', `was made by who may not: ${mayNot}`)
      const notTwo = chart && dualApprovalProblem(chart, fact)
      if (notTwo) note('two-persons', notTwo)
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
      note(difference.startsWith('phase') ? 'phase' : 'led-to', `says ${difference} otherwise`)
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
