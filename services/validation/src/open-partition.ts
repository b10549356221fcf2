import { paymentStop } from '@holdfast/payment-stop'
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
import { type Fact, topics } from '@holdfast/schemas'
import type { OpenPayments, OwnedPayments, PaymentChange, SnapshotStore } from '@holdfast/stores'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { EngineSecret } from '@holdfast/trust'
import { undecidedAnswers } from './answered-before.ts'
import { joinOf, restoredBy } from './payment-changes.ts'
import { createStateDefinition, isToBeAssessed, type RequestState } from './state-definition.ts'

export interface OpenPartitionOptions {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly openPayments: OpenPayments
  readonly parking: PartitionParking
  readonly secret: EngineSecret
  readonly log: Logger
  readonly partition: number
  /** The caller processes facts from this offset on. */
  readonly until: number
  readonly signal: AbortSignal
}

/** A ledger partition in validation, and its part of the index of open payments, both at the same offset. */
export interface ValidatedPartition {
  readonly partitionState: PartitionState<RequestState, Fact>
  readonly payments: OwnedPayments
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
 * Opens a partition and restores its open payments that the store has lost. Until that is done, no owner of any
 * partition can claim a payment.
 *
 * The ledger has the results of assessments. For those that it has not decided yet, the commands of a former owner are
 * read.
 */
export async function openPartition(options: OpenPartitionOptions): Promise<ValidatedPartition> {
  const { streams, store, parking, log, partition, until, signal } = options
  const payments = await own(options)
  const start = await restoringFrom(payments, store, partition)
  let restoredTo = start
  const undecided = new Map<string, { requestId: string; factId: string; offset: number; change: PaymentChange }>()

  async function restore(changes: readonly PaymentChange[], to: number, isLast: boolean): Promise<void> {
    for (let first = 0; first === 0 || first < changes.length; first += changesMax) {
      const slice = changes.slice(first, first + changesMax)
      await payments.restore({ from: restoredTo, to, changes: slice, isLast: isLast && first + changesMax >= changes.length })
      restoredTo = to
    }
  }

  function trackUndecided({ fact, offset, state }: AppliedFact<RequestState, Fact>): void {
    if (state.assessment !== 'undecided') undecided.delete(fact.subject)
    else if (isToBeAssessed(fact))
      undecided.set(fact.subject, { requestId: fact.subject, factId: fact.id, offset, change: joinOf({ fact, state }) })
  }

  async function restorePast(accepted: ReadonlyArray<AppliedFact<RequestState, Fact>>): Promise<void> {
    const lost = accepted.filter(({ offset }) => offset >= (start ?? 0))
    const last = lost.at(-1)
    if (!last) return
    lost.forEach(trackUndecided)
    await restore(lost.flatMap(restoredBy), last.offset + 1, false)
  }

  const partitionState = await openPartitionState({
    ...createStateDefinition(options.secret),
    workflow: paymentStop,
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
  if (payments.found.state === 'complete' && isUnchanged) return { partitionState, payments }

  const uncommitted = await readUncommitted(partitionState, options)
  uncommitted.forEach(trackUndecided)
  const answered = await undecidedAnswers(streams, partition, [...undecided.values()])
  const joins = [...uncommitted.flatMap(restoredBy).filter(({ kind }) => kind === 'join'), ...answered.map(({ change }) => change)]
  await restore(joins, Math.max(partitionState.position, restoredTo ?? 0), true)
  log.info({ partition, position: partitionState.position, readBack: answered.length }, 'The open payments of the partition are complete')
  return { partitionState, payments }
}

async function own(options: OpenPartitionOptions): Promise<OwnedPayments> {
  const { streams, openPayments, partition, log } = options
  const ledger = topics.ledger.name
  const lost = await discardTruncated({ ...options, workflow: paymentStop })
  if (lost) {
    // Without this, a payment claimed by a lost request would make each new request for it a duplicate.
    log.warn({ partition, ...lost }, truncationMessage)
    await openPayments.clear()
  }
  const partitions = await streams.partitionCount(ledger)
  const payments = await openPayments.own(partition, partitions)
  if (payments.found.state === 'unknown' || payments.found.position <= (await streams.endOffset(ledger, partition))) return payments
  log.warn({ partition }, 'The open payments belonged to another ledger; restoring them from this one')
  await openPayments.clear()
  return openPayments.own(partition, partitions)
}

/**
 * The offset from which facts are missing in the index; undefined if all are missing, and the state is rebuilt from the
 * start.
 */
async function restoringFrom({ found }: OwnedPayments, store: SnapshotStore, partition: number): Promise<number | undefined> {
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
  partitionState: PartitionState<RequestState, Fact>,
  { streams, partition, signal }: OpenPartitionOptions,
): Promise<ReadonlyArray<AppliedFact<RequestState, Fact>>> {
  const ledger = topics.ledger.name
  const end = Math.min(await streams.endOffset(ledger, partition), partitionState.position + answeredMax)
  const found: StreamRecord[] = []
  for await (const records of streams.read(ledger, partition, partitionState.position, end)) {
    signal.throwIfAborted()
    found.push(...records)
  }
  return (await partitionState.apply(found)).accepted
}
