import type { FoldDefinition } from '@holdfast/folds'
import { UnknownKindError } from '@holdfast/lifecycle'
import {
  blindIndexNames,
  destinationIn,
  documentOf,
  type Fact,
  isFact,
  isKnownFact,
  isNext,
  isNextRefusal,
  legalBasisIndexIn,
  type Position,
  paymentIndexIn,
  paymentKeyOf,
  type UnknownFact,
} from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'

/** What validation remembers of a request. */
export interface RequestState extends Position {
  /**
   * `undecided`: its latest document waits for what follows from its assessment. `standing`: that was told to the ledger, and it was no duplicate.
   * `ended`: its payment can be asked for again.
   */
  readonly standing: 'undecided' | 'standing' | 'ended'
  readonly requestingCountry: string
  /** A mark of the payment that its latest document is about: who has it can neither read nor try by it which one that is. */
  readonly paymentKey: string
  /** Where its latest document lies in the ledger partition. */
  readonly documentAt: number
  /** 0 for the first request of a case. */
  readonly hop: number
  readonly parentId: string | null
  /** Where the money was before, from the first account on: known of a child that the engine opened. */
  readonly lineage: readonly string[]
  /** Where it was followed to with this request. */
  readonly place: string
  readonly deniedTo: readonly string[]
  readonly caseReference: string
  /** A mark of the legal basis of its latest document. */
  readonly law: string
}

export const createRequestFold = (secret: EngineSecret): FoldDefinition<RequestState> => ({
  fold(state, fact, offset) {
    if (!isNext(state, fact)) return { accepted: false, state }
    if (!isKnownFact(fact)) return { accepted: true, state: passedOver(state, fact) }
    const documented = stateOf(state, fact, offset, secret)
    if (!documented) throw new Error(`${fact.subject} begins without a document`)
    return { accepted: true, state: { ...documented, sequence: fact.sequence, hash: fact.hash, standing: standingAfter(state, fact) } }
  },
  foldRefusal(state, refused) {
    if (!state || !isNextRefusal(state, refused)) return { accepted: false, state }
    return { accepted: true, state: { ...state, refusals: { commands: [...state.refusals.commands, refused.causationid] } } }
  },
  serialize: state => JSON.stringify(state),
  parse: parseState,
})

export const parseState = (text: string): RequestState => JSON.parse(text) as RequestState

/** What a kind that is not known says is not assessed, and where it is critical it may bring a document. */
function passedOver(state: RequestState | undefined, fact: UnknownFact): RequestState {
  if (!state || fact.critical !== false) throw new UnknownKindError(fact)
  return { ...state, sequence: fact.sequence, hash: fact.hash }
}

/** Whether the request has to be assessed after this fact. An answer in words is for the officer who asked, and says nothing to a rule. */
export const isToBeAssessed = (fact: Fact): boolean => documentOf(fact) !== undefined || isFact(fact, 'RequestReopened')

function stateOf(before: RequestState | undefined, fact: Fact, offset: number, secret: EngineSecret): RequestState | undefined {
  const request = documentOf(fact)
  if (!request) return before
  return {
    sequence: fact.sequence,
    hash: fact.hash,
    refusals: before?.refusals ?? { commands: [] },
    standing: 'undecided',
    requestingCountry: request.requestingCountry,
    paymentKey: paymentIndexIn(fact.data) ?? keyedDigestOf(secret, blindIndexNames.payment, paymentKeyOf(request)),
    documentAt: offset,
    hop: request.parent?.hop ?? 0,
    parentId: request.parent?.requestId ?? null,
    lineage: isFact(fact, 'RequestOpened') ? (fact.data.lineage ?? []) : (before?.lineage ?? []),
    place: destinationIn(request, fact.data),
    deniedTo: request.handling.deniedTo ?? [],
    caseReference: request.caseReference,
    law: legalBasisIndexIn(fact.data) ?? keyedDigestOf(secret, blindIndexNames.law, request.offence.legalBasis),
  }
}

function standingAfter(before: RequestState | undefined, fact: Fact): RequestState['standing'] {
  if (fact.phase === 'closed' || fact.phase === 'recovered') return 'ended'
  if (isToBeAssessed(fact)) return 'undecided'
  // What an assessment leads to, when it finds no duplicate. Officers ask only in a review, after it.
  if (isFact(fact, 'RequestVerified') || isFact(fact, 'ReviewRequested') || isFact(fact, 'InformationRequested')) return 'standing'
  return before?.standing ?? 'undecided'
}
