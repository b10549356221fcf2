import type { Phase } from './cloud-event.ts'
import type { RejectionCode } from './codes.ts'
import type { DeadlineKind } from './deadlines.ts'
import type { Money } from './money.ts'

/** One request as a reader sees it now: the fold of its facts. Three amounts that are never mixed, and what the return cost. */
export interface RequestView {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  /** The states that hold, most telling first, such as `["frozen.coverage.partial","frozen.mandate.provisional","frozen.recovery.idle"]` or `["received.assessing"]`. */
  readonly states: readonly string[]
  readonly phase: Phase
  readonly sequence: number
  readonly openedAt: string
  readonly updatedAt: string
  readonly amounts: {
    /** Undefined while the request's currency or decimals are not usable (V05). */
    readonly requested: Money | undefined
    readonly frozen: Money | undefined
    readonly recovered: Money | undefined
    readonly charges: Money | undefined
  }
  readonly deadlines: ReadonlyArray<{ readonly kind: DeadlineKind; readonly dueAt: string }>
  readonly rejection?: { readonly code: RejectionCode }
  /** The request that stands in the place of a duplicate. */
  readonly standingRequestId?: string
}

/** What `POST /v1/requests/ID/commands` answers once the ledger has decided. */
export interface CommandOutcome {
  readonly commandId: string
  /** `pending`: the ledger did not decide in time; the command is kept and will be decided. */
  readonly outcome: 'applied' | 'pending'
  readonly view?: RequestView
}
