import type { Phase } from './cloud-event.ts'
import type { ChildlessReason, RejectionCode } from './codes.ts'
import type { JointCommand } from './commands.ts'
import type { Deadline } from './deadlines.ts'
import type { Money } from './money.ts'
import type { OutcomeReport } from './outcomes.ts'

/** Money that moved onward, and the child request that follows it, or why none does. */
export interface MovedOnward {
  readonly country: string
  readonly amount: Money
  readonly childRequestId?: string
  readonly childless?: ChildlessReason
}

/** What one person has said of the two that must (V17); what exactly is in the fact with this sequence. */
export interface Proposal {
  readonly command: JointCommand
  readonly proposedBy: string
  readonly sequence: number
}

/** One request as a reader sees it now: the fold of its facts. Amounts are never mixed. */
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
    /** Held now, or come back: what was let go is no longer counted. */
    readonly frozen: Money | undefined
    readonly recovered: Money | undefined
    readonly charges: Money | undefined
    readonly movedOnward: Money | undefined
    /** Held once and let go without coming back: lapsed, lifted or withdrawn. */
    readonly released: Money | undefined
  }
  /** Earliest first. */
  readonly deadlines: readonly Deadline[]
  /** 1, and one more with each reopening. */
  readonly revision: number
  readonly parent?: { readonly requestId: string; readonly hop: number }
  readonly movedOnward: readonly MovedOnward[]
  /** Open proposals: another person of the same side gives the same command in the same words, and it is done. */
  readonly proposals: readonly Proposal[]
  /** Why no more than this is held, where the institution said so: AM04, AC03, AC04 or NOOR. */
  readonly shortfallReason?: string
  /** There once the request has ended. */
  readonly outcome?: OutcomeReport
  readonly rejection?: { readonly code: RejectionCode }
  /** The request that stands in the place of a duplicate. */
  readonly standingRequestId?: string
}

/** What `POST /v1/requests/ID/commands` answers once the ledger has decided. */
export interface CommandOutcome {
  readonly commandId: string
  /** `pending`: the ledger did not decide in time; the command is kept and will be decided. */
  /** `proposed`: a second person must give the same command in the same words. */
  readonly outcome: 'applied' | 'proposed' | 'pending'
  readonly view?: RequestView
}
