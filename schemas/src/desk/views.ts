import type { MemberActor } from '../actors/actor.ts'
import type { Phase } from '../cloud-event.ts'
import type { ChildlessReason, RejectionCode } from '../codes.ts'
import type { RecordKind } from '../ledger/ledger-records.ts'
import type { RefusedCommand } from '../ledger/refused-commands.ts'
import type { Money } from '../money.ts'
import type { AlertCode, AlertText } from '../orders/alerts.ts'
import type { CommandKind, DualApprovalCommand } from '../requests/commands.ts'
import type { Deadline } from '../requests/deadlines.ts'
import type { Fact } from '../requests/facts.ts'
import type { OutcomeReport } from '../requests/outcomes.ts'
import type { Refusal } from '../requests/refusals.ts'
import type { Share, SpecialUnit } from '../requests/sharing.ts'

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
  readonly command: DualApprovalCommand
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
  /** The document keeps it from the country that it is addressed to (V16), which sees nothing of it until that is corrected. */
  readonly keptFromAddressee?: true
  /** Who sees it beside its parties; left out where nobody does. */
  readonly sharedWith?: readonly Share[]
}

/** What a list of requests is sorted by: newest first, earliest deadline first, last changed first, largest first within one currency. */
export const listSorts = ['opened', 'deadline', 'updated', 'amount'] as const
export type ListSort = (typeof listSorts)[number]

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
  /** Oldest first; without `after` it ends with the newest. */
  readonly history: Fact[]
  /** There are earlier facts: `GET /v1/requests/ID/history?after=`. */
  readonly nextCursor?: string
}

/** What `GET /v1/requests/ID` answers: the request with the newest page of its history. */
export interface RequestWithHistory extends HistoryPage {
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

/**
 * A fact that somebody of the reader's country has to look at, with the reason by its code and in words. `CommandRefused` is an answer that came too late, after the fact with this
 * sequence. An older desk gives no code.
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
  /** Of the lists of work alone: who of the reader's country has said first that it is seen to, and when. */
  readonly acknowledged?: { readonly by: string; readonly at: string }
}

/** What `GET /v1/alerts` answers. `nextCursor` is there also when nothing is left. */
export interface AlertPage {
  /** Newest last. */
  readonly alerts: readonly AlertView[]
  readonly nextCursor: string
}

/** Who is signed in: somebody of a country, or one of those who run the engine, who is of none. */
type SignedInSide = Pick<MemberActor, 'country' | 'role'> | { readonly country?: undefined; readonly role: 'operator' }

/** What `GET /v1/session` answers: who is signed in, by a session of the page or by a token. Times are instants in UTC. */
export type SessionView = SignedInSide & SessionTimes

