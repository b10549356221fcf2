import type { Deadline, Fact, FreezeDocument } from '../ledger/records.ts'
import { minorOf } from '../money.ts'

export interface Hold {
  amount: bigint
  /** Null for a hold without an end. */
  expiresAt: string | null
  /** The sequence of the fact that reported it. */
  readonly report: number
}

export interface Moved {
  readonly amount: bigint
  /** The sequence of the fact that reported it. */
  readonly report: number
  /** Waits for the requester's agreement, or was declined. */
  waits: boolean
  declined: boolean
}

export interface Proposal {
  readonly command: string
  readonly actor: string
  readonly sequence: number
  readonly data: unknown
}

/** The state of a request, as docs/reference/states.md draws it. One for each history; each fact changes it. */
export interface Chart {
  /** The deepest state, or `frozen`, which has three parallel ones. */
  state: string
  coverage: 'partial' | 'full'
  mandate: 'provisional' | 'confirmed'
  recovery: 'idle' | 'returning' | 'partlyReturned'
  document: FreezeDocument
  currency: string
  /** Undefined for an unusable amount, which cannot be verified. */
  requested: bigint | undefined
  revision: number
  holds: Hold[]
  recovered: bigint
  charges: bigint
  released: bigint
  moved: Moved[]
  shortfallReason: string | undefined
  /** The sequence of the fact that reported it. */
  shortfallReport: number | undefined
  officers: 1 | 2
  proposedBy: string | undefined
  proposals: Proposal[]
  /** The holder's challenge awaits its decision. */
  isChallenged: boolean
  askedIn: string | undefined
  deadlines: Deadline[]
  readonly openedAt: string
  verifiedAt: string | undefined
  /** Each report of a hold that was not corrected, oldest first. */
  heldAt: { readonly report: number; readonly time: string }[]
  endedAt: string | undefined
  endReason: string | undefined
  rejectionCode: string | undefined
  standingRequestId: string | undefined
  areKeysDestroyed: boolean
}

export function opened({ time, data }: Fact & { readonly data: { readonly request: FreezeDocument } }): Chart {
  return {
    state: 'received.assessing',
    coverage: 'partial',
    mandate: 'provisional',
    recovery: 'idle',
    ...documented(data.request),
    revision: 1,
    holds: [],
    recovered: 0n,
    charges: 0n,
    released: 0n,
    moved: [],
    shortfallReason: undefined,
    shortfallReport: undefined,
    officers: 2,
    isChallenged: false,
    proposedBy: undefined,
    proposals: [],
    askedIn: undefined,
    deadlines: [...(data.deadlines ?? [])],
    openedAt: time,
    verifiedAt: undefined,
    heldAt: [],
    endedAt: undefined,
    endReason: undefined,
    rejectionCode: undefined,
    standingRequestId: undefined,
    areKeysDestroyed: false,
  }
}

export function documented(document: FreezeDocument): Pick<Chart, 'document' | 'currency' | 'requested'> {
  const money = document.requestedAmount ?? document.payment.amount
  return { document, currency: money.currency, requested: minorOf(money) }
}

const sumOf = (parts: readonly { readonly amount: bigint }[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n)

export const held = ({ holds }: Chart): bigint => sumOf(holds)
export const moved = (chart: Chart): bigint => sumOf(chart.moved)
/** On hold or recovered. */
export const frozen = (chart: Chart): bigint => held(chart) + chart.recovered + chart.charges
/** The part of the requested amount that was found. */
export const accounted = (chart: Chart): bigint => frozen(chart) + moved(chart)

export const phaseOf = ({ state }: Chart): string => state.split('.')[0] ?? state
/** For a closed request, whose retention runs. */
export const isKept = ({ deadlines }: Chart): boolean => deadlines.some(({ kind }) => kind === 'retention')
export const hasEnded = (phase: string): boolean => phase === 'recovered' || phase === 'closed'

export const statesOf = ({ state, coverage, mandate, recovery }: Chart): readonly string[] =>
  state === 'frozen' ? [`frozen.coverage.${coverage}`, `frozen.mandate.${mandate}`, `frozen.recovery.${recovery}`] : [state]

export const isSame = (one: Deadline, other: Deadline): boolean =>
  one.kind === other.kind && one.dueAt === other.dueAt && one.about === other.about

/** Arms the deadlines of a fact; a deadline that already runs is not armed twice. */
export function arm(chart: Chart, { data }: Fact): void {
  const running = [...chart.deadlines]
  for (const each of data.deadlines ?? []) if (!running.some(known => isSame(known, each))) chart.deadlines.push(each)
}

export function disarm(chart: Chart, ...kinds: readonly string[]): void {
  chart.deadlines = chart.deadlines.filter(({ kind }) => !kinds.includes(kind))
}

/** Disarms warnings of ends that no hold has any more. */
export function setHolds(chart: Chart, holds: Hold[]): void {
  chart.holds = holds
  chart.deadlines = chart.deadlines.filter(
    ({ kind, about }) => kind !== 'holdWarning' || holds.some(({ expiresAt }) => expiresAt === about),
  )
}

/** Closes the request and disarms all deadlines except those of the end itself. */
export function end(chart: Chart, state: string, fact: Fact, reason?: string): undefined {
  chart.state = state
  chart.deadlines = []
  chart.proposals = []
  chart.proposedBy = undefined
  chart.askedIn = undefined
  chart.endedAt = fact.time
  if (reason !== undefined) chart.endReason = reason
  arm(chart, fact)
}

/** Releases what is still frozen. */
export function releaseRest(chart: Chart): void {
  chart.released += held(chart)
  setHolds(chart, [])
}
