import type { Phase } from './cloud-event.ts'
import type { ChildlessReason, RejectionCode } from './codes.ts'
import type { JointCommand } from './commands.ts'
import type { Deadline } from './deadlines.ts'
import type { Fact, FactKind } from './facts.ts'
import type { Money } from './money.ts'
import type { OutcomeReport } from './outcomes.ts'
import type { RefusedCommand } from './refused-commands.ts'

/** Money that moved onward, and the child request that follows it, or why none can. */
export interface MovedOnward {
  readonly country: string
  readonly amount: Money
  readonly childRequestId?: string
  readonly childless?: ChildlessReason
  /** The fact that reported it, where nothing follows it as long as no officer of the requesting country gives FollowOnward with this number. */
  readonly report?: number
  /** There where the requesting country has said that nothing is to follow it. */
  readonly declined?: true
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

/**
 * Money that moved onward from a request, and the request that follows it (V26). How that one stands is there only for a country with a part in it (V16),
 * and once it is open.
 */
export interface ChildView
  extends Partial<Pick<RequestView, 'phase' | 'states' | 'amounts'>>,
    Pick<MovedOnward, 'childless' | 'report' | 'declined'> {
  readonly requestId?: string
  readonly country: string
  /** What moved onward; of a child that was sent by hand, what it asks for. */
  readonly amount?: Money
}

/** What `GET /v1/requests/ID/history` answers: at most 100 facts and about 1 MB, a fact more where it alone is as heavy. */
export interface HistoryPage {
  /** Oldest first; without `before` it ends with the newest. */
  readonly history: Fact[]
  /** There are earlier facts: those before this sequence number, at `GET /v1/requests/ID/history?before=`. */
  readonly historyBefore?: number
}

/** What `GET /v1/requests/ID` answers: the request with the newest page of its history. */
export interface ShownRequest extends HistoryPage {
  readonly request: RequestView
  readonly children: readonly ChildView[]
  /** Commands of either side that were refused, oldest first: no part of the history, and as many as the budgets allow. */
  readonly refusals: readonly RefusedCommand[]
}

/**
 * The money of a case in one currency, nothing counted twice. `requested` and `movedOnward` are those of the requests whose parent is not among them: what a child
 * asks for is a part of what moved onward from its parent. The rest is that of all, since what a child holds is held by it alone. A duplicate asks for nothing.
 */
export type CaseSums = Readonly<Record<keyof RequestView['amounts'], Money>>

/** What `GET /v1/cases/COUNTRY/REFERENCE` answers: a case as far as the reader's country has a part in it. */
export interface CaseView {
  readonly requestingCountry: string
  readonly caseReference: string
  /** Newest first. */
  readonly requests: readonly RequestView[]
  /** One for each currency; left out where the case has more requests than are shown here. */
  readonly sums?: readonly CaseSums[]
}

/** A fact that somebody of the reader's country has to look at, with the reason in words. `CommandRefused` is an answer that came too late, after the fact with this sequence. */
export interface AlertView {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly fact: FactKind
  readonly sequence: number
  readonly phase: Phase
  readonly time: string
  readonly message: string
}

/** What `GET /v1/alerts` answers. `next` is the place to go on from, there also when nothing is left. */
export interface AlertPage {
  /** Newest last. */
  readonly alerts: readonly AlertView[]
  readonly next: string
}

/** What `POST /v1/requests/ID/commands` answers once the ledger has decided. */
export interface CommandOutcome {
  readonly commandId: string
  /**
   * `proposed`: a second person must give the same command in the same words. `pending`: the ledger did not decide in time; the command is kept and will be
   * decided.
   */
  readonly outcome: 'applied' | 'proposed' | 'pending'
  readonly view?: RequestView
}
