import type { Clock, Logger, LogTime } from '@holdfast/runtime'
import { deliveryOf, type Order, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { type Assignment, fingerprintsAfterBatch, type PartitionWorker, type Streams } from '@holdfast/streams'
import { backOffMs, quickPace } from './back-off.ts'
import { openCommittedOffset } from './committed-offset.ts'
import type { Courier } from './courier.ts'
import type { Ended, Pending, PendingOwner } from './pending.ts'
import { createPendingDeliveries } from './pending-deliveries.ts'
import { pauseOf, type Timers } from './timers.ts'

export interface DeliveryDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly courier: Courier
  /** Tells the desk of an order that was given up. Done twice, it tells the same. */
  readonly escalate: (order: Order, how: Ended & { kind: 'escalated' }) => Promise<void>
  /** From planning to giving up. */
  readonly withinMs: number
  readonly clock: Clock
  readonly logTime: Pick<LogTime, 'nowMs' | 'takenAtMs'>
  readonly timers: Timers
  readonly random: () => number
  readonly log: Logger
}

const topic = topics.deliveries.name

/** How often it is looked for orders whose time is over. */
const sweepMs = 1_000
/** What is under way when the partition is lost may end within this: less than a member's session allows for its hand-over, and than a service has to stop. */
const graceMs = 2_000

/**
 * Owns one partition of the deliveries: has each planned order brought to its endpoint and writes down what became of it. What is to be delivered is in memory alone, folded
 * from the topic when the partition is opened, from where the oldest order lies that was not settled.
 */
export async function deliverPartition(deps: DeliveryDependencies, assignment: Assignment): Promise<PartitionWorker> {
  const { partition, signal } = assignment
  const { streams, courier, logTime, timers, withinMs, log } = deps
  const ending = new AbortController()
  const owner: PendingOwner = {
    mayBegin: () => isHeld(assignment),
    ending: ending.signal,
    isOver: ({ giveUpAtMs }) => (logTime.nowMs() ?? 0) >= giveUpAtMs,
    textOf: pending => deliveries.textOf(pending),
    async ended(pending, how) {
      await writeDown(deps, pending, how)
      if (!ending.signal.aborted) deliveries.settle(pending)
    },
  }
  const deliveries = createPendingDeliveries({ streams, partition, giveUpAtMs: record => logTime.takenAtMs(record) + withinMs, owner, log })

  const checkpoint = await openCommittedOffset(streams, deps.store, topic, partition, log)
  // To the very end, not to where the former owner came: what it delivered last it may have had no time to read back.
  let position = await streams.endOffset(topic, partition)
  let { past } = checkpoint
  for await (const records of streams.read(topic, partition, checkpoint.from, position)) {
    signal.throwIfAborted()
    for (const record of records) deliveries.fold(record)
    past = fingerprintsAfterBatch(past, records)
  }
  if (deliveries.size > 0) log.info({ partition, orders: deliveries.size }, 'orders are still to be delivered')
  for (const pending of deliveries.all()) courier.take(pending)

  let sweeping: (() => void) | undefined
  function sweep(): void {
    for (const pending of deliveries.all()) {
      // Planned in this order, so the others have time left too.
      if (!owner.isOver(pending)) break
      courier.giveUp(pending, 'its time is over')
    }
    sweeping = timers.after(sweepMs, sweep)
  }
  sweep()

  return {
    async onBatch(records) {
      const unread = records.filter(({ offset }) => offset >= position)
      for (const record of unread) {
        position = record.offset + 1
        const { planned, settled } = deliveries.fold(record)
        if (planned) courier.take(planned)
        if (settled) courier.forget(settled)
      }
      past = fingerprintsAfterBatch(past, unread)
      await checkpoint.save(deliveries.oldest?.position ?? position, past)
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

/** Tells the desk where that is due, and then the topic; tries until it is done, or the partition has to be left. */
async function writeDown(deps: DeliveryDependencies, pending: Pending, how: Ended): Promise<void> {
  const { streams, clock, log } = deps
  const { orderId, requestId, country, bic, vasp, owner } = pending
  if (how.kind === 'escalated') await insist(deps, owner, async () => deps.escalate(JSON.parse(await owner.textOf(pending)) as Order, how))
  const delivery = deliveryOf(
    { orderId, requestId, country, institution: { bic, ...(vasp !== undefined && { vasp }) }, ...how },
    clock.now(),
  )
  await insist(deps, owner, () => streams.publish(topic, [{ key: requestId, value: JSON.stringify(delivery) }]))
  if (owner.ending.aborted) return
  const { kind, ...rest } = how
  if (kind === 'delivered') log.info({ orderId, requestId, ...rest }, 'an order is delivered')
  else log.warn({ orderId, requestId, ...rest }, 'an order could not be delivered: the desk is told')
}

async function insist({ timers, random, log }: DeliveryDependencies, { ending }: PendingOwner, work: () => Promise<void>): Promise<void> {
  for (let failures = 1; !ending.aborted; failures++) {
    try {
      return await work()
    } catch (error) {
      log.warn({ err: error }, 'what became of an order can not be written down; tried again')
      await pauseOf(backOffMs(quickPace, failures, random), timers, ending)
    }
  }
}

function isHeld(assignment: Assignment): boolean {
  try {
    assignment.throwIfLost()
    return true
  } catch {
    return false
  }
}
