import {
  discardTruncated,
  type FoldedFact,
  foldLog,
  openPartitionFold,
  type PartitionFold,
  type PartitionParking,
  truncationMessage,
} from '@holdfast/folds'
import type { Logger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { OpenPayments, OwnedPayments, PaymentChange, SnapshotStore } from '@holdfast/stores'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { EngineSecret } from '@holdfast/trust'
import { undecidedAnswers } from './answered-before.ts'
import { joining, restoredBy } from './payment-changes.ts'
import { createRequestFold, isToBeAssessed, type RequestState } from './request-fold.ts'

export interface OpenPartitionOptions {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly openPayments: OpenPayments
  readonly parking: PartitionParking
  readonly secret: EngineSecret
  readonly log: Logger
  readonly partition: number
  /** Facts from this offset on are left for the caller. */
  readonly until: number
  readonly signal: AbortSignal
}

/** A ledger partition as validation knows it, and its part of the index of open payments; both stand at the same facts. */
export interface ValidatedPartition {
  readonly fold: PartitionFold<RequestState>
  readonly payments: OwnedPayments
}

/** A step of the index takes 5,000 changes at most; what is restored comes in smaller ones, so that it does not hold up the claims of others. */
const changesMax = 1_000
/** Facts beyond the last committed batch that an owner before may have answered: it did not go on before it had committed, and a batch has 500 facts. */
const answeredMax = 2_000

/**
 * Opens a partition, and restores of the open payments what the store has lost: until that is done no owner of any partition can claim a payment.
 * Restored is what the ledger says came of an assessment. What it does not say yet may have been told to it by an owner before, so that is read back.
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

  function note({ fact, offset, state }: FoldedFact<RequestState>): void {
    if (state.standing !== 'undecided') undecided.delete(fact.subject)
    else if (isToBeAssessed(fact))
      undecided.set(fact.subject, { requestId: fact.subject, factId: fact.id, offset, change: joining({ fact, state }) })
  }

  async function takePast(accepted: ReadonlyArray<FoldedFact<RequestState>>): Promise<void> {
    const lost = accepted.filter(({ offset }) => offset >= (start ?? 0))
    const last = lost.at(-1)
    if (!last) return
    lost.forEach(note)
    await restore(lost.flatMap(restoredBy), last.offset + 1, false)
  }

  const fold = await openPartitionFold({
    ...createRequestFold(options.secret),
    streams,
    store,
    parking,
    partition,
    until,
    signal,
    onCaughtUp: takePast,
    ...foldLog(log, partition, 'the requests were folded again from the ledger'),
  })
  const isAsFound = start !== undefined && restoredTo === start
  if (payments.found.state === 'complete' && isAsFound) return { fold, payments }

  const uncommitted = await readUncommitted(fold, options)
  uncommitted.forEach(note)
  const answered = await undecidedAnswers(streams, partition, [...undecided.values()])
  const joins = [...uncommitted.flatMap(restoredBy).filter(({ kind }) => kind === 'join'), ...answered.map(({ change }) => change)]
  await restore(joins, Math.max(fold.position, restoredTo ?? 0), true)
  log.info({ partition, position: fold.position, readBack: answered.length }, 'the open payments of the partition are complete')
  return { fold, payments }
}

async function own(options: OpenPartitionOptions): Promise<OwnedPayments> {
  const { streams, openPayments, partition, log } = options
  const ledger = topics.ledger.name
  const lost = await discardTruncated(options)
  if (lost) {
    // A payment that is claimed for a request which is there no more would make each new request for it a duplicate.
    log.warn({ partition, ...lost }, truncationMessage)
    await openPayments.clear()
  }
  const partitions = await streams.partitionCount(ledger)
  const payments = await openPayments.own(partition, partitions)
  if (payments.found.state === 'unknown' || payments.found.position <= (await streams.endOffset(ledger, partition))) return payments
  log.warn({ partition }, 'the open payments were of another ledger and are restored from this one')
  await openPayments.clear()
  return openPayments.own(partition, partitions)
}

/** The offset from which on facts are missing in the index; undefined where all are, and the fold begins anew to give them all. */
async function restoringFrom({ found }: OwnedPayments, store: SnapshotStore, partition: number): Promise<number | undefined> {
  if (found.state !== 'unknown') {
    // The fold may be ahead also of an index that is complete: an owner that had lost the partition could still save, and its step of the index was refused.
    const { checkpoint = 0 } = await store.load(partition, [])
    if (checkpoint <= found.position) return found.position
  }
  await store.clear(partition)
  return undefined
}

/** Folds what lies in the ledger beyond the fold's position, and keeps nothing of it. */
async function readUncommitted(
  fold: PartitionFold<RequestState>,
  { streams, partition, signal }: OpenPartitionOptions,
): Promise<ReadonlyArray<FoldedFact<RequestState>>> {
  const ledger = topics.ledger.name
  const end = Math.min(await streams.endOffset(ledger, partition), fold.position + answeredMax)
  const found: StreamRecord[] = []
  for await (const records of streams.read(ledger, partition, fold.position, end)) {
    signal.throwIfAborted()
    found.push(...records)
  }
  return (await fold.take(found)).accepted
}
