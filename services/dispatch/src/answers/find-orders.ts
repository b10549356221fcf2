import { readFact, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'
import type { DispatchState, SentOrder } from '../dispatch-state.ts'
import { requestFold } from '../request-fold.ts'

/** A request as far as its answers have to be matched. */
export interface OrderedRequest {
  /** The country that was ordered. */
  readonly country: string
  /** Oldest first. */
  readonly orders: readonly SentOrder[]
}

export interface OrderFinder {
  /**
   * The requests with these ids and what was ordered for them. Whether an order is there is certain: who asks after an order that is not in the store yet waits until the
   * store has caught up with the ledger, and longer than that is read in the ledger itself.
   * @param wanted ids of requests, each with the order that is asked after; undefined asks after any.
   */
  find(wanted: ReadonlyMap<string, ReadonlySet<string | undefined>>, signal: AbortSignal): Promise<Map<string, OrderedRequest>>
}

export interface OrderFinderOptions {
  readonly streams: Streams
  /** Dispatch's own, which its owner of the partition writes; here it is only read. */
  readonly store: SnapshotStore
  /** How long the store may stay behind before the ledger is read instead. */
  readonly patienceMs?: number
  /** Told when a ledger partition had to be read. */
  onLedgerRead(partition: number, facts: number): void
}

/** Dispatch saves a batch's states some milliseconds after it has sent its orders; a second is for a loaded machine. */
const patienceMsDefault = 1_000
const lookEveryMs = 20

/**
 * Finds what was ordered. An answer can arrive before dispatch has saved that it sent the order; and where the store was flushed, nobody restores it until the next fact
 * comes, which may be the very one that this answer makes. So neither a store that is behind nor an empty one means that an order does not exist: only the ledger does.
 */
export function createOrderFinder({ streams, store, patienceMs = patienceMsDefault, onLedgerRead }: OrderFinderOptions): OrderFinder {
  const ledger = topics.ledger.name

  async function findIn(partition: number, wanted: Parameters<OrderFinder['find']>[0], signal: AbortSignal) {
    let stored = await load(partition, [...wanted.keys()])
    if (isAllThere(stored.states, wanted)) return stored.states
    // Every order that was sent is the consequence of a fact, and every answer to it comes after that: such a fact lies before here.
    const end = await streams.endOffset(ledger, partition)
    const until = performance.now() + patienceMs
    while (!reaches(stored.position, end) && performance.now() < until) {
      signal.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, lookEveryMs))
      stored = await load(partition, [...wanted.keys()])
      if (isAllThere(stored.states, wanted)) return stored.states
    }
    return reaches(stored.position, end) ? stored.states : readLedger(partition, stored, end, wanted, signal)
  }

  /** States and the offset up to which they are folded, taken in one step; undefined where there is nothing to start from. */
  async function load(partition: number, ids: readonly string[]): Promise<Stored> {
    const { checkpoint, snapshots } = await store.load(partition, ids)
    try {
      return { position: checkpoint, states: new Map([...snapshots].map(([id, text]) => [id, requestFold.parse(text)])) }
    } catch {
      // Of a version that is not read any more: the owner of the partition folds it again once it meets it.
      return { position: undefined, states: new Map() }
    }
  }

  async function readLedger(
    partition: number,
    { position, states }: Stored,
    end: number,
    wanted: Parameters<OrderFinder['find']>[0],
    signal: AbortSignal,
  ): Promise<Map<string, DispatchState>> {
    const found = new Map(states)
    let facts = 0
    for await (const records of streams.read(ledger, partition, position ?? (await streams.startOffset(ledger, partition)), end)) {
      signal.throwIfAborted()
      for (const { key, value, offset } of records) {
        // The key is the request's id: what is about other requests need not be parsed.
        if (!wanted.has(key)) continue
        const fact = readFact(value)
        const folded = fact.ok && requestFold.fold(found.get(key), fact.value, offset)
        if (folded !== false && folded.accepted && folded.state) found.set(key, folded.state)
      }
      facts += records.length
    }
    onLedgerRead(partition, facts)
    return found
  }

  return {
    async find(wanted, signal) {
      const byPartition = new Map<number, Map<string, ReadonlySet<string | undefined>>>()
      for (const [id, orders] of wanted) {
        const partition = await streams.partitionOf(ledger, id)
        byPartition.set(partition, (byPartition.get(partition) ?? new Map()).set(id, orders))
      }
      const found = await Promise.all([...byPartition].map(([partition, ids]) => findIn(partition, ids, signal)))
      return new Map(found.flatMap(states => [...states].map(([id, state]) => [id, orderedOf(state)] as const)))
    },
  }
}

interface Stored {
  readonly position: number | undefined
  readonly states: Map<string, DispatchState>
}

const reaches = (position: number | undefined, end: number) => position !== undefined && position >= end

const isAllThere = (states: ReadonlyMap<string, DispatchState>, wanted: ReadonlyMap<string, ReadonlySet<string | undefined>>): boolean =>
  [...wanted].every(([id, orders]) => {
    const sent = states.get(id)?.orders ?? []
    return [...orders].every(order => (order === undefined ? sent.length > 0 : sent.some(({ orderId }) => orderId === order)))
  })

const orderedOf = ({ snapshot, orders }: DispatchState): OrderedRequest => ({
  country: snapshot.state.context.beneficiaryCountry,
  orders,
})
