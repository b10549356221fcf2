import type { Workflow } from '@holdfast/core'
import {
  type AppliedFact,
  discardTruncated,
  logStateFaults,
  openPartitionState,
  type PartitionParking,
  type PartitionState,
  truncationMessage,
} from '@holdfast/request-state'
import type { Logger } from '@holdfast/runtime'
import type { ClaimChange, ClaimIndex, OwnedClaims, SnapshotStore } from '@holdfast/stores'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { EngineSecret } from '@holdfast/trust'
import { undecidedAnswers } from './answered-before.ts'
import type { ClaimChanges } from './claim-changes.ts'
import { createStateDefinition, type RequestState } from './state-definition.ts'

export interface OpenPartitionOptions {
  readonly workflow: Workflow
  readonly changes: ClaimChanges
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly claims: ClaimIndex
  readonly parking: PartitionParking
  readonly secret: EngineSecret
  readonly log: Logger
  readonly partition: number
  /** The caller processes facts from this offset on. */
  readonly until: number
  readonly signal: AbortSignal
}

/** A ledger partition in validation, and its part of the index of claims, both at the same offset. */
export interface ValidatedPartition {
  readonly partitionState: PartitionState<RequestState>
  readonly claims: OwnedClaims
}

/**
 * One step of the index accepts 5,000 changes. Restoring uses smaller steps, so that it does not delay the claims of
 * other partitions.
 */
const changesMax = 1_000
/**
 * Facts after the last committed batch that a former owner may have answered: it commits each batch of 500 facts before
 * the next.
 */
const answeredMax = 2_000

/**
 * Opens a partition and restores its claims that the store has lost. Until that is done, no owner of any
 * partition can make a claim.
 *
 * The ledger has the results of assessments. For those that it has not decided yet, the commands of a former owner are
 * read.
 */
export async function openPartition(options: OpenPartitionOptions): Promise<ValidatedPartition> {
  const { workflow, changes, streams, store, parking, log, partition, until, signal } = options
  const claims = await own(options)
  const start = await restoringFrom(claims, store, partition)
  let restoredTo = start
  const undecided = new Map<string, { requestId: string; factId: string; offset: number; joins: ClaimChange[] }>()

  async function restore(all: readonly ClaimChange[], to: number, isLast: boolean): Promise<void> {
    for (let first = 0; first === 0 || first < all.length; first += changesMax) {
      const slice = all.slice(first, first + changesMax)
      await claims.restore({ from: restoredTo, to, changes: slice, isLast: isLast && first + changesMax >= all.length })
      restoredTo = to
    }
  }

  function trackUndecided({ fact, offset, state }: AppliedFact<RequestState>): void {
    if (state.assessment !== 'undecided') undecided.delete(fact.subject)
    else if (workflow.validation.isToBeAssessed(fact))
      undecided.set(fact.subject, { requestId: fact.subject, factId: fact.id, offset, joins: changes.joinOf({ fact, state }) })
  }

  async function restorePast(accepted: ReadonlyArray<AppliedFact<RequestState>>): Promise<void> {
    const lost = accepted.filter(({ offset }) => offset >= (start ?? 0))
    const last = lost.at(-1)
    if (!last) return
    lost.forEach(trackUndecided)
    await restore(lost.flatMap(changes.restoredBy), last.offset + 1, false)
  }

  const partitionState = await openPartitionState({
    ...createStateDefinition(workflow, options.secret),
    workflow,
    streams,
    store,
    parking,
    partition,
    until,
    signal,
    onCaughtUp: restorePast,
    ...logStateFaults(log, partition, 'The requests were rebuilt from the ledger'),
  })
  const isUnchanged = start !== undefined && restoredTo === start
  if (claims.found.state === 'complete' && isUnchanged) return { partitionState, claims }

  const uncommitted = await readUncommitted(partitionState, options)
  uncommitted.forEach(trackUndecided)
  const answered = await undecidedAnswers({ streams, workflow }, partition, [...undecided.values()])
  const joins = [
    ...uncommitted.flatMap(changes.restoredBy).filter(({ kind }) => kind === 'join'),
    ...answered.flatMap(({ joins }) => joins),
  ]
  await restore(joins, Math.max(partitionState.position, restoredTo ?? 0), true)
  log.info({ partition, position: partitionState.position, readBack: answered.length }, 'The claims of the partition are complete')
  return { partitionState, claims }
}

async function own(options: OpenPartitionOptions): Promise<OwnedClaims> {
  const { workflow, streams, claims, partition, log } = options
  const ledger = workflow.topics.ledger.name
  const lost = await discardTruncated(options)
  if (lost) {
    // Without this, the claim of a lost request would make each new request with it a duplicate.
    log.warn({ partition, ...lost }, truncationMessage)
    await claims.clear()
  }
  const partitions = await streams.partitionCount(ledger)
  const owned = await claims.own(partition, partitions)
  if (owned.found.state === 'unknown' || owned.found.position <= (await streams.endOffset(ledger, partition))) return owned
  log.warn({ partition }, 'The claims belonged to another ledger; restoring them from this one')
  await claims.clear()
  return claims.own(partition, partitions)
}

/**
 * The offset from which facts are missing in the index; undefined if all are missing, and the state is rebuilt from the
 * start.
 */
async function restoringFrom({ found }: OwnedClaims, store: SnapshotStore, partition: number): Promise<number | undefined> {
  if (found.state !== 'unknown') {
    // The state may be ahead even of a complete index: a stale owner could still save, and its step of the index was
    // refused.
    const { snapshotOffset = 0 } = await store.load(partition, [])
    if (snapshotOffset <= found.position) return found.position
  }
  await store.clear(partition)
  return undefined
}

/** Processes the ledger after the state's position without keeping the result. */
async function readUncommitted(
  partitionState: PartitionState<RequestState>,
  { workflow, streams, partition, signal }: OpenPartitionOptions,
): Promise<ReadonlyArray<AppliedFact<RequestState>>> {
  const ledger = workflow.topics.ledger.name
  const end = Math.min(await streams.endOffset(ledger, partition), partitionState.position + answeredMax)
  const found: StreamRecord[] = []
  for await (const records of streams.read(ledger, partition, partitionState.position, end)) {
    signal.throwIfAborted()
    found.push(...records)
  }
  return (await partitionState.apply(found)).accepted
}
