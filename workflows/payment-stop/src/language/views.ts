import type { AlertView, ApiTypes, Proposal, ProposalView, RequestView } from '@holdfast/schemas'
import type { Phase } from './events/envelope.ts'
import type { Fact } from './events/facts.ts'
import type { RecordKind } from './events/record-kinds.ts'
import type { CommandKind, DualApprovalCommand } from './events/registry.ts'
import type { AlertCode, AlertParameters } from './orders/alerts.ts'
import type { RequestOrders } from './orders/order-views.ts'
import type { Deadline } from './requests/deadlines.ts'
import type { OutcomeReport } from './requests/outcomes.ts'
import type { Receipt } from './requests/requests.ts'
import type { ChildlessReason, RejectionCode } from './values/codes.ts'
import type { Money } from './values/money.ts'

/** Money that moved onward, with its onward request or the reason why there is none. */
export interface MovedOnward {
  readonly country: string
  readonly amount: Money
  readonly childRequestId?: string
  readonly childless?: ChildlessReason
  /**
   * The fact that reported it. Present until an officer of the requesting country gives FollowOnward with this number.
   */
  readonly report?: number
  /** Present if the requesting country declined an onward request. */
  readonly declined?: true
}

/** The current state of one payment stop for a reader. No amount includes another. */
export interface PaymentStopView extends RequestView {
  readonly beneficiaryCountry: string
  /**
   * The current states, the most specific first, such as
   * `["frozen.coverage.partial","frozen.mandate.provisional","frozen.recovery.idle"]` or `["received.assessing"]`.
   */
  readonly states: readonly string[]
  readonly phase: Phase
  readonly amounts: {
    /** Undefined while the currency or decimals of the request are invalid (V05). */
    readonly requested: Money | undefined
    /** On hold or returned. Released money no longer counts. */
    readonly frozen: Money | undefined
    readonly recovered: Money | undefined
    readonly charges: Money | undefined
    readonly movedOnward: Money | undefined
    /** The part whose hold ended without a return: expired, lifted or withdrawn. */
    readonly released: Money | undefined
  }
  readonly deadlines: readonly Deadline[]
  /** Starts at 1; each reopening adds one. */
  readonly revision: number
  readonly parent?: { readonly requestId: string; readonly hop: number }
  readonly movedOnward: readonly MovedOnward[]
  readonly proposals: ReadonlyArray<Proposal & { readonly command: DualApprovalCommand }>
  /** Why no more is frozen, if the institution said so: AM04, AC03, AC04 or NOOR. */
  readonly shortfallReason?: string
  /** Present once the request has ended. */
  readonly outcome?: OutcomeReport
  readonly rejection?: { readonly code: RejectionCode }
  /** The request that a duplicate repeats. */
  readonly standingRequestId?: string
  /** The document denies access to the beneficiary country (V16), which sees nothing of it until that is corrected. */
  readonly keptFromAddressee?: true
}

/**
 * Money that moved onward from a request, and its onward request (V26). The state of the onward request is shown only to
 * a country that takes part in it (V16), once it is open.
 */
export interface ChildView
  extends Partial<Pick<PaymentStopView, 'phase' | 'states' | 'amounts'>>,
    Pick<MovedOnward, 'childless' | 'report' | 'declined'> {
  readonly requestId?: string
  readonly country: string
  /** The amount that moved onward; for a child that an officer sent, the amount it requests. */
  readonly amount?: Money
}

/**
 * The amounts of a case in one currency, nothing counted twice. `requested` and `movedOnward` leave out children, since a
 * child asks for a part of what moved onward from its parent. The other amounts cover all requests: only a child has what
 * it froze. A duplicate counts with zero.
 */
export type CaseSums = Readonly<Record<keyof PaymentStopView['amounts'], Money>>

/** An alert about a payment stop. */
export interface PaymentStopAlert extends AlertView {
  readonly beneficiaryCountry: string
  readonly fact: RecordKind
  readonly phase: Phase
  readonly code?: AlertCode
  readonly parameters?: AlertParameters
}

/**
 * What another person can approve: a command that needs dual approval, with the same data, or a verification, which
 * has no data.
 */
export type ProposedCommand = DualApprovalCommand | 'ApproveVerification'

/** An open proposal for a payment stop. */
export interface PaymentStopProposal extends ProposalView, Pick<PaymentStopView, 'beneficiaryCountry' | 'amounts'> {
  readonly command: ProposedCommand
  readonly nextDeadline?: Deadline
}

/** The types of payment stops in the responses of the API. */
export interface PaymentStopTypes extends ApiTypes {
  readonly receipt: Receipt
  readonly view: PaymentStopView
  readonly fact: Fact
  readonly child: ChildView
  readonly sums: CaseSums
  readonly orders: RequestOrders
  readonly alert: PaymentStopAlert
  readonly proposal: PaymentStopProposal
  readonly command: CommandKind
}
