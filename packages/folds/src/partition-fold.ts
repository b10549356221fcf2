import { type Fact, isRefusedCommand, type RefusedCommand, readLedgerRecord, topics } from '@holdfast/schemas'
import type { SnapshotEntry, SnapshotStore } from '@holdfast/stores'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { createRecent } from './recent.ts'

/** How a reader of the ledger folds it: one state per request. */
export interface FoldDefinition<S> {
  /** `accepted: false` leaves the state as it is: the fact is noise. The offset is where the fact lies in its ledger partition. */
  fold(state: S | undefined, fact: Fact, offset: number): { readonly accepted: boolean; readonly state: S | undefined }
  /** The same for a refused command, which lies beside the facts. A reader that leaves this out passes them over. */
  foldRefusal?(state: S | undefined, refused: RefusedCommand): { readonly accepted: boolean; readonly state: S | undefined }
  serialize(state: S): string
  /** Throws on a state of another version; the partition is folded again then. */
  parse(text: string): S
  /** The earliest deadline of a request, in milliseconds since 1970. */
  dueAtMs?(state: S): number | undefined
}

export interface PartitionFoldOptions<S> extends FoldDefinition<S> {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly partition: number
  /** Facts from this offset on are left for the caller; `end` folds all there is. */
  readonly until: number | 'end'
  readonly signal: AbortSignal
  /** Given each batch of facts that are folded at opening, before they are saved, to a reader that keeps more than states. */
  onCaughtUp?(accepted: FoldedBatch<S>['accepted']): Promise<unknown>
  /** Told when more than a tail had to be folded because the store had forgotten. */
  onRebuilt(why: string, facts: number): void
  /** Told of a record of the ledger that can't be read; it is passed over. */
  onUnreadable(record: StreamRecord, reason: string): void
}

/** Thrown when the store no longer has what this owner left there, or somebody else went further: open the partition again. */
export class StateLostError extends Error {
  override readonly name = 'StateLostError'
}

/** An accepted fact between the state it met and the state it led to. */
export interface FoldedFact<S> {
  readonly fact: Fact
  /** Where it lies in its ledger partition. */
  readonly offset: number
  readonly before: S | undefined
  readonly state: S
}

/** A refused command that was accepted, and the state with it. */
export interface FoldedRefusal<S> {
  readonly refused: RefusedCommand
  readonly state: S
}

/** What one batch of ledger records means to a reader. */
export interface FoldedBatch<S> {
  /** In log order. */
  readonly accepted: ReadonlyArray<FoldedFact<S>>
  /** In log order among themselves; none for a reader that passes them over. */
  readonly refused: ReadonlyArray<FoldedRefusal<S>>
  /** Keeps the new states and the position; call it after the effects are done. */
  save(): Promise<void>
}

export interface PartitionFold<S> {
  /** The next offset of the ledger partition that is not folded yet. */
  readonly position: number
  /** The states of these requests; unknown ones are absent. Throws StateLostError. */
  load(ids: readonly string[]): Promise<Map<string, S>>
  /** Saves states together with the position up to which they are folded. Throws StateLostError. */
  save(states: ReadonlyMap<string, S>, position: number): Promise<void>
  /** Folds records of this partition; those before the position are passed over. */
  take(records: readonly StreamRecord[]): Promise<FoldedBatch<S>>
  /** Requests with a deadline at or before this instant. Throws StateLostError. */
  due(nowMs: number, limit: number): Promise<string[]>
}

/** States of one partition that stay in memory beside the store: what is being worked on now. 2,000 of 1–3 kB are about 5 MB. */
const recentMax = 2000

/**
 * Opens a ledger partition as keyed state: starts from the store's checkpoint, folds what came after it, and notices when the store forgot,
 * was flushed or was restored from an old copy. Then everything is folded again from where the store stands, in the worst case from the start.
 */
