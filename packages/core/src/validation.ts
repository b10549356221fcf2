import type { LedgerFact } from '@holdfast/schemas'
import type { Verdict } from './rules-engine.ts'

/** What one country may request once at a time, such as to stop one payment. */
export interface Claim {
  /** Equal for equal claims. It neither reveals what is claimed nor allows guesses. */
  readonly key: string
  /** Claims of several countries are linked, and never exclude each other. */
  readonly country: string
}

/** Who holds the claim of a request. */
export interface ClaimHolder {
  /** The request that holds the claim in its country: this one, unless there was one before. */
  readonly representative: string
  /** The first request of another country with the same claim. */
  readonly linkedTo?: string | undefined
}

/** Finds what is known of another request; undefined if there is none with this id. */
export type FindKnown<Known> = (requestId: string) => Promise<Known | undefined>

/** A keyed digest of a text of this kind, the same for every service of an engine. */
export type KeyedDigest = (kind: string, text: string) => string

/** A request under assessment. */
export interface Assessed<Document, Known, Profiles, Related> {
  readonly requestId: string
  readonly document: Document
  readonly known: Known
  /** The time of the fact and not of a clock, so that a repeat has the same verdict. */
  readonly at: Date
  readonly profiles: Profiles
  readonly related: Related
  /** Undefined without a claim. */
  readonly claim: ClaimHolder | undefined
  readonly find: FindKnown<Known>
}

/** The verdict on a request, and the command that reports it. */
export interface Reported {
  readonly verdict: Verdict
  readonly command: string
  readonly data: object
}

/**
 * How a workflow's documents are assessed. Documents are encrypted at rest, so the state of a request keeps only what is
 * `Known`: its claim, and what the rules for other requests need. It is stored as JSON.
 */
export interface Validation<Document = unknown, Known = unknown, Profiles = unknown, Related = unknown> {
  /** Whether the request is assessed after this fact: by its document, or by the latest one. */
  isToBeAssessed(fact: LedgerFact): boolean
  /** Whether a fact is the result of an assessment, and the request keeps its claim. */
  keepsClaim(fact: LedgerFact): boolean
  knownAfter(before: Known | undefined, fact: LedgerFact, document: Document, digestOf: KeyedDigest): Known
  /** Undefined if the request excludes no other one. */
  claimOf(known: Known): Claim | undefined
  /** What the rules need of other requests. It is read before the claim is made: then, one that was not found does not exist. */
  relatedTo(document: Document, find: FindKnown<Known>): Promise<Related>
  assess(assessed: Assessed<Document, Known, Profiles, Related>): Promise<Reported>
}
