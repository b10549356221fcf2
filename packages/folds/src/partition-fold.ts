// Keeps the states of all requests in one ledger partition for one service. Callers: ledger, validation, dispatch.
// States: opened from the store's snapshot offset → catches up to `until` → folds batches → closed.
// behind-store.ts holds the states in memory and saves them after the batch (write-behind).
// A fold starts again, from the store or from the beginning of the ledger, for three reasons:
// - the store lost or forgot states (StateLostError), - another owner went further in the same store (StateLostError),
// - the ledger was truncated: lost-past.ts compares what was read with what is there now.
// A request on which folding throws is parked (partition-parking.ts), and the others go on.

import {
  type AnyLedgerRecord,
  type Fact,
  type FeatureLevelRaised,
  featureLevelKey,
  isDecrypted,
  isFeatureLevelRaised,
  isKnownFact,
  isRefusedCommand,
  ledgerRecordIn,
  type RefusedCommand,
  topics,
} from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import {
  attemptSync,
  fingerprintsAfter,
  formatFingerprints,
  type LogFingerprints,
  type OutgoingRecord,
  parseFingerprints,
  reasonOf,
  type StreamRecord,
  type Streams,
} from '@holdfast/streams'
import type { FoldDefinition } from './fold-definition.ts'
import { discardTruncated, findTruncation, fingerprintsKey, type LogTruncation } from './log-truncation.ts'
import type { PartitionParking } from './partition-parking.ts'
import { createWriteBehindStore } from './write-behind-store.ts'

export interface PartitionFoldOptions<S> extends FoldDefinition<S> {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly partition: number
  /** Facts from this offset on are left for the caller; `end` folds all there is. */
  readonly until: number | 'end'
  readonly signal: AbortSignal
  /** Requests that this reader can't go on with. */
  readonly parking: PartitionParking
  /** Whether a fault is thrown instead, as this reader must not go on with the partition at all. */
  givesUp?: ((fault: unknown) => boolean) | undefined
  /** Given each batch of facts that are folded at opening, before they are saved, to a reader that keeps more than states. */
  onCaughtUp?(accepted: FoldedBatch<S>['accepted']): Promise<unknown>
  /** Told when the ledger no longer has all that the store was folded from; it is folded again from what is there. */
  onLostPast(lost: LogTruncation): void
  /** Told when more than a tail had to be folded because the store had forgotten. */
  onRebuilt(why: string, facts: number): void
  /** Told when states can't be saved, once until they can be again. */
  onSaveFault(error: unknown): void
  /** Told of a record of the ledger that can't be read; it is passed over. */
  onUnreadable(record: StreamRecord, reason: string): void
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
  readonly offset: number
  readonly before: S | undefined
  readonly state: S
}

/** What one batch of ledger records means to a reader. */
export interface FoldedBatch<S> {
  /** In log order. */
  readonly accepted: ReadonlyArray<FoldedFact<S>>
  /** In log order among themselves. */
  readonly refused: ReadonlyArray<FoldedRefusal<S>>
  /** The requests that were parked while this batch was folded, or because of its effects. */
  readonly parked: ReadonlySet<string>
  /** Parks the request of what has effects that can't be made: nothing of it from there on is in the batch any more, and its state is the one before. */
  park(step: FoldedFact<S> | FoldedRefusal<S>, fault: unknown): Promise<void>
  /** Keeps the new states and the position; call it after the effects are done. */
  save(): Promise<void>
}

export interface PartitionFold<S> {
  /** The next offset of the ledger partition that is not folded yet. */
  readonly position: number
  /** What may be written from here on, as the ledger says. */
  readonly level: number
  /** The states of these requests; unknown ones are absent. Throws StateLostError. */
  load(ids: readonly string[]): Promise<Map<string, S>>
  /** Keeps states together with the position up to which they are folded, and what lies right before it; the store has them a moment later. Throws StateLostError. */
  save(states: ReadonlyMap<string, S>, position: number, last: Pick<OutgoingRecord, 'value'>): Promise<void>
  /** Folds records of this partition; those before the position are passed over. */
  take(records: readonly StreamRecord[]): Promise<FoldedBatch<S>>
  /** Reads what of a parked request was left out. It may be all of a long ledger: it is read while the partition goes on. */
  readLeftOut(requestId: string): Promise<LeftOut>
  /** Folds what of a parked request was left out, up to the position; reads only what was not read before. */
  retake(requestId: string, readBefore?: LeftOut): Promise<FoldedBatch<S>>
  /** Requests with a deadline at or before this instant. Throws StateLostError. */
  due(nowMs: number, limit: number): Promise<string[]>
  /** Throws StateLostError where the ledger no longer has what was folded: for who appends to it and is not given its records. */
  checkPast(): Promise<void>
  /** Resolves when the store has what was kept. Throws StateLostError. */
  flush(): Promise<void>
  /** Has the store have what was kept, where that can be done. The fold is not used any more. */
  close(): Promise<void>
}

