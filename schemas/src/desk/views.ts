import type { MemberActor } from '../actors/actor.ts'
import type { Phase } from '../cloud-event.ts'
import type { ChildlessReason, RejectionCode } from '../codes.ts'
import type { Fact } from '../events/facts.ts'
import type { CommandKind, DualApprovalCommand } from '../events/registry.ts'
import type { RecordKind } from '../ledger/record-kinds.ts'
import type { RefusedCommand } from '../ledger/refused-commands.ts'
import type { Money } from '../money.ts'
import type { AlertCode, AlertText } from '../orders/alerts.ts'
import type { Deadline } from '../requests/deadlines.ts'
import type { OutcomeReport } from '../requests/outcomes.ts'
import type { Refusal } from '../requests/refusals.ts'
import type { Share, SpecialUnit } from '../requests/sharing.ts'

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

/** An open proposal (V17). The fact with this sequence has its data. */
export interface Proposal {
  readonly command: DualApprovalCommand
  readonly proposedBy: string
  readonly sequence: number
}

/** The current state of one request for a reader. No amount includes another. */
export interface RequestView {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  /**
   * The current states, the most specific first, such as
   * `["frozen.coverage.partial","frozen.mandate.provisional","frozen.recovery.idle"]` or `["received.assessing"]`.
   */
  readonly states: readonly string[]
  readonly phase: Phase
  readonly sequence: number
  readonly openedAt: string
  readonly updatedAt: string
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
  /** Earliest first. */
  readonly deadlines: readonly Deadline[]
  /** Starts at 1; each reopening adds one. */
  readonly revision: number
  readonly parent?: { readonly requestId: string; readonly hop: number }
  readonly movedOnward: readonly MovedOnward[]
  /** Open proposals. Another person of the same member role approves by giving the same command with the same data. */
  readonly proposals: readonly Proposal[]
  /** Why no more is frozen, if the institution said so: AM04, AC03, AC04 or NOOR. */
  readonly shortfallReason?: string
  /** Present once the request has ended. */
  readonly outcome?: OutcomeReport
  readonly rejection?: { readonly code: RejectionCode }
  /** The request that a duplicate repeats. */
  readonly standingRequestId?: string
  /** The document denies access to the beneficiary country (V16), which sees nothing of it until that is corrected. */
  readonly keptFromAddressee?: true
  /** Units that can read it in addition to its two countries; absent if there are none. */
  readonly sharedWith?: readonly Share[]
}

/**
 * Sort orders of a list of requests: newest first, earliest deadline first, last changed first, largest first within
 * one currency.
 */
export const listSorts = ['opened', 'deadline', 'updated', 'amount'] as const
export type ListSort = (typeof listSorts)[number]

/**
 * Money that moved onward from a request, and its onward request (V26). The state of the onward request is shown only to
 * a country that takes part in it (V16), once it is open.
 */
export interface ChildView
  extends Partial<Pick<RequestView, 'phase' | 'states' | 'amounts'>>,
    Pick<MovedOnward, 'childless' | 'report' | 'declined'> {
  readonly requestId?: string
  readonly country: string
  /** The amount that moved onward; for a child that an officer sent, the amount it requests. */
  readonly amount?: Money
}

/** The response of `GET /v1/requests/ID/history`: at most 100 facts and about 1 MB, unless one fact alone is larger. */
export interface HistoryPage {
  /** Oldest first; without `after` it ends with the newest. */
  readonly history: Fact[]
  /** Present if there are earlier facts: `GET /v1/requests/ID/history?after=`. */
  readonly nextCursor?: string
}

/** The response of `GET /v1/requests/ID`: the request with the newest page of its history. */
export interface RequestWithHistory extends HistoryPage {
  readonly request: RequestView
  readonly children: readonly ChildView[]
  /**
   * Refused commands of both countries, oldest first. They are not part of the history, and refusal budgets limit them.
   */
  readonly refusals: readonly RefusedCommand[]
}

/**
 * The amounts of a case in one currency, nothing counted twice. `requested` and `movedOnward` leave out children, since a
 * child asks for a part of what moved onward from its parent. The other amounts cover all requests: only a child has what
 * it froze. A duplicate counts with zero.
 */
export type CaseSums = Readonly<Record<keyof RequestView['amounts'], Money>>

/**
 * The response of `GET /v1/cases/COUNTRY/REFERENCE`: the requests of a case that the reader's country takes part in.
 */
export interface CaseView {
  readonly requestingCountry: string
  readonly caseReference: string
  /** Newest first. */
  readonly requests: readonly RequestView[]
  /** By currency; absent if the case has more requests than are shown here. */
  readonly sums?: readonly CaseSums[]
}

/**
 * A fact that an officer of the reader's country has to look at, with the reason as a code and as text.
 * `CommandRefused` is an answer that came too late, after the fact with this sequence. An older desk sends no code.
 */
export interface AlertView extends Pick<AlertText, 'message' | 'parameters'> {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
  readonly fact: RecordKind
  readonly sequence: number
  readonly phase: Phase
  readonly time: string
  readonly code?: AlertCode
  /** Only in worklists: the first officer of the reader's country who acknowledged it, and when. */
  readonly acknowledged?: { readonly by: string; readonly at: string }
}

/** The response of `GET /v1/alerts`. `nextCursor` is always present, also on the last page. */
export interface AlertPage {
  /** Newest last. */
  readonly alerts: readonly AlertView[]
  readonly nextCursor: string
}

/** The signed-in principal: a person of a country, or an operator, who has no country. */
type SignedInSide = Pick<MemberActor, 'country' | 'role'> | { readonly country?: undefined; readonly role: 'operator' }

