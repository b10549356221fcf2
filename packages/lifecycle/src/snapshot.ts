import {
  chainStart,
  type Fact,
  type FactKind,
  factKindOf,
  isKnownFact,
  isNext,
  type Share,
  storedActor,
  type UnknownFact,
} from '@holdfast/schemas'
import { type Causes, causesOf, listOf, withCause } from './causes.ts'
import type { RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { type HistoryQuotaUsed, historyQuotaUsedAfter } from './history-quota-used.ts'
import { noRefusals, type Refusals } from './refusal-budgets.ts'
import { sharedAfter } from './shares-after.ts'
import { initialState, restored, type StatechartSnapshot, transition } from './transition.ts'

/** A request as its facts have made it: the statechart's state, and where its history stands. */
export interface RequestSnapshot {
  readonly requestId: string
  readonly state: StatechartSnapshot
  /** The sequence number of the last accepted fact; 0 before the first. */
  readonly sequence: number
  /** The hash of the last accepted fact. */
  readonly hash: string
  /** The command that caused each fact: one that is in here is not applied again. */
  readonly causes: Causes
  /** What was refused beside it. */
  readonly refusals: Refusals
  /** How much of a long history's last room each side has used. */
  readonly roomUsed: HistoryQuotaUsed
  /** Who may see it beside its parties. */
  readonly sharedWith: readonly Share[]
  readonly openedAt: string
  readonly updatedAt: string
}

/** Kinds that are written down without changing the state. */
const recordOnly: ReadonlySet<FactKind> = new Set([
  'OrderUndelivered',
  'RequestShared',
  'ShareWithdrawn',
  'KeysDestroyed',
  'DestructionConfirmed',
])

/** Whether a fact of this kind leaves the state as it is. */
export const isRecordOnly = (kind: FactKind): boolean => recordOnly.has(kind)

const before = (requestId: string, time: string): RequestSnapshot => ({
  requestId,
  state: initialState,
  sequence: 0,
  hash: chainStart,
  causes: causesOf([]),
  refusals: noRefusals,
  roomUsed: {},
  sharedWith: [],
  openedAt: time,
  updatedAt: time,
})

/** Thrown for the next fact of a request that is of a kind which this version does not know and which is not said to change nothing. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError'
  /** The type of the fact. */
  readonly type: string
  constructor({ type, subject, sequence }: UnknownFact) {
    super(`fact ${sequence} of ${subject} is of a kind that this version does not know: ${type.slice(0, 100)}`)
    this.type = type
  }
}

/**
 * One step of the fold. A fact that is not the next one leaves the snapshot as it is; one of an unknown kind that is not critical counts and changes no state.
 * Throws UnknownKindError for one that is.
 */
export function evolve(
  snapshot: RequestSnapshot | undefined,
  fact: Fact | UnknownFact,
): { accepted: boolean; snapshot: RequestSnapshot | undefined } {
  if (!isNext(snapshot, fact)) return { accepted: false, snapshot }
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

/** The fold of a fact that has just been decided on this snapshot, for who decided it and knows the state that it leads to: a transition is the dearest part of either. */
export const advance = (snapshot: RequestSnapshot | undefined, fact: Fact, state: StatechartSnapshot): RequestSnapshot =>
  advanced(snapshot ?? before(fact.subject, fact.time), fact, state)

const advanced = (last: RequestSnapshot, fact: Fact | UnknownFact, state: StatechartSnapshot): RequestSnapshot => ({
  requestId: fact.subject,
  state,
  sequence: fact.sequence,
  hash: fact.hash,
  causes: withCause(last.causes, fact.causationid),
  refusals: last.refusals,
  roomUsed: historyQuotaUsedAfter(last.roomUsed, fact),
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

/** Reads what `serializeSnapshot` wrote. Throws on one of a statechart that had other states: it must be folded again. Snapshots of two versions of the code lie in places of their own. */
export function parseSnapshot(text: string): RequestSnapshot {
  const { value, context, causes, ...rest } = JSON.parse(text) as Stored
  return { ...rest, causes: causesOf(causes), state: restored({ value, context }) }
}
