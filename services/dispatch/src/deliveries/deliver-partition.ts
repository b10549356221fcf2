import type { Workflow } from '@holdfast/core'
import type { Clock, Logger, LogTime } from '@holdfast/runtime'
import { type DispatchedOrder, deliveryOf } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, fingerprintsAfterBatch, type PartitionWorker, type Streams } from '@holdfast/streams'
import { backOffMs, quickPace } from './back-off.ts'
import { openCommittedOffset } from './committed-offset.ts'
import type { Courier } from './courier.ts'
import type { Ended, Pending, PendingOwner } from './pending.ts'
import { createPendingDeliveries } from './pending-deliveries.ts'
import { pauseOf, type Timers } from './timers.ts'

export interface DeliveryDependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly courier: Courier
  /** Reports an undelivered order to the desk. A repeat makes the same report. */
  readonly escalate: (order: DispatchedOrder, how: Ended & { kind: 'escalated' }) => Promise<void>
  /** Time from planning an order to escalating it. */
  readonly withinMs: number
  readonly clock: Clock
  readonly logTime: Pick<LogTime, 'nowMs' | 'recordedAtMs'>
  readonly timers: Timers
  readonly random: () => number
  readonly log: Logger
}

/** Interval of the check for expired orders. */
const sweepMs = 1_000
/**
 * Time for running attempts to end after the partition is revoked: less than the session timeout and than a service's
 * time to stop.
 */
const graceMs = 2_000

/**
 * Owns one partition of the deliveries: has each planned order delivered, and records the outcome. Pending deliveries
 * are in memory only. When the partition is opened, they are derived from the topic, from the oldest order that was not
 * settled.
 */
export async function deliverPartition(deps: DeliveryDependencies, assignment: Assignment): Promise<PartitionWorker> {
  const { partition, signal } = assignment
  const topic = deps.workflow.topics.deliveries.name
  const { streams, courier, logTime, timers, withinMs, log } = deps
  const ending = new AbortController()
  const owner: PendingOwner = {
    mayStart: () => ownsPartition(assignment),
    ending: ending.signal,
    isExpired: ({ expiresAtMs }) => (logTime.nowMs() ?? 0) >= expiresAtMs,
    textOf: pending => deliveries.textOf(pending),
    async ended(pending, how) {
      await recordOutcome(deps, pending, how)
      if (!ending.signal.aborted) deliveries.settle(pending)
    },
  }
  const deliveries = createPendingDeliveries({
    topic,
    streams,
    partition,
    expiresAtMs: record => logTime.recordedAtMs(record) + withinMs,
    owner,
    log,
  })

  const committed = await openCommittedOffset(streams, deps.store, topic, partition, log)
  // Up to the end and not to the former owner's offset: it may not have read its own last outcomes.
  let position = await streams.endOffset(topic, partition)
  let { fingerprints } = committed
  for await (const records of streams.read(topic, partition, committed.from, position)) {
    signal.throwIfAborted()
    for (const record of records) deliveries.apply(record)
    fingerprints = fingerprintsAfterBatch(fingerprints, records)
  }
  if (deliveries.size > 0) log.info({ partition, orders: deliveries.size }, 'Partition opened; orders are still to be delivered')
  for (const pending of deliveries.all()) courier.take(pending)

  let sweeping: (() => void) | undefined
  function sweep(): void {
    for (const pending of deliveries.all()) {
      // Orders were planned in this order, so the others have not expired either.
      if (!owner.isExpired(pending)) break
      courier.escalate(pending, 'its time is over')
    }
    sweeping = timers.after(sweepMs, sweep)
  }
  sweep()

  return {
    async onBatch(records) {
      const unread = records.filter(({ offset }) => offset >= position)
      for (const record of unread) {
        position = record.offset + 1
        const { planned, settled } = deliveries.apply(record)
        if (planned) courier.take(planned)
        if (settled) courier.drop(settled)
      }
      fingerprints = fingerprintsAfterBatch(fingerprints, unread)
      await committed.save(deliveries.oldest?.position ?? position, fingerprints)
    },
    async close() {
      sweeping?.()
      const overdue = timers.after(graceMs, () => ending.abort())
      await courier.leave(owner)
      overdue()
      ending.abort()
    },
  }
}

/**
 * Reports to the desk if necessary, then writes the outcome to the topic. Retries until both are done or the partition
 * must be left.
 */
async function recordOutcome(deps: DeliveryDependencies, pending: Pending, how: Ended): Promise<void> {
  const { workflow, streams, clock, log } = deps
  const { orderId, requestId, country, bic, vasp, owner } = pending
  if (how.kind === 'escalated')
    await retryUntilEnding(deps, owner, async () => deps.escalate(JSON.parse(await owner.textOf(pending)) as DispatchedOrder, how))
  const delivery = deliveryOf(
    { orderId, requestId, country, institution: { bic, ...(vasp !== undefined && { vasp }) }, ...how },
    clock.now(),
  )
  await retryUntilEnding(deps, owner, () =>
    streams.publish(workflow.topics.deliveries.name, [{ key: requestId, value: JSON.stringify(delivery) }]),
  )
  if (owner.ending.aborted) return
  const { kind, ...rest } = how
  if (kind === 'delivered') log.info({ orderId, requestId, ...rest }, 'Order delivered')
  else log.warn({ orderId, requestId, ...rest }, 'Order not delivered; reported to the desk')
}

async function retryUntilEnding(
  { timers, random, log }: DeliveryDependencies,
  { ending }: PendingOwner,
  work: () => Promise<void>,
): Promise<void> {
  for (let failures = 1; !ending.aborted; failures++) {
    try {
      return await work()
    } catch (error) {
      log.warn({ err: error }, 'The outcome of an order could not be stored; retrying')
      await pauseOf(backOffMs(quickPace, failures, random), timers, ending)
    }
  }
}

function ownsPartition(assignment: Assignment): boolean {
  try {
    assignment.throwIfLost()
    return true
  } catch {
    return false
  }
}