/** The response of `GET /v1/session`, for a session of the page or a token. Times are instants in UTC. */
export type SessionView = SignedInSide & SessionTimes

interface SessionTimes {
  readonly person: string
  /** The engine's clock. */
  readonly now: string
  readonly endsAt: string
  /** For a session: when and how the person last authenticated, in the provider's terms (RFC 8176). */
  readonly signedInAt?: string
  readonly how?: readonly string[]
  /** The specialised unit of the person, which reads requests shared with it. */
  readonly unit?: SpecialUnit
  /** Development sign-in: no identity is checked. */
  readonly development?: true
}

/** The response of `POST /v1/requests/ID/commands` after the ledger has decided. */
export interface CommandOutcome {
  readonly commandId: string
  /**
   * `proposed`: another person must approve with the same command and data. `pending`: the ledger did not decide in time;
   * the command is stored and will be decided.
   */
  readonly outcome: 'applied' | 'proposed' | 'pending'
  readonly view?: RequestView
}

/** The response of `GET /v1/requests/counts`, for the reader's country. */
export interface RequestCounts {
  readonly byPhase: Readonly<Record<Phase, number>>
  /** Requests by their earliest deadline that needs an action: overdue, due in the next 4 h, due in the next 24 h. */
  readonly deadlines: { readonly passed: number; readonly within4h: number; readonly within24h: number }
  /** Open proposals of its officers. */
  readonly proposals: number
  /**
   * Present while this desk lags: it shows the ledger as of this instant. A number of missing records would reveal how
   * many requests other countries have (V16).
   */
  readonly shownUntil?: string
  readonly asOf: string
}

/**
 * What another person can approve: a command that needs dual approval, with the same data, or a verification, which
 * has no data.
 */
export type ProposedCommand = DualApprovalCommand | 'ApproveVerification'

/** An open proposal of a person of the reader's country. */
export interface ProposalView
  extends Pick<RequestView, 'requestId' | 'caseReference' | 'requestingCountry' | 'beneficiaryCountry' | 'amounts'> {
  /** To approve, another person of the same member role gives this command with this `data`. */
  readonly command: ProposedCommand
  readonly sequence: number
  readonly proposedBy: string
  readonly at: string
  readonly data: unknown
  /** The earliest deadline that needs an action on the request. */
  readonly nextDeadline?: Deadline
  /** Whether the reader can approve it. */
  readonly maySecond: boolean
  readonly whyNot?: Pick<Refusal, 'code' | 'message'>
}

/** The response of `GET /v1/proposals`. No `nextCursor` on the last page. */
export interface ProposalPage {
  /** Oldest first. */
  readonly proposals: readonly ProposalView[]
  readonly nextCursor?: string
}

/**
 * An open proposal with its data. Another person of the same member role approves by giving the command with this
 * `data`.
 */
export interface ProposalToApprove {
  readonly sequence: number
  readonly proposedBy: string
  readonly at: string
  readonly data: unknown
}

/**
 * Whether the caller may give a command in the current state, or the refusal's code and message. The data of the
 * command is not checked.
 */
export type ActionView = {
  readonly command: CommandKind
  /** The address of the JSON Schema of its data, such as `urn:holdfast:schema:command:v1#/oneOf/10/properties/data`. */
  readonly schema: string
} & (
  | {
      readonly may: true
      /** Whether the command needs dual approval (V17). */
      readonly needsApproval: boolean
      /** An open proposal of another person that the caller may approve. */
      readonly second?: ProposalToApprove
    }
  | ({ readonly may: false } & Pick<Refusal, 'code' | 'message'>)
)

/** The response of `GET /v1/requests/ID/actions`: every command of members, in the order of a request's life. */
export interface ActionList {
  /** The sequence of the request that this is based on. A later fact may change it. */
  readonly sequence: number
  readonly actions: readonly ActionView[]
}

/** A projection that is being rebuilt. */
export interface ProjectionRebuild {
  readonly startedAt: string
  /** The number of ledger records that it has read, and the total. */
  readonly read: number
  readonly records: number
}

/** The response of `GET /v1/view`, for one desk. */
export interface ProjectionStatus {
  /** The version of the projection's code. At start, the desk rebuilds a projection of another version. */
  readonly version: number
  /** Ledger records that the current projection has not read yet. */
  readonly behind: number
  readonly facts: number
  readonly building?: ProjectionRebuild
}

/** A country that can receive requests, and the regional bodies of police chiefs that it belongs to. */
export interface ListedCountry {
  readonly country: string
  readonly name?: string
  readonly regions: readonly string[]
}

/** The response of `GET /v1/countries/CC`: the calendar by which deadlines are counted there. */
export interface CountryView extends ListedCountry {
  /** IANA, such as `Asia/Singapore`. */
  readonly timeZone: string
  /** Monday is 1. */
  readonly weekend: readonly number[]
  /**
   * Public holidays of the next twelve months, earliest first, as far as known. Compensated working days are left out.
   * Names are in English where the source has it. A holiday from the profile file alone has no name.
   */
  readonly holidays: ReadonlyArray<{ readonly date: string; readonly name: string; readonly from?: 'profileFile' }>
  /** The source of the calendar and its limits: in English, and as codes. */
  readonly source: string
  readonly sources?: readonly CalendarSource[]
}

/**
 * The sources of a country's calendar: time zones from the IANA database, public holidays from date-holidays or none,
 * and days of the profile file.
 */
export type CalendarSource = 'timeZoneOfCapital' | 'publicHolidays' | 'noPublicHolidays' | 'profileFile'
