import type { Logger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { readDelivery } from './delivery-event.ts'
import type { Pending, PendingOwner } from './pending.ts'

/** What is still to be delivered of one partition, in the order in which it was planned. */
export interface PendingDeliveries {
  readonly size: number
  readonly oldest: Pending | undefined
  all(): Iterable<Pending>
  /** What a record changes: an order that is planned and was not known, or one that is settled. */
  fold(record: StreamRecord): { readonly planned?: Pending; readonly settled?: Pending }
  settle(pending: Pending): void
  /** The order as JSON. Throws when the stream can't be reached. */
  textOf(pending: Pending): Promise<string>
}

export interface PendingDeliveriesOptions {
  readonly streams: Streams
  readonly partition: number
  /** When an order is given up that lies in a record. */
  readonly giveUpAtMs: (record: StreamRecord) => number
  readonly owner: PendingOwner
  readonly log: Logger
}

/** Orders of which the text is kept until their first attempt, some 3 kB each; others are read back. */
const textsMax = 1_000
/** A planned order that is written a second time, after a crash of who plans them, comes soon after the first; one that comes later is delivered again, and told by its id. */
const settledMax = 10_000

export function createPendingDeliveries({ streams, partition, giveUpAtMs, owner, log }: PendingDeliveriesOptions): PendingDeliveries {
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
    fold(record) {
      const { offset, value } = record
      const delivery = readDelivery(value)
      if (!delivery) {
        log.error({ partition, offset }, 'a record of the deliveries can not be read')
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
      const about = { orderId, requestId, country, bic, vasp, position: offset, giveUpAtMs: giveUpAtMs(record), owner }
      const planned: Pending = { ...about, failures: 0, dueAtMs: 0, endpointFailures: 0 }
      pending.set(orderId, planned)
      if (texts.size < textsMax) texts.set(planned, JSON.stringify(data.order))
      return { planned }
    },
    settle: ({ orderId }) => settle(orderId),
    async textOf(of) {
      const kept = texts.get(of)
      texts.delete(of)
      if (kept !== undefined) return kept
      for await (const records of streams.read(topics.deliveries.name, partition, of.position, of.position + 1))
        for (const { offset, value } of records) {
          const data = offset === of.position ? readDelivery(value)?.data : undefined
          if (data?.kind === 'planned') return JSON.stringify(data.order)
        }
      throw new Error(`there is no planned order at ${partition}/${of.position}`)
    },
  }
}
