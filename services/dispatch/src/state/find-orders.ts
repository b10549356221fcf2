import { setTimeout as pause } from 'node:timers/promises'
import type { SentOrder, Workflow } from '@holdfast/core'
import { type Parking, type PartitionState, StateLostError } from '@holdfast/request-state'
import type { SnapshotStore } from '@holdfast/stores'
import { type Streams, unlessAborted } from '@holdfast/streams'
import type { DispatchState } from './dispatch-state.ts'
import { createLedgerLookups } from './ledger-lookups.ts'
import { createStateDefinition, type DispatchedWorkflow, isOfAnotherCountry } from './state-definition.ts'

/** The wanted orders by request; undefined stands for any order. */
export type WantedOrders = ReadonlyMap<string, ReadonlySet<string | undefined>>

/** The end of the ledger at the first call. Every order that was sent before belongs to a fact before this offset. */
export interface Horizon {
  endOf(partition: number): Promise<number>
}

export function createHorizon(streams: Streams, { topics }: Pick<Workflow, 'topics'>): Horizon {
  const ends = new Map<number, Promise<number>>()
  return {
    endOf(partition) {
      const ownState = ends.get(partition) ?? streams.endOffset(topics.ledger.name, partition)
      ends.set(partition, ownState)
      return ownState
    },
  }
}

export interface OrderFinder {
  /**
   * Returns the orders of this country for these requests, oldest first. The result is reliable: for an order that is
   * not in the store yet, it waits until the store has reached the horizon and none of these requests is being
   * redriven. After a timeout, it reads the ledger itself.
   *
   * A request of another country looks like an unknown one, also in response time.
   */
  find(country: string, wanted: WantedOrders, horizon: Horizon, signal: AbortSignal): Promise<ReadonlyMap<string, readonly SentOrder[]>>
}

export interface OrderFinderOptions {
  readonly workflow: DispatchedWorkflow & Pick<Workflow, 'topics'>
  readonly streams: Streams
  /** The store of dispatch, which the owner of the partition writes; here it is read-only. */
  readonly store: SnapshotStore
  /** The states of the partitions that this process owns. */
  readonly openStates: ReadonlyMap<number, Pick<PartitionState<DispatchState>, 'load' | 'position'>>
  /** Parking of dispatch: the snapshot offset does not cover requests that are being redriven. */
  readonly parking: Pick<Parking, 'beingRedriven'>
  /** How long to wait for the store before reading the ledger. */
  readonly patienceMs?: number
  /** Called after a ledger partition was read. */
  onLedgerRead(partition: number, facts: number): void
}

/**
 * Dispatch saves a batch's states some milliseconds after it has sent its orders; a second allows for a loaded machine.
 */
const patienceMsDefault = 1_000
const pollMs = 20

/**
 * Finds the orders of requests. The store alone cannot prove that an order does not exist, so in doubt the ledger is
 * read:
 *
 * An answer can arrive before dispatch has saved its order. A flushed store is restored only with the next fact, which
 * may be the one that this answer makes. And a redriven request sends its orders long after the snapshot offset has
 * passed their facts.
 */
export function createOrderFinder({
  workflow,
  streams,
  store,
  openStates,
  parking,
  patienceMs = patienceMsDefault,
  onLedgerRead,
}: OrderFinderOptions): OrderFinder {
  const ledger = workflow.topics.ledger.name
  const stateDefinition = createStateDefinition(workflow)
  const lookups = createLedgerLookups(streams, workflow, onLedgerRead)

  async function findIn(partition: number, country: string, wanted: WantedOrders, horizon: Horizon, signal: AbortSignal) {
    let stored = await load(partition, country, [...wanted.keys()])
    if (isAllThere(stored.states, wanted)) return stored.states
    const end = await horizon.endOf(partition)
    const until = performance.now() + patienceMs
    for (;;) {
      // Queried before the states are loaded, because a redrive that ends in between has saved them.
      const { foreign } = stored
      const mayBeOwn = [...wanted.keys()].filter(id => !foreign.has(id))
      const redriven = reaches(stored.position, end) ? await parking.beingRedriven(partition, mayBeOwn) : undefined
      stored = await load(partition, country, [...wanted.keys()])
      if (isAllThere(stored.states, wanted) || redriven?.size === 0) return stored.states
      if (performance.now() >= until) {
        const position = stored.position && Math.min(stored.position, ...(redriven?.values() ?? []))
        // Several callers share one reading of the ledger, so none of them can abort it.
        return unlessAborted(lookups.states(partition, { ...stored, position, ids: wanted.keys(), end }), signal)
      }
      signal.throwIfAborted()
      await pause(pollMs)
    }
  }

  /** States and their snapshot offset, read in one step; undefined if there is no usable snapshot. */
  async function load(partition: number, country: string, ids: readonly string[]): Promise<Stored> {
    return (await ownState(partition, country, ids)) ?? stored(partition, country, ids)
  }

  /** The states of the owner, if it is this process. */
  async function ownState(partition: number, country: string, ids: readonly string[]): Promise<Stored | undefined> {
    const partitionState = openStates.get(partition)
    if (!partitionState) return undefined
    try {
      const { position } = partitionState
      const all = [...(await partitionState.load(ids))]
      const isOwn = ([, state]: (typeof all)[number]) => state.country === country
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
    const { snapshotOffset, snapshots } = await store.load(partition, ids)
    const states = new Map<string, DispatchState>()
    const foreign = new Set<string>()
    try {
      // Parsing another country's state would take measurable time and reveal that the request exists.
      for (const [id, text] of snapshots)
        if (isOfAnotherCountry(text, country)) foreign.add(id)
        else states.set(id, stateDefinition.parse(text))
    } catch {
      // An unsupported version: the owner of the partition rebuilds it when it meets it.
      return { position: undefined, states: new Map(), foreign }
    }
    return { position: snapshotOffset, states, foreign }
  }

  return {
    async find(country, wanted, horizon, signal) {
      const byPartition = new Map<number, Map<string, ReadonlySet<string | undefined>>>()
      for (const [id, orders] of wanted) {
        const partition = await streams.partitionOf(ledger, id)
        byPartition.set(partition, (byPartition.get(partition) ?? new Map()).set(id, orders))
      }
      const found = await Promise.all([...byPartition].map(([partition, ids]) => findIn(partition, country, ids, horizon, signal)))
      const own = found.flatMap(states => [...states].filter(([id, state]) => wanted.has(id) && state.country === country))
      return new Map(own.map(([id, { orders }]) => [id, orders]))
    },
  }
}

interface Stored {
  readonly position: number | undefined
  readonly states: Map<string, DispatchState>
  /** Requests of other countries, for which this country never waits. */
  readonly foreign: ReadonlySet<string>
}

const reaches = (position: number | undefined, end: number) => position !== undefined && position >= end

const isAllThere = (states: ReadonlyMap<string, DispatchState>, wanted: WantedOrders): boolean =>
  [...wanted].every(([id, orders]) => {
    const sent = states.get(id)?.orders ?? []
    return [...orders].every(order => (order === undefined ? sent.length > 0 : sent.some(({ orderId }) => orderId === order)))
  })
