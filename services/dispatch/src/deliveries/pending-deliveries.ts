import type { Logger } from '@holdfast/runtime'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { readDelivery } from './delivery-event.ts'
import type { Pending, PendingOwner } from './pending.ts'

/** Pending deliveries of one partition, in planning order. */
export interface PendingDeliveries {
  readonly size: number
  readonly oldest: Pending | undefined
  all(): Iterable<Pending>
  /** Applies a record. Returns the order if it is newly planned, or the order that the record settles. */
  apply(record: StreamRecord): { readonly planned?: Pending; readonly settled?: Pending }
  settle(pending: Pending): void
  /** Returns the order as JSON. Throws if the stream is unreachable. */
  textOf(pending: Pending): Promise<string>
}

export interface PendingDeliveriesOptions {
  readonly topic: string
  readonly streams: Streams
  readonly partition: number
  /** When to escalate the order in a record. */
  readonly expiresAtMs: (record: StreamRecord) => number
  readonly owner: PendingOwner
  readonly log: Logger
}

/** Texts of orders kept until their first attempt, 3 kB each; others are read from the stream. */
const textsMax = 1_000
/**
 * After a crash of the planner, a repeated plan follows the first one closely. A later repeat is delivered again; its
 * receiver recognises it by its id.
 */
const settledMax = 10_000

export function createPendingDeliveries({
  topic,
  streams,
  partition,
  expiresAtMs,
  owner,
  log,
}: PendingDeliveriesOptions): PendingDeliveries {
  const pending = new Map<string, Pending>()
  const texts = new Map<Pending, string>()
  const settledIds = new Set<string>()

  function settle(orderId: string): void {
    const known = pending.get(orderId)
    pending.delete(orderId)
    if (known) texts.delete(known)
    settledIds.add(orderId)
    const [oldest] = settledIds
    if (settledIds.size > settledMax && oldest !== undefined) settledIds.delete(oldest)
  }

  return {
    get size() {
      return pending.size
    },
    get oldest() {
      const [oldest] = pending.values()
      return oldest
    },
    all: () => pending.values(),
    apply(record) {
      const { offset, value } = record
      const delivery = readDelivery(value)
      if (!delivery) {
        log.error({ partition, offset }, 'Unreadable record in the deliveries topic; skipped')
        return {}
      }
      const { data } = delivery
      const { orderId, requestId, country } = data
      const known = pending.get(orderId)
      if (data.kind !== 'planned') {
        settle(orderId)
        return known ? { settled: known } : {}
      }
      if (known || settledIds.has(orderId)) return {}
      const { bic, vasp } = data.institution
      const about = { orderId, requestId, country, bic, vasp, position: offset, expiresAtMs: expiresAtMs(record), owner }
      const planned: Pending = { ...about, failures: 0, dueAtMs: 0, endpointFailures: 0 }
      pending.set(orderId, planned)
      if (texts.size < textsMax) texts.set(planned, JSON.stringify(data.order))
      return { planned }
    },
    settle: ({ orderId }) => settle(orderId),
    async textOf(of) {
      const text = texts.get(of)
      texts.delete(of)
      if (text !== undefined) return text
      for await (const records of streams.read(topic, partition, of.position, of.position + 1))
        for (const { offset, value } of records) {
          const data = offset === of.position ? readDelivery(value)?.data : undefined
          if (data?.kind === 'planned') return JSON.stringify(data.order)
        }
      throw new Error(`there is no planned order at ${partition}/${of.position}`)
    },
  }
}
