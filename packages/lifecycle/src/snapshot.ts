import {
  type Causes,
  causesOf,
  type HistoryQuotaUsed,
  historyQuotaUsedAfter,
  listOf,
  noRefusals,
  type Refusals,
  withCause,
} from '@holdfast/core'
import {
  chainStart,
  type Fact,
  type FactKind,
  factDefinitionOf,
  factKindOf,
  isKnownFact,
  isNextFact,
  type Share,
  storedActor,
  type UnknownFact,
} from '@holdfast/schemas'
import type { RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { sharedAfter } from './shares-after.ts'
import { initialState, restored, type StatechartSnapshot, transition } from './transition.ts'

/** A request after its facts: the state of the statechart, and the position in the history. */
export interface RequestSnapshot {
  readonly requestId: string
  readonly state: StatechartSnapshot
  /** The sequence of the last accepted fact; 0 before the first. */
  readonly sequence: number
  /** The hash of the last accepted fact. */
  readonly hash: string
  /** The command that caused each fact. A command that is in here is not applied again. */
  readonly causes: Causes
  /** The refused commands. */
  readonly refusals: Refusals
  /** The used history quota of each member role. */
  readonly historyQuotaUsed: HistoryQuotaUsed
  /** Units that can read it in addition to its parties. */
  readonly sharedWith: readonly Share[]
  readonly openedAt: string
  readonly updatedAt: string
}

/** Whether a fact of this kind leaves the state unchanged. */
export const isRecordOnly = (kind: FactKind): boolean => factDefinitionOf(kind)?.isRecordOnly === true

const before = (requestId: string, time: string): RequestSnapshot => ({
  requestId,
  state: initialState,
  sequence: 0,
  hash: chainStart,
  causes: causesOf([]),
  refusals: noRefusals,
  historyQuotaUsed: {},
  sharedWith: [],
  openedAt: time,
  updatedAt: time,
})

/** Thrown for the next fact of a request if its kind is unknown to this version and critical. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError'
  /** The type of the fact. */
  readonly type: string
  constructor({ type, subject, sequence }: UnknownFact) {
    super(`fact ${sequence} of ${subject} has a kind that this version does not know: ${type.slice(0, 100)}`)
    this.type = type
  }
}

/**
 * Evolves a request by one fact. A fact that is not the next one leaves the snapshot unchanged. An unknown kind that is not
 * critical counts, but changes no state. Throws UnknownKindError for an unknown critical kind.
 */
export function evolve(
  snapshot: RequestSnapshot | undefined,
  fact: Fact | UnknownFact,
): { accepted: boolean; snapshot: RequestSnapshot | undefined } {
  if (!isNextFact(snapshot, fact)) return { accepted: false, snapshot }
  const last = snapshot ?? before(fact.subject, fact.time)
  if (!isKnownFact(fact)) {
    if (fact.critical !== false || !snapshot) throw new UnknownKindError(fact)
    return { accepted: true, snapshot: advanced(last, fact, last.state) }
  }
  const kind = factKindOf(fact)
  const { actor, actorproof } = storedActor(fact)
  const state = isRecordOnly(kind)
    ? last.state
    : transition(last.state, {
        type: kind,
        data: fact.data,
        actor,
        proof: actorproof,
        time: fact.time,
        sequence: fact.sequence,
      } as StatechartEvent)
  return { accepted: true, snapshot: advanced(last, fact, state) }
}

/**
 * Evolves a request by a fact that was just decided on it, with its known next state. This avoids a second transition,
 * the most expensive part.
 */
export const advance = (snapshot: RequestSnapshot | undefined, fact: Fact, state: StatechartSnapshot): RequestSnapshot =>
  advanced(snapshot ?? before(fact.subject, fact.time), fact, state)

const advanced = (last: RequestSnapshot, fact: Fact | UnknownFact, state: StatechartSnapshot): RequestSnapshot => ({
  requestId: fact.subject,
  state,
  sequence: fact.sequence,
  hash: fact.hash,
  causes: withCause(last.causes, fact.causationid),
  refusals: last.refusals,
  historyQuotaUsed: historyQuotaUsedAfter(last.historyQuotaUsed, fact),
  sharedWith: sharedAfter(last.sharedWith, fact),
  openedAt: last.openedAt,
  updatedAt: fact.time,
})

interface Stored extends Omit<RequestSnapshot, 'state' | 'causes'> {
  readonly causes: readonly string[]
  readonly value: StatechartSnapshot['value']
  readonly context: RequestContext
}

export function serializeSnapshot(snapshot: RequestSnapshot): string {
  const { state, causes, ...rest } = snapshot
  return JSON.stringify({ ...rest, causes: listOf(causes), value: state.value, context: state.context } satisfies Stored)
}

/**
 * Parses what `serializeSnapshot` wrote. Throws if the state no longer exists in the statechart; then the request has
 * to be rebuilt. Snapshots of different code versions are stored separately.
 */
export function parseSnapshot(text: string): RequestSnapshot {
  const { value, context, causes, ...rest } = JSON.parse(text) as Stored
  return { ...rest, causes: causesOf(causes), state: restored({ value, context }) }
}
