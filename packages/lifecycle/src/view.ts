import type { Phase, RequestView } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { type Minor, moneyOf } from './amounts.ts'
import type { RequestContext } from './context.ts'
import type { RequestSnapshot, StatechartSnapshot } from './snapshot.ts'

const paths = (value: StateValue, prefix = ''): string[] =>
  typeof value === 'string'
    ? [prefix + value]
    : Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [prefix + name] : paths(inner, `${prefix}${name}.`)))

/** The deepest states that hold, such as `frozen.coverage.partial`. */
export const statesOf = (snapshot: Pick<RequestSnapshot, 'state'>): string[] => paths(snapshot.state.value)

/** The main word of a state. Only an unopened request has none of the five, and it has no facts. */
export const phaseOf = (state: StatechartSnapshot): Phase =>
  (typeof state.value === 'string' ? state.value : Object.keys(state.value)[0]) as Phase

/** The deadlines that are armed, earliest first. */
export function deadlinesOf(snapshot: RequestSnapshot): RequestView['deadlines'] {
  const ends = new Set(snapshot.state.context.holds.flatMap(hold => (hold.expiresAt === null ? [] : [hold.expiresAt])))
  return [...ends].sort((a, b) => Date.parse(a) - Date.parse(b)).map(dueAt => ({ kind: 'holdExpiry', dueAt }))
}

function amountsOf(context: RequestContext): RequestView['amounts'] {
  if (context.requestedMinor === null) return { requested: undefined, frozen: undefined, recovered: undefined, charges: undefined }
  const money = (amountMinor: Minor) => moneyOf(context.currency, amountMinor)
  return {
    requested: money(context.requestedMinor),
    frozen: money(context.frozenMinor),
    recovered: money(context.recoveredMinor),
    charges: money(context.chargesMinor),
  }
}

/** A request as readers see it. */
export function viewOf(snapshot: RequestSnapshot): RequestView {
  const { context } = snapshot.state
  return {
    requestId: snapshot.requestId,
    caseReference: context.caseReference,
    requestingCountry: context.requestingCountry,
    beneficiaryCountry: context.beneficiaryCountry,
    states: statesOf(snapshot),
    phase: phaseOf(snapshot.state),
    sequence: snapshot.sequence,
    openedAt: snapshot.openedAt,
    updatedAt: snapshot.updatedAt,
    amounts: amountsOf(context),
    deadlines: deadlinesOf(snapshot),
    ...(context.rejectionCode ? { rejection: { code: context.rejectionCode } } : {}),
    ...(context.standingRequestId ? { standingRequestId: context.standingRequestId } : {}),
  }
}
