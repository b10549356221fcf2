import type { Share } from '@holdfast/schemas'
import type { MovedOnward, PaymentStopView, Phase, ResultingState } from '../language/index.ts'
import { moneyOf } from './amounts.ts'
import type { Moved } from './context.ts'

/**
 * The parts of a reader's view: the resulting state of the last fact, and shown parts of the document and of money
 * moved onward.
 */
export interface ViewParts
  extends Pick<PaymentStopView, 'requestId' | 'caseReference' | 'requestingCountry' | 'beneficiaryCountry' | 'sequence'> {
  readonly phase: Phase
  readonly openedAt: string
  readonly updatedAt: string
  readonly parent: NonNullable<PaymentStopView['parent']> | null
  readonly movedOnward: readonly MovedOnward[]
  readonly resultingState: ResultingState
  readonly sharedWith: readonly Share[]
  readonly isKeptFromAddressee: boolean
}

const noAmounts = {
  requested: undefined,
  frozen: undefined,
  recovered: undefined,
  charges: undefined,
  movedOnward: undefined,
  released: undefined,
}

function amountsOf({ amounts }: ResultingState): PaymentStopView['amounts'] {
  if (!amounts) return noAmounts
  const { currency, requested, frozen, recovered, charges, movedOnward, released } = amounts
  const money = (value: string) => ({ currency, value })
  return {
    requested: money(requested),
    frozen: money(frozen),
    recovered: money(recovered),
    charges: money(charges),
    movedOnward: money(movedOnward),
    released: money(released),
  }
}

/** The view of a request for readers. */
export function viewFrom({ resultingState, parent, ...shown }: ViewParts): PaymentStopView {
  const { states, deadlines, revision, proposals = [], shortfallReason, rejectionCode, standingRequestId, outcome } = resultingState
  return {
    requestId: shown.requestId,
    caseReference: shown.caseReference,
    requestingCountry: shown.requestingCountry,
    beneficiaryCountry: shown.beneficiaryCountry,
    states,
    phase: shown.phase,
    sequence: shown.sequence,
    openedAt: shown.openedAt,
    updatedAt: shown.updatedAt,
    amounts: amountsOf(resultingState),
    deadlines,
    revision,
    ...(parent ? { parent } : {}),
    movedOnward: shown.movedOnward,
    proposals,
    ...(shortfallReason ? { shortfallReason } : {}),
    ...(rejectionCode ? { rejection: { code: rejectionCode } } : {}),
    ...(standingRequestId ? { standingRequestId } : {}),
    ...(outcome ? { outcome } : {}),
    ...(shown.isKeptFromAddressee ? { keptFromAddressee: true as const } : {}),
    ...(shown.sharedWith.length > 0 ? { sharedWith: shown.sharedWith } : {}),
  }
}

export const movedOnwardView = (currency: string, moved: Moved): MovedOnward => ({
  country: moved.country,
  amount: moneyOf(currency, moved.amountMinor),
  ...(moved.childRequestId ? { childRequestId: moved.childRequestId } : {}),
  ...(moved.childless ? { childless: moved.childless } : {}),
  ...(moved.proposed ? { report: moved.report } : {}),
  ...(moved.proposed?.declined ? { declined: true as const } : {}),
})