/** The folds of one service that this process has open, by partition: their owners know what is not in the store yet. */
export type OpenFolds<S> = Map<number, PartitionFold<S>>

interface Found {
  readonly entry: Exclude<AnyLedgerRecord, FeatureLevelRaised>
  readonly offset: number
}

/** What of a parked request lies in the ledger from where it was parked, read up to an offset. */
export interface LeftOut {
  readonly found: readonly Found[]
  readonly to: number
}

/**
 * Opens a ledger partition as keyed state: starts from the store's checkpoint, folds what came after it, and notices when the store forgot,
 * was flushed or was restored from an old copy. Then everything is folded again from where the store stands, in the worst case from the start.
 */
export async function openPartitionFold<S>(options: PartitionFoldOptions<S>): Promise<PartitionFold<S>> {
  const { streams, store, partition, signal, parking } = options
  const ledger = topics.ledger.name
  const lost = await discardTruncated(options)
  if (lost) options.onLostPast(lost)
  const begun = await store.load(partition, [featureLevelKey, fingerprintsKey])
  const states = createWriteBehindStore<S>({ ...options, checkpoint: begun.checkpoint })
  let level = Number(begun.snapshots.get(featureLevelKey) ?? 1)
  let past = parseFingerprints(begun.snapshots.get(fingerprintsKey) ?? '')
  const end = await streams.endOffset(ledger, partition)
  let position = begun.checkpoint ?? (await streams.startOffset(ledger, partition))

  async function save(changed: ReadonlyMap<string, S>, to: number, upTo: LogFingerprints, raisedTo?: number): Promise<void> {
    const others = new Map<string, string>()
    if (raisedTo !== undefined) others.set(featureLevelKey, `${raisedTo}`)
    if (upTo !== past) others.set(fingerprintsKey, formatFingerprints(upTo))
    position = to
    past = upTo
    if (raisedTo !== undefined) level = raisedTo
    await states.keep(changed, to, others)
  }

  /** What lies before the place where a request was parked is folded as ever, where a store has forgotten it or a version begins with states of its own. */
  function isLeftOut(requestId: string, offset: number): boolean {
    const parked = parking.get(requestId)
    return parked !== undefined && parked.threwOn !== 'command' && offset >= parked.offset
  }

  async function take(records: readonly StreamRecord[]): Promise<FoldedBatch<S>> {
    const found: Found[] = []
    let last: StreamRecord | undefined
    let raisedTo: number | undefined
    for (const record of records) {
      if (record.offset < position) continue
      last = record
      const read = ledgerRecordIn(record)
      if (!read.ok) options.onUnreadable(record, read.error)
      else if (isFeatureLevelRaised(read.value)) raisedTo = Math.max(raisedTo ?? level, read.value.data.level)
      else if (!isLeftOut(read.value.subject, record.offset)) found.push({ entry: read.value, offset: record.offset })
    }
    const batch = await foldFound(found)
    async function saveBatch(): Promise<void> {
      const to = last ? last.offset + 1 : position
      if (last && to > position) await save(batch.changed, to, fingerprintsAfter(past, last, to), raisedTo)
    }
    return { ...batch, save: saveBatch }
  }

  async function readLeftOut(requestId: string, before?: LeftOut): Promise<LeftOut> {
    const from = before?.to ?? parking.get(requestId)?.offset ?? position
    const to = position
    const found = [...(before?.found ?? [])]
    if (from < to)
      for await (const records of streams.read(ledger, partition, from, to))
        for (const record of records) {
          if (record.key !== requestId) continue
          const { offset } = record
          const read = ledgerRecordIn(record)
          if (read.ok && !isFeatureLevelRaised(read.value)) found.push({ entry: read.value, offset })
        }
    return { found, to }
  }

  async function retake(requestId: string, readBefore?: LeftOut): Promise<FoldedBatch<S>> {
    const { found } = await readLeftOut(requestId, readBefore)
    const batch = await foldFound(found)
    return { ...batch, save: () => save(batch.changed, position, past) }
  }

  async function foldFound(found: readonly Found[]) {
    const loaded = await states.load(found.map(({ entry }) => entry.subject))
    const changed = new Map<string, S>()
    const accepted: FoldedFact<S>[] = []
    const refusals: FoldedRefusal<S>[] = []
    const putAside = new Set<string>()

    async function parkAt({ entry, offset }: Found, fault: unknown): Promise<void> {
      putAside.add(entry.subject)
      const waitsFor = !isRefusedCommand(entry) && !isKnownFact(entry) ? { waitsFor: entry.type } : {}
      await parking.park({
        requestId: entry.subject,
        offset,
        reason: reasonOf(fault, { isOfSealed: isDecrypted(entry.data ?? {}) }),
        ...waitsFor,
      })
    }

    for (const one of found) {
      const { entry, offset } = one
      if (putAside.has(entry.subject)) continue
      const before = changed.get(entry.subject) ?? loaded.get(entry.subject)
      const isRefusal = isRefusedCommand(entry)
      const step = attemptSync(() => (isRefusal ? options.foldRefusal(before, entry) : options.fold(before, entry, offset)))
      if (!step.ok) {
        if (options.givesUp?.(step.fault)) throw step.fault
        await parkAt(one, step.fault)
        continue
      }
      if (!step.value.accepted || step.value.state === undefined) continue
      const { state } = step.value
      changed.set(entry.subject, state)
      if (isRefusal) refusals.push({ refused: entry, offset, before, state })
      else if (isKnownFact(entry)) accepted.push({ fact: entry, offset, before, state })
    }

    async function park(step: FoldedFact<S> | FoldedRefusal<S>, fault: unknown): Promise<void> {
      const entry = 'fact' in step ? step.fact : step.refused
      await parkAt({ entry, offset: step.offset }, fault)
      if (step.before === undefined) changed.delete(entry.subject)
      else changed.set(entry.subject, step.before)
      removeFrom(accepted, ({ fact, offset }) => fact.subject === entry.subject && offset >= step.offset)
      removeFrom(refusals, ({ refused, offset }) => refused.subject === entry.subject && offset >= step.offset)
    }
    return { accepted, refused: refusals, changed, parked: putAside, park }
  }

  async function catchUp(): Promise<void> {
    const until = options.until === 'end' ? end : Math.min(options.until, end)
    const rebuilding = begun.checkpoint === undefined && until > position
    let facts = 0
    for await (const records of streams.read(ledger, partition, position, until)) {
      signal.throwIfAborted()
      const batch = await take(records)
      await options.onCaughtUp?.(batch.accepted)
      await batch.save()
      facts += batch.accepted.length
    }
    // A checkpoint of its own even for an empty partition, so that a store that forgets is always noticed.
    if (states.checkpoint === undefined) await save(new Map(), Math.max(position, until), past)
    await states.flush()
    if (rebuilding) options.onRebuilt('the store knew nothing of the partition', facts)
  }

  try {
    await catchUp()
  } catch (error) {
    states.abandon()
    throw error
  }
  return {
    get position() {
      return position
    },
    get level() {
      return level
    },
    load: states.load,
    save: (changed, to, last) => save(changed, to, fingerprintsAfter(past, last, to)),
    take,
    readLeftOut: requestId => readLeftOut(requestId),
    retake,
    due: states.due,
    async checkPast() {
      const gone = await findTruncation(streams, partition, position, past)
      if (gone) states.fail(`the ledger is what was folded up to ${gone.same} only, not up to ${gone.position}`)
    },
    flush: states.flush,
    close: states.close,
  }
}

function removeFrom<T>(list: T[], isGone: (one: T) => boolean): void {
  const left = list.filter(one => !isGone(one))
  list.splice(0, list.length, ...left)
}
