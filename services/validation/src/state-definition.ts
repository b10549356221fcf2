import { UnknownKindError } from '@holdfast/payment-stop/lifecycle'
import type { StateDefinition } from '@holdfast/request-state'
import {
  blindIndexNames,
  destinationIn,
  documentOf,
  type Fact,
  isFact,
  isKnownFact,
  isNextFact,
  isNextRefusal,
  legalBasisIndexIn,
  type Position,
  paymentIndexIn,
  paymentKeyOf,
  type UnknownFact,
} from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'

/** The state of a request in validation. */
export interface RequestState extends Position {
  /**
   * `undecided`: the latest document waits for the result of its assessment. `standing`: the ledger has the result, and
   * it was no duplicate. `ended`: another request may claim its payment.
   */
  readonly assessment: 'undecided' | 'standing' | 'ended'
  readonly requestingCountry: string
  /** Blind index of the payment in the latest document: it neither reveals the payment nor allows guesses. */
  readonly paymentKey: string
  /** The offset of the latest document in the ledger partition. */
  readonly documentAt: number
  /** 0 for the first request of a case. */
  readonly hop: number
  readonly parentId: string | null
  /** The earlier accounts of the money, from the first on; known for a child that the engine opened. */
  readonly lineage: readonly string[]
  /** The account that this request is about. */
  readonly account: string
  readonly deniedTo: readonly string[]
  readonly caseReference: string
  /** Blind index of the legal basis in the latest document. */
  readonly law: string
}

export const createStateDefinition = (secret: EngineSecret): StateDefinition<RequestState, Fact | UnknownFact> => ({
  evolve(state, fact, offset) {
    if (!isNextFact(state, fact)) return { accepted: false, state }
    if (!isKnownFact(fact)) return { accepted: true, state: skipUnknown(state, fact) }
    const documented = stateOf(state, fact, offset, secret)
    if (!documented) throw new Error(`${fact.subject} starts without a document`)
    return { accepted: true, state: { ...documented, sequence: fact.sequence, hash: fact.hash, assessment: standingAfter(state, fact) } }
  },
  evolveRefusal(state, refused) {
    if (!state || !isNextRefusal(state, refused)) return { accepted: false, state }
    return { accepted: true, state: { ...state, refusals: { commands: [...state.refusals.commands, refused.causationid] } } }
  },
  serialize: state => JSON.stringify(state),
  parse: parseState,
})

export const parseState = (text: string): RequestState => JSON.parse(text) as RequestState

/** A fact of an unknown kind is not assessed. A critical one may contain a document, so it throws. */
function skipUnknown(state: RequestState | undefined, fact: UnknownFact): RequestState {
  if (!state || fact.critical !== false) throw new UnknownKindError(fact)
  return { ...state, sequence: fact.sequence, hash: fact.hash }
}

/**
 * Whether the request must be assessed after this fact. Free-text answers are for the officer who asked, not for the
 * rules.
 */
export const isToBeAssessed = (fact: Fact): boolean => documentOf(fact) !== undefined || isFact(fact, 'RequestReopened')

function stateOf(before: RequestState | undefined, fact: Fact, offset: number, secret: EngineSecret): RequestState | undefined {
  const request = documentOf(fact)
  if (!request) return before
  return {
    sequence: fact.sequence,
    hash: fact.hash,
    refusals: before?.refusals ?? { commands: [] },
    assessment: 'undecided',
    requestingCountry: request.requestingCountry,
    paymentKey: paymentIndexIn(fact.data) ?? keyedDigestOf(secret, blindIndexNames.payment, paymentKeyOf(request)),
    documentAt: offset,
    hop: request.parent?.hop ?? 0,
    parentId: request.parent?.requestId ?? null,
    lineage: isFact(fact, 'RequestOpened') ? (fact.data.lineage ?? []) : (before?.lineage ?? []),
    account: destinationIn(request, fact.data),
    deniedTo: request.handling.deniedTo ?? [],
    caseReference: request.caseReference,
    law: legalBasisIndexIn(fact.data) ?? keyedDigestOf(secret, blindIndexNames.legalBasis, request.offence.legalBasis),
  }
}

function standingAfter(before: RequestState | undefined, fact: Fact): RequestState['assessment'] {
  if (fact.phase === 'closed' || fact.phase === 'recovered') return 'ended'
  if (isToBeAssessed(fact)) return 'undecided'
  // Results of an assessment without a duplicate. Officers ask questions only in a review, which comes later.
  if (isFact(fact, 'RequestVerified') || isFact(fact, 'ReviewRequested') || isFact(fact, 'InformationRequested')) return 'standing'
  return before?.assessment ?? 'undecided'
}
