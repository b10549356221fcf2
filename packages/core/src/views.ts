import type { LedgerFact, Position, RefusedCommand, RunningDeadline, Share } from '@holdfast/schemas'
import type { AnyState, Snapshot } from './lifecycle.ts'
import type { Refusals } from './refusal-budgets.ts'

/** What every summary of a request has. */
export interface BasicSummary extends Position {
  readonly requestId: string
  readonly phase: string
  /** The country whose case it is. */
  readonly requestingCountry: string
  readonly caseReference: string
  /** The request that it follows from. */
  readonly parent: { readonly requestId: string } | null
  /** ISO 8601. */
  readonly openedAt: string
  readonly updatedAt: string
  readonly sharedWith: readonly Share[]
  /** Countries that the newest document denies access to. */
  readonly deniedTo: readonly string[]
  readonly refusals: Refusals
}

/** A country that reads a request as its party. */
export interface PartyAccess {
  readonly country: string
  /** Whether the request is kept from it for now. */
  readonly isDenied: boolean
}

/** A summary after one more record, and whether the record was accepted. */
export interface EvolvedSummary<Summary> {
  readonly accepted: boolean
  readonly summary: Summary | undefined
}

/** The terms by which the request of a fact is found, besides its id and its case. */
export interface SearchTerms {
  /** Names of persons and companies, as written. */
  readonly names: readonly string[]
  /** Numbers in their comparable form. */
  readonly numbers: readonly string[]
}

/** A recorded proposal, and the command by which another person approves it. */
export interface RecordedProposal {
  readonly sequence: number
  readonly command: string
}

/** Facts that wait for a person. */
export interface WaitingDecisions<Summary> {
  /** The command by which another person approves a proposal; undefined for a fact that proposes none. */
  approvalOf(fact: LedgerFact): string | undefined
  /** Whether a request may have open proposals. */
  mayHaveProposals(summary: Summary): boolean
  isOpen(summary: Summary, proposal: RecordedProposal): boolean
  /** Whether the alerts of a fact stay until it is decided on. */
  awaitsDecision(fact: LedgerFact): boolean
  /** The sequences of these facts that are not decided yet. */
  awaitedBy(summary: Summary): readonly number[]
}

/**
 * How readers see a request. Its types are those of the workflow. The summary is the state of a request for consumers that
 * decide nothing: only the ledger runs the statechart.
 */
export interface Views<State extends AnyState = AnyState, Summary extends BasicSummary = BasicSummary, View = object> {
  /** The summary that its facts would lead to. */
  summaryOf(snapshot: Snapshot<State>): Summary
  /** Evolves the summary of a request by one fact. A fact that is not the next one leaves it unchanged. */
  evolveSummary(before: Summary | undefined, fact: LedgerFact): EvolvedSummary<Summary>
  evolveSummaryByRefusal(before: Summary | undefined, refused: RefusedCommand): EvolvedSummary<Summary>
  viewOf(summary: Summary): View
  /** The parties, the requesting country first. */
  partiesOf(summary: Summary): readonly PartyAccess[]
  /** The running deadlines, the earliest first. */
  deadlinesOf(summary: Summary): readonly RunningDeadline[]
  /** By what requests are sorted apart from times, such as an amount within its currency; undefined without it. */
  rankOf?(summary: Summary): { readonly group: string; readonly rank: number } | undefined
  /** The alert of each country that must look at a fact or a refused command, without the case reference. */
  alertsOf(record: LedgerFact | RefusedCommand): ReadonlyMap<string, object>
  readonly decisions: WaitingDecisions<Summary>
  /** Whether the encrypted data of a fact has search terms. */
  isSearchable(fact: LedgerFact): boolean
  /** Its data may be decrypted. Nothing if it is encrypted. */
  searchTermsOf(fact: LedgerFact): SearchTerms
}

export const noSearchTerms: SearchTerms = { names: [], numbers: [] }