export async function openPartitionFold<S>(options: PartitionFoldOptions<S>): Promise<PartitionFold<S>> {
  const { streams, store, partition, signal } = options
  const ledger = topics.ledger.name
  const recent = createRecent<S>(recentMax)
  let checkpoint = (await store.load(partition, [])).checkpoint
  const end = await streams.endOffset(ledger, partition)
  if (checkpoint !== undefined && checkpoint > end) {
    // The store speaks of another ledger than the one that is there.
    await store.clear(partition)
    options.onRebuilt('the store was ahead of the ledger', 0)
    checkpoint = undefined
  }
  let position = checkpoint ?? (await streams.startOffset(ledger, partition))

  const fail = (why: string): never => {
    recent.clear()
    throw new StateLostError(`partition ${partition}: ${why}`)
  }

  async function load(ids: readonly string[]): Promise<Map<string, S>> {
    const states = new Map<string, S>()
    const missing: string[] = []
    for (const id of new Set(ids)) {
      const state = recent.get(id)
      if (state === undefined) missing.push(id)
      else states.set(id, state)
    }
    if (missing.length > 0) {
      const loaded = await store.load(partition, missing)
      // Without this an owner would take a flushed store for a world without requests, and open each a second time.
      if (loaded.checkpoint !== checkpoint) fail(`the store stands at ${loaded.checkpoint}, not at ${checkpoint}`)
      for (const [id, text] of loaded.snapshots) states.set(id, await parse(text))
    }
    return states
  }

  async function parse(text: string): Promise<S> {
    try {
      return options.parse(text)
    } catch (error) {
      // A state of another version: nothing of this partition can be trusted to be readable, and all of it can be folded again.
      await store.clear(partition)
      return fail(`a stored state can't be read: ${(error as Error).message}`)
    }
  }

  async function save(states: ReadonlyMap<string, S>, to: number): Promise<void> {
    const entries: SnapshotEntry[] = []
    for (const [id, state] of states) {
      const dueAtMs = options.dueAtMs?.(state)
      entries.push({ id, snapshot: options.serialize(state), ...(dueAtMs === undefined ? {} : { dueAtMs }) })
    }
    const outcome = await store.save(partition, checkpoint, to, entries)
    if (outcome !== 'saved') fail(outcome === 'lost' ? 'the store forgot the checkpoint' : 'another owner went further')
    checkpoint = to
    position = to
    for (const [id, state] of states) recent.set(id, state)
  }

  async function take(records: readonly StreamRecord[]): Promise<FoldedBatch<S>> {
    const found: { entry: Fact | RefusedCommand; offset: number }[] = []
    let to = position
    for (const record of records) {
      if (record.offset < position) continue
      to = record.offset + 1
      const read = readLedgerRecord(record.value)
      if (!read.ok) options.onUnreadable(record, read.error)
      else if (options.foldRefusal || !isRefusedCommand(read.value)) found.push({ entry: read.value, offset: record.offset })
    }
    const states = await load(found.map(({ entry }) => entry.subject))
    const changed = new Map<string, S>()
    const accepted: FoldedFact<S>[] = []
    const refusals: FoldedRefusal<S>[] = []
    for (const { entry, offset } of found) {
      const before = changed.get(entry.subject) ?? states.get(entry.subject)
      const isRefusal = isRefusedCommand(entry)
      const step = isRefusal ? options.foldRefusal?.(before, entry) : options.fold(before, entry, offset)
      if (!step?.accepted || step.state === undefined) continue
      changed.set(entry.subject, step.state)
      if (isRefusal) refusals.push({ refused: entry, state: step.state })
      else accepted.push({ fact: entry, offset, before, state: step.state })
    }
    return { accepted, refused: refusals, save: async () => (to > position ? save(changed, to) : undefined) }
  }

  async function catchUp(): Promise<void> {
    const until = options.until === 'end' ? end : Math.min(options.until, end)
    const rebuilding = checkpoint === undefined && until > position
    let facts = 0
    for await (const records of streams.read(ledger, partition, position, until)) {
      signal.throwIfAborted()
      const batch = await take(records)
      await options.onCaughtUp?.(batch.accepted)
      await batch.save()
      facts += batch.accepted.length
    }
    // A checkpoint of its own even for an empty partition, so that a store that forgets is always noticed.
    if (checkpoint === undefined) await save(new Map(), Math.max(position, until))
    if (rebuilding) options.onRebuilt('the store knew nothing of the partition', facts)
  }

  await catchUp()
  return {
    get position() {
      return position
    },
    load,
    save,
    take,
    async due(nowMs, limit) {
      const found = await store.due(partition, nowMs, limit)
      if (found.checkpoint !== checkpoint) fail(`the store stands at ${found.checkpoint}, not at ${checkpoint}`)
      return found.ids
    },
  }
}
