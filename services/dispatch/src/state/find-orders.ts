import { setTimeout as pause } from 'node:timers/promises'
import { type Parking, type PartitionFold, StateLostError } from '@holdfast/folds'
import { topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { type Streams, unlessAborted } from '@holdfast/streams'
import type { DispatchState, SentOrder } from './dispatch-state.ts'
import { createLedgerLookups } from './ledger-lookups.ts'
import { requestFold } from './request-fold.ts'

/** By request, the orders that are asked after; undefined asks after any. */
export type WantedOrders = ReadonlyMap<string, ReadonlySet<string | undefined>>

/** Where the ledger ended when it was first asked: every order that was sent before is the consequence of a fact that lies before there. */
export interface Horizon {
  endOf(partition: number): Promise<number>
}

export function createHorizon(streams: Streams): Horizon {
  const ends = new Map<number, Promise<number>>()
  return {
    endOf(partition) {
      const known = ends.get(partition) ?? streams.endOffset(topics.ledger.name, partition)
      ends.set(partition, known)
      return known
    },
  }
}

export interface OrderFinder {
  /**
   * What this country was ordered for these requests, oldest first. Whether an order is there is certain: who asks after one that is not in the store yet waits until the store
   * has caught up with the horizon and no request of these is being redriven, and longer than that is read in the ledger itself. Another country's request is no other than one that was never opened, in time as well.
   */
  find(country: string, wanted: WantedOrders, horizon: Horizon, signal: AbortSignal): Promise<ReadonlyMap<string, readonly SentOrder[]>>
}

export interface OrderFinderOptions {
  readonly streams: Streams
  /** Dispatch's own, which its owner of the partition writes; here it is only read. */
  readonly store: SnapshotStore
  /** Of those partitions of which this process is that owner. */
  readonly folds: ReadonlyMap<number, Pick<PartitionFold<DispatchState>, 'load' | 'position'>>
  /** Of dispatch, for where the position of its store says nothing of a request. */
  readonly parking: Pick<Parking, 'beingRedriven'>
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
 * comes, which may be the very one that this answer makes; and the orders of a request that is redriven go out long after the store has passed their facts. So neither a store that is
 * behind, nor one without what is redriven, nor an empty one means that an order does not exist: only the ledger does.
 */
export function createOrderFinder({
  streams,
  store,
  folds,
  parking,
  patienceMs = patienceMsDefault,
  onLedgerRead,
}: OrderFinderOptions): OrderFinder {
  const ledger = topics.ledger.name
  const lookups = createLedgerLookups(streams, onLedgerRead)

  async function findIn(partition: number, country: string, wanted: WantedOrders, horizon: Horizon, signal: AbortSignal) {
    let stored = await load(partition, country, [...wanted.keys()])
    if (isAllThere(stored.states, wanted)) return stored.states
    const end = await horizon.endOf(partition)
    const until = performance.now() + patienceMs
    for (;;) {
      // Asked before the states are loaded: what ends in between has been saved before.
      const { foreign } = stored
      const mayBeOwn = [...wanted.keys()].filter(id => !foreign.has(id))
      const redriven = reaches(stored.position, end) ? await parking.beingRedriven(partition, mayBeOwn) : undefined
      stored = await load(partition, country, [...wanted.keys()])
      if (isAllThere(stored.states, wanted) || redriven?.size === 0) return stored.states
      if (performance.now() >= until) {
        const position = stored.position && Math.min(stored.position, ...(redriven?.values() ?? []))
        // One reading of the ledger is for several who wait, so none of them can end it.
        return unlessAborted(lookups.states(partition, { ...stored, position, ids: wanted.keys(), end }), signal)
      }
      signal.throwIfAborted()
      await pause(lookEveryMs)
    }
  }

  /** States and the offset up to which they are folded, taken in one step; undefined where there is nothing to start from. */
  async function load(partition: number, country: string, ids: readonly string[]): Promise<Stored> {
    return (await known(partition, country, ids)) ?? stored(partition, country, ids)
  }

  /** What its owner knows, where that is this process. */
  async function known(partition: number, country: string, ids: readonly string[]): Promise<Stored | undefined> {
    const fold = folds.get(partition)
    if (!fold) return undefined
    try {
      const { position } = fold
      const all = [...(await fold.load(ids))]
      const isOwn = ([, state]: (typeof all)[number]) => countryOf(state) === country
      return {
        position,
        states: new Map(all.filter(isOwn)),
        foreign: new Set(all.filter(each => !isOwn(each)).map(([id]) => id)),
      }
    } catch (error) {
      if (error instanceof StateLostError) return undefined
      throw error
    }
  }

  async function stored(partition: number, country: string, ids: readonly string[]): Promise<Stored> {
    const { checkpoint, snapshots } = await store.load(partition, ids)
    const states = new Map<string, DispatchState>()
    const foreign = new Set<string>()
    try {
      for (const [id, text] of snapshots)
        if (isForeign(country, text)) foreign.add(id)
        else states.set(id, requestFold.parse(text))
    } catch {
      // Of a version that is not read any more: the owner of the partition folds it again once it meets it.
      return { position: undefined, states: new Map(), foreign }
    }
    return { position: checkpoint, states, foreign }
  }

  return {
    async find(country, wanted, horizon, signal) {
      const byPartition = new Map<number, Map<string, ReadonlySet<string | undefined>>>()
      for (const [id, orders] of wanted) {
        const partition = await streams.partitionOf(ledger, id)
        byPartition.set(partition, (byPartition.get(partition) ?? new Map()).set(id, orders))
      }
      const found = await Promise.all([...byPartition].map(([partition, ids]) => findIn(partition, country, ids, horizon, signal)))
      const own = found.flatMap(states => [...states].filter(([id, state]) => wanted.has(id) && countryOf(state) === country))
      return new Map(own.map(([id, { orders }]) => [id, orders]))
    },
  }
}

interface Stored {
  readonly position: number | undefined
  readonly states: Map<string, DispatchState>
  /** Requests of other countries, for which nobody of this one waits. */
  readonly foreign: ReadonlySet<string>
}

const reaches = (position: number | undefined, end: number) => position !== undefined && position >= end

const isAllThere = (states: ReadonlyMap<string, DispatchState>, wanted: WantedOrders): boolean =>
  [...wanted].every(([id, orders]) => {
    const sent = states.get(id)?.orders ?? []
    return [...orders].every(order => (order === undefined ? sent.length > 0 : sent.some(({ orderId }) => orderId === order)))
  })

const countryOf = ({ standing }: DispatchState): string => standing.beneficiaryCountry

/** Seen in the text itself, where quotes in words are escaped: to parse another country's state would take as long as anybody needs to notice that there is one. */
const isForeign = (country: string, text: string): boolean =>
  text.includes('"beneficiaryCountry":"') && !text.includes(`"beneficiaryCountry":"${country}"`)
