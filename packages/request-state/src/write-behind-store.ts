// Saves the states of one partition after the batch (write-behind): in memory at once, in the store a moment later with
// their offset.
// A crash between the two costs a short catch-up, never a fact. Callers: partition-state.ts.

import type { SnapshotEntry, SnapshotStore } from '@holdfast/stores'
import { createSerialQueue } from '@holdfast/streams'
import { LRUCache } from 'lru-cache'
import type { StateDefinition } from './state-definition.ts'

/** The store lost the states of this owner, or another owner saved a later offset. Open the partition again. */
export class StateLostError extends Error {
  override readonly name = 'StateLostError'
  readonly isTransient = true
}

export interface WriteBehindStoreOptions<S> extends Pick<StateDefinition<S>, 'serialize' | 'parse' | 'dueAtMs'> {
  readonly store: SnapshotStore
  readonly partition: number
  /** The snapshot offset of the store. */
  readonly snapshotOffset: number | undefined
  readonly signal: AbortSignal
  /**
   * Called once when states cannot be saved, and again only after a save has succeeded. The save is retried each
   * second.
   */
  onSaveFault(error: unknown): void
}

/**
 * The states of one partition. Its owner sees them at once; the store has them a moment later, with their offset. A
 * shared store gets them with each batch.
 */
export interface WriteBehindStore<S> {
  /** The snapshot offset of the store. */
  readonly snapshotOffset: number | undefined
  /** Returns the states of these requests; unknown ones are absent. Throws StateLostError. */
  load(ids: readonly string[]): Promise<Map<string, S>>
  /**
   * Takes over states and other data of the partition as of this position. Waits for the store only if the store is
   * shared or too many states are unsaved.
   */
  keep(states: ReadonlyMap<string, S>, position: number, others: ReadonlyMap<string, string>): Promise<void>
  /** Saves all unsaved states. Throws StateLostError. */
  flush(): Promise<void>
  /** Returns requests with a deadline at or before this instant. Throws StateLostError. */
  due(nowMs: number, limit: number): Promise<string[]>
  /** Discards all states and throws StateLostError. */
  fail(why: string): never
  /**
   * Saves all unsaved states if the partition is not lost and the store is reachable. The store must not be used
   * afterwards.
   */
  close(): Promise<void>
  /** Stops saving. */
  abandon(): void
}

/** States of one partition that stay in memory next to the store. 2,000 states of 1–3 kB are about 5 MB. */
const recentMax = 2000
/** At most this many states are unsaved, and none for longer. After a crash, the next owner derives them again. */
const behindMax = 2_000
const behindMs = 1_000

export function createWriteBehindStore<S>(options: WriteBehindStoreOptions<S>): WriteBehindStore<S> {
  const { store, partition, signal } = options
  const recent = new LRUCache<string, NonNullable<S>>({ max: recentMax })
  /** Unsaved states. */
  const behind = new Map<string, S>()
  const othersBehind = new Map<string, string>()
  let { snapshotOffset } = options
  let position = snapshotOffset
  let timer: NodeJS.Timeout | undefined
  let lost: StateLostError | undefined
  let isFaultTold = false
  // Reads and saves run one at a time: each read compares the store's offset with that of the last save.
  const turns = createSerialQueue()

  function fail(why: string): never {
    clearTimeout(timer)
    recent.clear()
    behind.clear()
    lost = new StateLostError(`partition ${partition}: ${why}`)
    throw lost
  }

  function throwIfLost(): void {
    if (lost) throw lost
  }

  function isWhereItWasLeft(found: number | undefined): void {
    if (found !== snapshotOffset) fail(`the store stands at ${found}, not at ${snapshotOffset}`)
  }

  async function load(ids: readonly string[]): Promise<Map<string, S>> {
    throwIfLost()
    const states = new Map<string, S>()
    const missing: string[] = []
    for (const id of new Set(ids)) {
      const state = behind.get(id) ?? recent.get(id)
      if (state === undefined) missing.push(id)
      else states.set(id, state)
    }
    if (missing.length > 0)
      await turns.run(async () => {
        const loaded = await store.load(partition, missing)
        // Without this check, a flushed store looks empty and every request would be opened twice.
        isWhereItWasLeft(loaded.snapshotOffset)
        for (const [id, text] of loaded.snapshots) states.set(id, await parse(text))
      })
    return states
  }

  async function parse(text: string): Promise<S> {
    try {
      return options.parse(text)
    } catch (error) {
      // One unreadable state makes all of this partition suspect, and all of it can be derived again.
      await store.clear(partition)
      return fail(`a stored state can't be read: ${(error as Error).message}`)
    }
  }

  /**
   * An owner that lost the partition saves nothing: its records may be undone (ADR 46), or another owner has the
   * partition. The next owner derives what is missing.
   */
  async function flushNow(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    signal.throwIfAborted()
    throwIfLost()
    if (position === undefined || (position === snapshotOffset && behind.size === 0 && othersBehind.size === 0)) return
    const [states, others, to] = [new Map(behind), new Map(othersBehind), position]
    const entries: SnapshotEntry[] = []
    for (const [id, state] of states) {
      const dueAtMs = options.dueAtMs?.(state)
      entries.push({ id, snapshot: options.serialize(state), ...(dueAtMs === undefined ? {} : { dueAtMs }) })
    }
    for (const [id, snapshot] of others) entries.push({ id, snapshot })
    const outcome = await store.save(partition, snapshotOffset, to, entries)
    if (outcome !== 'saved') fail(outcome === 'lost' ? 'the store lost its snapshot offset' : 'another owner went further')
    snapshotOffset = to
    isFaultTold = false
    forget(behind, states)
    forget(othersBehind, others)
  }

  const flush = (): Promise<void> => turns.run(flushNow)

  /** If the states are lost, the next caller gets that error. If the store is unreachable, the states stay queued. */
  function flushLater(error: unknown): void {
    if (!isFaultTold && !lost && !signal.aborted) {
      isFaultTold = true
      options.onSaveFault(error)
    }
    flushSoon()
  }

  function flushSoon(): void {
    if (signal.aborted || lost) return
    timer ??= setTimeout(() => {
      timer = undefined
      flush().catch(flushLater)
    }, behindMs)
    timer.unref()
  }

  return {
    get snapshotOffset() {
      return snapshotOffset
    },
    load,
    async keep(states, to, others) {
      throwIfLost()
      for (const [id, state] of states) {
        behind.set(id, state)
        recent.set(id, state as NonNullable<S>)
      }
      for (const [id, text] of others) othersBehind.set(id, text)
      position = to
      if (store.isShared || behind.size >= behindMax) return flush()
      flushSoon()
    },
    flush,
    due: (nowMs, limit) =>
      turns.run(async () => {
        await flushNow()
        const found = await store.due(partition, nowMs, limit)
        isWhereItWasLeft(found.snapshotOffset)
        return found.ids
      }),
    fail,
    async close() {
      clearTimeout(timer)
      if (!lost) await flush().catch(() => undefined)
    },
    abandon: () => clearTimeout(timer),
  }
}

/** Removes saved states from the queue, unless they have changed meanwhile. */
function forget<T>(waiting: Map<string, T>, saved: ReadonlyMap<string, T>): void {
  for (const [id, value] of saved) if (waiting.get(id) === value) waiting.delete(id)
}
