import { chainStart, type Fact, type FactKind, factKindOf } from '@holdfast/schemas'
import { type AnyActorScope, createActor, type SnapshotFrom } from 'xstate'
import type { RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { noRefusals, type Refusals } from './refusal-budgets.ts'
import { type Shares, sharesAfter } from './shares.ts'
import { statechart } from './statechart.ts'

export type StatechartSnapshot = SnapshotFrom<typeof statechart>

/** A request as its facts have made it: the statechart's state, and where its history stands. */
export interface RequestSnapshot {
  readonly requestId: string
  readonly state: StatechartSnapshot
  /** The sequence number of the last accepted fact; 0 before the first. */
  readonly sequence: number
  /** The hash of the last accepted fact. */
  readonly hash: string
  /** The command that caused each fact, in order: a command that is in here is not applied again. */
  readonly causes: readonly string[]
  /** What was refused beside it. */
  readonly refusals: Refusals
  /** How much of a long history's last room each side has used. */
  readonly shares: Shares
  readonly openedAt: string
  readonly updatedAt: string
}

/**
 * `transition()` of XState builds an actor for each call (17–28 thousand a second); one inert scope for all calls gives the same snapshots
 * at 120–160 thousand. A property test holds the two against each other, and XState's version is pinned.
 */
const inert = createActor(statechart)
const scope: AnyActorScope = {
  self: inert,
  id: 'inert',
  sessionId: 'inert',
  logger: () => undefined,
  defer: () => undefined,
  system: inert.system,
  stopChild: () => undefined,
  emit: () => undefined,
  actionExecutor: () => undefined,
}

export const initialState: StatechartSnapshot = inert.getSnapshot()

/** The state after an event; the very same object when the statechart refuses it. */
export const transition = (state: StatechartSnapshot, event: StatechartEvent): StatechartSnapshot =>
  statechart.transition(state, event, scope) as StatechartSnapshot

/** Kinds that are written down without changing the state. */
const recordOnly: ReadonlySet<FactKind> = new Set(['CommandRefused', 'OrderUndelivered'])

export const isRecordOnly = (kind: FactKind): boolean => recordOnly.has(kind)

const before = (requestId: string, time: string): RequestSnapshot => ({
  requestId,
  state: initialState,
  sequence: 0,
  hash: chainStart,
  causes: [],
  refusals: noRefusals,
  shares: {},
  openedAt: time,
  updatedAt: time,
})

/** Where a request's history stands, for readers that need no more than that to tell accepted facts from noise. */
export interface Position {
  readonly sequence: number
  readonly hash: string
}

/**
 * The rule by which every reader, in log order, accepts a fact or drops it: it must be the next one and be built on the last accepted one.
 * A writer that lost its partition and wakes up late adds facts that fail this, so it can never change a history.
 * The hash matters beside the number: without it a late writer's second fact could follow another's first.
 */
export const isNext = (last: Position | undefined, fact: Pick<Fact, 'sequence' | 'prevhash'>): boolean =>
  last === undefined
    ? fact.sequence === 1 && fact.prevhash === chainStart
    : fact.sequence === last.sequence + 1 && fact.prevhash === last.hash

/** One step of the fold. A fact that is not the next one leaves the snapshot as it is. */
export function fold(snapshot: RequestSnapshot | undefined, fact: Fact): { accepted: boolean; snapshot: RequestSnapshot | undefined } {
  if (!isNext(snapshot, fact)) return { accepted: false, snapshot }
  const last = snapshot ?? before(fact.subject, fact.time)
  const kind = factKindOf(fact)
  const state = isRecordOnly(kind)
    ? last.state
    : transition(last.state, {
        type: kind,
        data: fact.data,
        actor: fact.actor,
        time: fact.time,
        sequence: fact.sequence,
      } as StatechartEvent)
  return { accepted: true, snapshot: advanced(last, fact, state) }
}

/** The fold of a fact that has just been decided on this snapshot, for who decided it and knows the state that it leads to: a transition is the dearest part of either. */
export const advance = (snapshot: RequestSnapshot | undefined, fact: Fact, state: StatechartSnapshot): RequestSnapshot =>
  advanced(snapshot ?? before(fact.subject, fact.time), fact, state)

const advanced = (last: RequestSnapshot, fact: Fact, state: StatechartSnapshot): RequestSnapshot => ({
  requestId: fact.subject,
  state,
  sequence: fact.sequence,
  hash: fact.hash,
  causes: [...last.causes, fact.causationid],
  refusals: last.refusals,
  shares: sharesAfter(last, { type: factKindOf(fact), actor: fact.actor }),
  openedAt: last.openedAt,
  updatedAt: fact.time,
})

/** To be raised with every change of the snapshot or its context: a snapshot of another version is folded again. */
const snapshotVersion = 4

interface Stored extends Omit<RequestSnapshot, 'state'> {
  readonly version: number
  readonly value: StatechartSnapshot['value']
  readonly context: RequestContext
}

export function serializeSnapshot(snapshot: RequestSnapshot): string {
  const { state, ...rest } = snapshot
  return JSON.stringify({ version: snapshotVersion, ...rest, value: state.value, context: state.context } satisfies Stored)
}

/** Reads what `serializeSnapshot` wrote. Throws when the snapshot is of another version, or of a statechart that had other states: it must be folded again. */
export function parseSnapshot(text: string): RequestSnapshot {
  const { version, value, context, ...rest } = JSON.parse(text) as Stored
  if (version !== snapshotVersion) throw new Error(`the snapshot is of version ${version}, not ${snapshotVersion}`)
  return { ...rest, state: statechart.resolveState({ value, context }) as StatechartSnapshot }
}
