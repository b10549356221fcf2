// Saves the states of one partition behind the work: in memory at once, in the store a moment later with their offset.
// A crash between the two costs folding again, never a fact. Callers: partition-fold.ts.

import type { SnapshotEntry, SnapshotStore } from '@holdfast/stores'
import { createSerialQueue } from '@holdfast/streams'
import { LRUCache } from 'lru-cache'
import type { FoldDefinition } from './fold-definition.ts'

/** Thrown when the store no longer has what this owner left there, or somebody else went further: open the partition again. */
export class StateLostError extends Error {
  override readonly name = 'StateLostError'
  readonly isPassing = true
}

export interface WriteBehindStoreOptions<S> extends Pick<FoldDefinition<S>, 'serialize' | 'parse' | 'dueAtMs'> {
  readonly store: SnapshotStore
  readonly partition: number
  /** Where the store stands. */
  readonly checkpoint: number | undefined
  readonly signal: AbortSignal
  /** Told when states can't be saved behind, once until they can be again: they wait, and it is tried again each second. */
  onSaveFault(error: unknown): void
}

/** The states of one partition as its owner has them: known to it at once, and in the store a moment later together with the position up to which they are folded; in a store that is shared with each batch. */
export interface WriteBehindStore<S> {
  /** What the store stands at. */
  readonly checkpoint: number | undefined
  /** The states of these requests; unknown ones are absent. Throws StateLostError. */
  load(ids: readonly string[]): Promise<Map<string, S>>
  /** Keeps states, and what else is known of the partition, as of this position. What is saved behind waits for nothing, but where too much has come together. */
  keep(states: ReadonlyMap<string, S>, position: number, others: ReadonlyMap<string, string>): Promise<void>
  /** Saves what waits. Throws StateLostError. */
  flush(): Promise<void>
  /** Requests with a deadline at or before this instant. Throws StateLostError. */
  due(nowMs: number, limit: number): Promise<string[]>
  /** Throws StateLostError: nothing that is here may be gone on with. */
  fail(why: string): never
  /** Saves what waits, where that can be done and the partition is not lost. Nothing of it is used any more. */
  close(): Promise<void>
  /** Saves nothing more. */
  abandon(): void
}

/** States of one partition that stay in memory beside the store: what is being worked on now. 2,000 of 1–3 kB are about 5 MB. */
const recentMax = 2000
/** So many states may wait to be saved, and the first of them for so long. Who opens the partition after a crash folds what was not. */
const behindMax = 2_000
const behindMs = 1_000

export function createWriteBehindStore<S>(options: WriteBehindStoreOptions<S>): WriteBehindStore<S> {
  const { store, partition, signal } = options
  const recent = new LRUCache<string, NonNullable<S>>({ max: recentMax })
  /** Not saved yet. */
  const behind = new Map<string, S>()
  const othersBehind = new Map<string, string>()
  let { checkpoint } = options
  let position = checkpoint
  let timer: NodeJS.Timeout | undefined
  let lost: StateLostError | undefined
  let isFaultTold = false
  // What is asked of the store and what is saved take turns: the one looks whether the store stands where the other has left it.
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
    if (found !== checkpoint) fail(`the store stands at ${found}, not at ${checkpoint}`)
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
      await turns.take(async () => {
        const loaded = await store.load(partition, missing)
        // Without this an owner would take a flushed store for a world without requests, and open each a second time.
        isWhereItWasLeft(loaded.checkpoint)
        for (const [id, text] of loaded.snapshots) states.set(id, await parse(text))
      })
    return states
  }

  async function parse(text: string): Promise<S> {
    try {
      return options.parse(text)
    } catch (error) {
      // Nothing of this partition can be trusted to be readable, and all of it can be folded again.
      await store.clear(partition)
      return fail(`a stored state can't be read: ${(error as Error).message}`)
    }
  }

  /** Who has lost the partition saves nothing: in one process what was folded may be undone (ADR 46), and elsewhere there is another owner. Whoever opens it folds what is missing. */
  async function flushNow(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    signal.throwIfAborted()
    throwIfLost()
    if (position === undefined || (position === checkpoint && behind.size === 0 && othersBehind.size === 0)) return
    const [states, others, to] = [new Map(behind), new Map(othersBehind), position]
    const entries: SnapshotEntry[] = []
    for (const [id, state] of states) {
      const dueAtMs = options.dueAtMs?.(state)
      entries.push({ id, snapshot: options.serialize(state), ...(dueAtMs === undefined ? {} : { dueAtMs }) })
    }
    for (const [id, snapshot] of others) entries.push({ id, snapshot })
    const outcome = await store.save(partition, checkpoint, to, entries)
    if (outcome !== 'saved') fail(outcome === 'lost' ? 'the store forgot the checkpoint' : 'another owner went further')
    checkpoint = to
    isFaultTold = false
    forget(behind, states)
    forget(othersBehind, others)
  }

  const flush = (): Promise<void> => turns.take(flushNow)

  /** Where the states are lost, the next caller gets that error. Where the store is away, they wait on. */
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
    get checkpoint() {
      return checkpoint
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
      turns.take(async () => {
        await flushNow()
        const found = await store.due(partition, nowMs, limit)
        isWhereItWasLeft(found.checkpoint)
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

/** What was saved waits no longer, where it has not changed meanwhile. */
function forget<T>(waiting: Map<string, T>, saved: ReadonlyMap<string, T>): void {
  for (const [id, value] of saved) if (waiting.get(id) === value) waiting.delete(id)
}
