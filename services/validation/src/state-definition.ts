import { UnknownKindError, type Workflow } from '@holdfast/core'
import type { StateDefinition } from '@holdfast/request-state'
import { isNextFact, isNextRefusal, type LedgerFact, type Position } from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'

/** The state of a request in validation. */
export interface RequestState<Known = unknown> extends Position {
  /**
   * `undecided`: the latest document waits for the result of its assessment. `standing`: the ledger has the result, and
   * it was no duplicate. `ended`: another request may make its claim.
   */
  readonly assessment: 'undecided' | 'standing' | 'ended'
  /** The offset of the latest document in the ledger partition. */
  readonly documentAt: number
  /** By the latest document. */
  readonly known: Known
}

type Assessing = Pick<Workflow, 'documentOf' | 'finalPhases' | 'isKnownFact' | 'validation'>

export const createStateDefinition = (workflow: Assessing, secret: EngineSecret): StateDefinition<RequestState> => ({
  evolve(state, fact, offset) {
    if (!isNextFact(state, fact)) return { accepted: false, state }
    if (!workflow.isKnownFact(fact.type)) return { accepted: true, state: skipUnknown(state, fact) }
    const documented = documentedAfter(workflow, state, fact, offset, secret)
    if (!documented) throw new Error(`${fact.subject} starts without a document`)
    const assessment = assessmentAfter(workflow, state, fact)
    return { accepted: true, state: { ...documented, sequence: fact.sequence, hash: fact.hash, assessment } }
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
function skipUnknown(state: RequestState | undefined, fact: LedgerFact): RequestState {
  if (!state || fact.critical !== false) throw new UnknownKindError(fact)
  return { ...state, sequence: fact.sequence, hash: fact.hash }
}

function documentedAfter(
  { documentOf, validation }: Assessing,
  before: RequestState | undefined,
  fact: LedgerFact,
  offset: number,
  secret: EngineSecret,
): RequestState | undefined {
  const document = documentOf(fact)
  if (document === undefined) return before
  return {
    sequence: fact.sequence,
    hash: fact.hash,
    refusals: before?.refusals ?? { commands: [] },
    assessment: 'undecided',
    documentAt: offset,
    known: validation.knownAfter(before?.known, fact, document, (kind, text) => keyedDigestOf(secret, kind, text)),
  }
}

function assessmentAfter(
  { finalPhases, validation }: Assessing,
  before: RequestState | undefined,
  fact: LedgerFact,
): RequestState['assessment'] {
  if (finalPhases.includes(fact.phase)) return 'ended'
  if (validation.isToBeAssessed(fact)) return 'undecided'
  return validation.keepsClaim(fact) ? 'standing' : (before?.assessment ?? 'undecided')
}