interface SessionTimes {
  readonly person: string
  /** By the clock of the engine. */
  readonly now: string
  readonly endsAt: string
  /** Of a session: when the person last proved who it is, and how, by the words of its provider (RFC 8176). */
  readonly signedInAt?: string
  readonly how?: readonly string[]
  /** The specialised unit of its country that the person is of: it reads what is shared with that unit. */
  readonly unit?: SpecialUnit
  /** Anybody can sign in as anybody here. */
  readonly development?: true
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

/** What `GET /v1/requests/counts` answers, of the reader's country. */
export interface RequestCounts {
  readonly byPhase: Readonly<Record<Phase, number>>
  /** Requests by the earliest deadline by which somebody has to act: those that have passed it, those that have it in the next 4 h, and in the next 24 h. */
  readonly deadlines: { readonly passed: number; readonly within4h: number; readonly within24h: number }
  /** What its persons have proposed and nobody has agreed to yet. */
  readonly proposals: number
  /** There where this desk has still to read: what the ledger had at this instant is shown, and not all that came since. How much that is would say how much other countries have (V16). */
  readonly shownUntil?: string
  readonly asOf: string
}

/** What a second person may agree to: a joint command in the first one's words, or a verification, which needs none. */
export type ProposedCommand = DualApprovalCommand | 'ApproveVerification'

/** What a person of the reader's country has proposed and nobody has agreed to yet. */
export interface ProposalView
  extends Pick<RequestView, 'requestId' | 'caseReference' | 'requestingCountry' | 'beneficiaryCountry' | 'amounts'> {
  /** Another person of the same side gives this command with this `data`, and it is done. */
  readonly command: ProposedCommand
  readonly sequence: number
  readonly proposedBy: string
  readonly at: string
  readonly data: unknown
  /** The earliest by which somebody has to act on the request. */
  readonly nextDeadline?: Deadline
  /** Whether the reader may be that other person. */
  readonly maySecond: boolean
  readonly whyNot?: Pick<Refusal, 'code' | 'message'>
}

/** What `GET /v1/proposals` answers. No `nextCursor` on the last page. */
export interface ProposalPage {
  /** Oldest first. */
  readonly proposals: readonly ProposalView[]
  readonly nextCursor?: string
}

/** What a first person proposed, in its own words: a second one of its side who gives the command with this `data` does it. */
export interface ProposalToApprove {
  readonly sequence: number
  readonly proposedBy: string
  readonly at: string
  readonly data: unknown
}

/** Whether the caller may give a command on a request as it stands, and with the refusal's own words why not. What it may still be refused for is its data. */
export type ActionView = {
  readonly command: CommandKind
  /** Where the JSON Schema of its data stands, such as `urn:holdfast:schema:command:v1#/oneOf/10/properties/data`. */
  readonly schema: string
} & (
  | {
      readonly may: true
      /** Two persons have to give it in the same words (V17). */
      readonly joint: boolean
      /** There where somebody else has proposed it and the caller may agree. */
      readonly second?: ProposalToApprove
    }
  | ({ readonly may: false } & Pick<Refusal, 'code' | 'message'>)
)

/** What `GET /v1/requests/ID/actions` answers: every command that members give, in the order of a request's life. */
export interface ActionList {
  /** Of the request that this was judged on: a later fact may change it. */
  readonly sequence: number
  readonly actions: readonly ActionView[]
}

/** A view that is being made from nothing. */
export interface ProjectionRebuild {
  readonly startedAt: string
  /** Records of the ledger that it has read, of so many. */
  readonly read: number
  readonly records: number
}

/** What `GET /v1/view` answers, of one desk. */
export interface ProjectionStatus {
  /** Of the code and what it makes of the ledger: a view of another version is made from nothing at the start. */
  readonly version: number
  /** Records of the ledger that the view in use has still to read. */
  readonly behind: number
  readonly facts: number
  readonly building?: ProjectionRebuild
}

/** A country that requests can be sent to, and the regional bodies of police chiefs that it is in. */
export interface ListedCountry {
  readonly country: string
  readonly name?: string
  readonly regions: readonly string[]
}

/** What `GET /v1/countries/CC` answers: by which clocks and on which days a country works, as deadlines are counted there. */
export interface CountryView extends ListedCountry {
  /** IANA, such as `Asia/Singapore`. */
  readonly timeZone: string
  /** Monday is 1. */
  readonly weekend: readonly number[]
  /**
   * Of the next twelve months, earliest first, as far as they are known; days that are worked all the same are left out. Names are English where they are known in it; of a day that is off by the
   * profile file alone nobody has said one.
   */
  readonly holidays: ReadonlyArray<{ readonly date: string; readonly name: string; readonly from?: 'profileFile' }>
  /** From where this is known, and how far it goes: in English, and by the codes of what it consists of. */
  readonly source: string
  readonly sources?: readonly CalendarSource[]
}

/** From where the calendar of a country is known: time zones by the IANA database, public holidays by date-holidays or not at all, and days of the profile file. */
export type CalendarSource = 'timeZoneOfCapital' | 'publicHolidays' | 'noPublicHolidays' | 'profileFile'
