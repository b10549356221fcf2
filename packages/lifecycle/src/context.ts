import { type FactBody, type FreezeRequest, requestedMoneyOf } from '@holdfast/schemas'
import { addMinor, exceeds, type Minor, minorOf, nothing, subtractMinor } from './amounts.ts'

/** One report of money held. Without `expiresAt` it has no end of its own: an authority confirmed it for good. */
export interface Hold {
  readonly amountMinor: Minor
  readonly expiresAt: string | null
}

/** What the statechart knows of a request beside its state: enough to decide, nothing that names a person or an account. */
export interface RequestContext {
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly currency: string
  /** Null while the request's amount is not usable (V05); nothing can be verified or frozen then. */
  readonly requestedMinor: Minor | null
  readonly frozenMinor: Minor
  readonly recoveredMinor: Minor
  readonly chargesMinor: Minor
  readonly holds: readonly Hold[]
  /** Who proposed the verification; another person has to approve it (V17). */
  readonly proposedBy: string | null
  readonly rejectionCode: FactBody<'RequestRejected'>['code'] | null
  readonly standingRequestId: string | null
}

export const emptyContext: RequestContext = {
  caseReference: '',
  requestingCountry: '',
  beneficiaryCountry: '',
  currency: '',
  requestedMinor: null,
  frozenMinor: nothing,
  recoveredMinor: nothing,
  chargesMinor: nothing,
  holds: [],
  proposedBy: null,
  rejectionCode: null,
  standingRequestId: null,
}

/** What the document says that the lifecycle needs. Countries are set at opening and never change. */
export const documented = (request: FreezeRequest) => {
  const requested = requestedMoneyOf(request)
  return { caseReference: request.caseReference, currency: requested.currency, requestedMinor: minorOf(requested) ?? null }
}

export const frozenWith = (context: RequestContext, amountMinor: Minor): Minor => addMinor(context.frozenMinor, amountMinor)

/** What has left the hold: returned money and what the return cost. */
export const settled = (context: RequestContext): Minor => addMinor(context.recoveredMinor, context.chargesMinor)

/** The holds that end at an instant lapse: what of them has not been returned yet is no longer frozen. */
export function lapse(context: RequestContext, dueAt: string): Pick<RequestContext, 'holds' | 'frozenMinor'> {
  const lapsed = context.holds.filter(hold => hold.expiresAt === dueAt).reduce((sum, hold) => addMinor(sum, hold.amountMinor), nothing)
  const held = subtractMinor(context.frozenMinor, settled(context))
  return {
    holds: context.holds.filter(hold => hold.expiresAt !== dueAt),
    frozenMinor: subtractMinor(context.frozenMinor, exceeds(lapsed, held) ? held : lapsed),
  }
}
