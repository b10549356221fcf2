import type { MemberActor } from '../actors/actor.ts'
import type { LedgerFact } from '../event-types.ts'
import type { RefusedCommand } from '../ledger/refused-commands.ts'
import type { Refusal } from '../requests/refusals.ts'
import type { Share, SpecialUnit } from '../requests/sharing.ts'

/** A running deadline of a request. `about` tells two of one kind apart. */
export interface RunningDeadline {
  readonly kind: string
  /** ISO 8601. */
  readonly dueAt: string
  readonly about?: string | undefined
}

/** An open proposal (V17). The fact with this sequence has its data. */
export interface Proposal {
  readonly command: string
  readonly proposedBy: string
  readonly sequence: number
}

/** The current state of one request for a reader: what every workflow shows. */
export interface RequestView {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  /** The current states, the most specific first. */
  readonly states: readonly string[]
  readonly phase: string
  readonly sequence: number
  readonly openedAt: string
  readonly updatedAt: string
  /** Earliest first. */
  readonly deadlines: readonly RunningDeadline[]
  readonly parent?: { readonly requestId: string }
  /** Open proposals. Another person of the same member role approves by giving the same command with the same data. */
  readonly proposals: readonly Proposal[]
  /** Units that can read it in addition to its parties; absent if there are none. */
  readonly sharedWith?: readonly Share[]
}

/** The types of a workflow in the responses of the API. */
export interface ApiTypes {
  /** The response to an accepted document. */
  readonly receipt: object
  readonly view: RequestView
  readonly fact: LedgerFact
  /** A request that follows from the shown one. */
  readonly child: object
  /** The sums of a case, by group. */
  readonly sums: object
  readonly orders: object
  readonly alert: AlertView
  readonly proposal: ProposalView
  readonly command: string
}

/**
 * Sort orders of a list of requests: newest first, earliest deadline first, last changed first, largest first within
 * one currency.
 */
export const listSorts = ['opened', 'deadline', 'updated', 'amount'] as const
export type ListSort = (typeof listSorts)[number]

/** The response of `GET /v1/requests`. No `nextCursor` on the last page. */
export interface RequestList<T extends ApiTypes = ApiTypes> {
  readonly requests: readonly T['view'][]
  readonly nextCursor?: string
}

/** The response of `GET /v1/requests/ID/history`: at most 100 facts and about 1 MB, unless one fact alone is larger. */
export interface HistoryPage<T extends ApiTypes = ApiTypes> {
  /** Oldest first; without `after` it ends with the newest. */
  readonly history: T['fact'][]
  /** Present if there are earlier facts: `GET /v1/requests/ID/history?after=`. */
  readonly nextCursor?: string
}

/** The response of `GET /v1/requests/ID`: the request with the newest page of its history. */
export interface RequestWithHistory<T extends ApiTypes = ApiTypes> extends HistoryPage<T> {
  readonly request: T['view']
  readonly children: readonly T['child'][]
  /**
   * Refused commands of all parties, oldest first. They are not part of the history, and refusal budgets limit them.
   */
  readonly refusals: readonly RefusedCommand[]
}

/**
 * The response of `GET /v1/cases/COUNTRY/REFERENCE`: the requests of a case that the reader's country takes part in.
 */
export interface CaseView<T extends ApiTypes = ApiTypes> {
  readonly requestingCountry: string
  readonly caseReference: string
  /** Newest first. */
  readonly requests: readonly T['view'][]
  /** Absent if the case has more requests than are shown here. */
  readonly sums?: readonly T['sums'][]
}

/**
 * A fact that an officer of the reader's country has to look at, with the reason as a code and as text.
 * `CommandRefused` is an answer that came too late, after the fact with this sequence. An older desk sends no code.
 */
export interface AlertView {
  readonly requestId: string
  readonly caseReference: string
  readonly requestingCountry: string
  readonly fact: string
  readonly sequence: number
  readonly phase: string
  readonly time: string
  readonly code?: string
  /** The text of the code, in English. */
  readonly message: string
  /** The values in the text. */
  readonly parameters?: object
  /** Only in worklists: the first officer of the reader's country who acknowledged it, and when. */
  readonly acknowledged?: { readonly by: string; readonly at: string }
}

/** The response of `GET /v1/alerts`. `nextCursor` is always present, also on the last page. */
export interface AlertPage<T extends ApiTypes = ApiTypes> {
  /** Newest last. */
  readonly alerts: readonly T['alert'][]
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
export interface CommandOutcome<T extends ApiTypes = ApiTypes> {
  readonly commandId: string
  /**
   * `proposed`: another person must approve with the same command and data. `pending`: the ledger did not decide in time;
   * the command is stored and will be decided.
   */
  readonly outcome: 'applied' | 'proposed' | 'pending'
  readonly view?: T['view']
}

/** The response of `GET /v1/requests/counts`, for the reader's country. */
export interface RequestCounts<T extends ApiTypes = ApiTypes> {
  readonly byPhase: Readonly<Record<T['view']['phase'], number>>
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

/** An open proposal of a person of the reader's country. */
export interface ProposalView extends Pick<RequestView, 'requestId' | 'caseReference' | 'requestingCountry'> {
  /** To approve, another person of the same member role gives this command with this `data`. */
  readonly command: string
  readonly sequence: number
  readonly proposedBy: string
  readonly at: string
  readonly data: unknown
  /** The earliest deadline that needs an action on the request. */
  readonly nextDeadline?: RunningDeadline
  /** Whether the reader can approve it. */
  readonly maySecond: boolean
  readonly whyNot?: Pick<Refusal, 'code' | 'message'>
}

/** The response of `GET /v1/proposals`. No `nextCursor` on the last page. */
export interface ProposalPage<T extends ApiTypes = ApiTypes> {
  /** Oldest first. */
  readonly proposals: readonly T['proposal'][]
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
export type ActionView<T extends ApiTypes = ApiTypes> = {
  readonly command: T['command']
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
export interface ActionList<T extends ApiTypes = ApiTypes> {
  /** The sequence of the request that this is based on. A later fact may change it. */
  readonly sequence: number
  readonly actions: readonly ActionView<T>[]
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
