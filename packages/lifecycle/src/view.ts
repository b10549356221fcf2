import type { RequestView } from '@holdfast/schemas'
import { type Minor, moneyOf } from './amounts.ts'
import { frozenMinorOf, movedMinorOf, type RequestContext } from './context.ts'
import { outcomeOf } from './outcome.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { phaseOf, statesOf } from './states.ts'

/** The deadlines that are armed, earliest first. */
export function deadlinesOf(snapshot: RequestSnapshot): RequestView['deadlines'] {
  const { holds, deadlines } = snapshot.state.context
  const ends = new Set(holds.flatMap(hold => (hold.expiresAt === null ? [] : [hold.expiresAt])))
  return [...deadlines, ...[...ends].map(dueAt => ({ kind: 'holdExpiry' as const, dueAt }))].sort(
    (a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt),
  )
}

function amountsOf(context: RequestContext): RequestView['amounts'] {
  if (context.document.requestedMinor === null)
    return {
      requested: undefined,
      frozen: undefined,
      recovered: undefined,
      charges: undefined,
      movedOnward: undefined,
      released: undefined,
    }
  const money = (amountMinor: Minor) => moneyOf(context.document.currency, amountMinor)
  return {
    requested: money(context.document.requestedMinor),
    frozen: money(frozenMinorOf(context)),
    recovered: money(context.recoveredMinor),
    charges: money(context.chargesMinor),
    movedOnward: money(movedMinorOf(context)),
    released: money(context.releasedMinor),
  }
}

/** A request as readers see it. */
export function viewOf(snapshot: RequestSnapshot): RequestView {
  const { context } = snapshot.state
  const outcome = outcomeOf(snapshot)
  return {
    requestId: snapshot.requestId,
    caseReference: context.document.caseReference,
    requestingCountry: context.requestingCountry,
    beneficiaryCountry: context.beneficiaryCountry,
    states: statesOf(snapshot),
    phase: phaseOf(snapshot.state),
    sequence: snapshot.sequence,
    openedAt: snapshot.openedAt,
    updatedAt: snapshot.updatedAt,
    amounts: amountsOf(context),
    deadlines: deadlinesOf(snapshot),
    revision: context.revision,
    ...(context.document.parentRequestId ? { parent: { requestId: context.document.parentRequestId, hop: context.document.hop } } : {}),
    movedOnward: context.movedOnward.map(({ amountMinor, country, report, childRequestId, childless, proposed }) => ({
      country,
      amount: moneyOf(context.document.currency, amountMinor),
      ...(childRequestId ? { childRequestId } : {}),
      ...(childless ? { childless } : {}),
      ...(proposed ? { report } : {}),
      ...(proposed?.declined ? { declined: true as const } : {}),
    })),
    proposals: context.proposals.map(({ command, actor, sequence }) => ({ command, proposedBy: actor, sequence })),
    ...(context.shortfallReason ? { shortfallReason: context.shortfallReason } : {}),
    ...(context.end.rejectionCode ? { rejection: { code: context.end.rejectionCode } } : {}),
    ...(context.end.standingRequestId ? { standingRequestId: context.end.standingRequestId } : {}),
    ...(outcome ? { outcome } : {}),
  }
}
