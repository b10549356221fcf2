// Keeps the states of all requests in one ledger partition for one service. Callers: ledger, validation, dispatch.
// Lifecycle: open at the store's snapshot offset → catch up to `until` → apply batches → close.
// write-behind-store.ts holds the states in memory and saves them after the batch.
// A partition is rebuilt, from the store or from the start of the ledger, for three reasons:
// - the store lost states (StateLostError), - another owner saved a later offset (StateLostError),
// - the ledger was truncated: log-truncation.ts compares its fingerprints with those of the records that were read.
// A request whose fact or command throws is parked (partition-parking.ts). The others go on.

import type { Workflow } from '@holdfast/core'
import {
  type AnyLedgerRecord,
  type FeatureLevelRaised,
  featureLevelKey,
  isDecrypted,
  isFeatureLevelRaised,
  isRefusedCommand,
  type LedgerFact,
  ledgerRecordIn,
  type RefusedCommand,
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
import { discardTruncated, findTruncation, fingerprintsKey, type LogTruncation } from './log-truncation.ts'
import type { PartitionParking } from './partition-parking.ts'
import type { StateDefinition } from './state-definition.ts'
import { createWriteBehindStore } from './write-behind-store.ts'

export interface PartitionStateOptions<S, F extends LedgerFact = LedgerFact> extends StateDefinition<S> {
  readonly streams: Streams
  readonly workflow: Pick<Workflow, 'isKnownFact' | 'topics'>
  readonly store: SnapshotStore
  readonly partition: number
  /** Facts from this offset on are left for the caller; `end` reads all there are. */
  readonly until: number | 'end'
  readonly signal: AbortSignal
  /** Requests that this reader cannot process. */
  readonly parking: PartitionParking
  /**
   * Whether a fault is rethrown instead of parking the request, because this reader must stop reading the partition.
   */
  isFatal?: ((fault: unknown) => boolean) | undefined
  /**
   * Receives each batch of facts during catch-up, before its states are saved. For a reader that stores more than
   * states.
   */
  onCaughtUp?(accepted: AppliedBatch<S, F>['accepted']): Promise<unknown>
  /**
   * Called when the ledger was truncated below the snapshot offset. The partition is then rebuilt from the remaining
   * facts.
   */
  onTruncated(lost: LogTruncation): void
  /** Called when the store had lost its states and the partition was rebuilt. */
  onRebuilt(why: string, facts: number): void
  /** Called once when states cannot be saved, and again only after a save has succeeded. */
  onSaveFault(error: unknown): void
  /** Called for each record of the ledger that cannot be read. The record is skipped. */
  onUnreadable(record: StreamRecord, reason: string): void
}

/** An accepted fact with the state before and after it. */
export interface AppliedFact<S, F extends LedgerFact = LedgerFact> {
  readonly fact: F
  /** Its offset in the ledger partition. */
  readonly offset: number
  readonly before: S | undefined
  readonly state: S
}

/** An accepted refusal with the state before and after it. */
export interface AppliedRefusal<S> {
  readonly refused: RefusedCommand
  readonly offset: number
  readonly before: S | undefined
  readonly state: S
}

/** The outcome of one batch of ledger records. */
export interface AppliedBatch<S, F extends LedgerFact = LedgerFact> {
  /** In log order. */
  readonly accepted: ReadonlyArray<AppliedFact<S, F>>
  /** In log order among themselves. */
  readonly refused: ReadonlyArray<AppliedRefusal<S>>
  /** The requests that were parked while this batch was applied, or because of its effects. */
  readonly parked: ReadonlySet<string>
  /**
   * Parks the request whose effects failed. Removes its records from there on from the batch, and restores its earlier
   * state.
   */
  park(step: AppliedFact<S, F> | AppliedRefusal<S>, fault: unknown): Promise<void>
  /** Stores the new states and the position. Call it after the effects are done. */
  save(): Promise<void>
}

export interface PartitionState<S, F extends LedgerFact = LedgerFact> {
  /** The offset of the next record to apply. */
  readonly position: number
  /** The feature level of the ledger: which records may be written from here on. */
  readonly level: number
  /** Returns the states of these requests; unknown ones are absent. Throws StateLostError. */
  load(ids: readonly string[]): Promise<Map<string, S>>
  /**
   * Stores states with the position up to which they were derived, and the record right before it. The store has them a
   * moment later. Throws StateLostError.
   */
  save(states: ReadonlyMap<string, S>, position: number, last: Pick<OutgoingRecord, 'value'>): Promise<void>
  /** Applies records of this partition. Skips those before the position. */
  apply(records: readonly StreamRecord[]): Promise<AppliedBatch<S, F>>
  /**
   * Reads the skipped records of a parked request. That can take as long as the ledger is long, so the partition goes
   * on meanwhile.
   */
  readSkipped(requestId: string): Promise<SkippedRecords>
  /** Applies the skipped records of a parked request up to the position. Reads only those that `readBefore` lacks. */
  applySkipped(requestId: string, readBefore?: SkippedRecords): Promise<AppliedBatch<S, F>>
  /** Returns requests with a deadline at or before this instant. Throws StateLostError. */
  due(nowMs: number, limit: number): Promise<string[]>
  /**
   * Throws StateLostError if the ledger was truncated. For an owner that only appends and does not consume its own
   * records.
   */
  checkTruncation(): Promise<void>
  /** Resolves when the store has all states. Throws StateLostError. */
  flush(): Promise<void>
  /** Saves the states if that is possible. The partition must not be used afterwards. */
  close(): Promise<void>
}

/** The open partitions of one service in this process: only their owners know the states that are not stored yet. */
export type OpenPartitions<S, F extends LedgerFact = LedgerFact> = Map<number, PartitionState<S, F>>

interface Found {
  readonly entry: Exclude<AnyLedgerRecord, FeatureLevelRaised>
  readonly offset: number
}

/** The skipped records of a parked request, from where it was parked up to an offset. */
export interface SkippedRecords {
  readonly found: readonly Found[]
  readonly to: number
}

/**
 * Opens the state of one ledger partition. Loads the stored snapshots and applies all later facts. Detects a store that
 * was flushed or restored from an older backup, and rebuilds from its snapshot offset.
 */
export async function openPartitionState<S, F extends LedgerFact = LedgerFact>(
  options: PartitionStateOptions<S, F>,
): Promise<PartitionState<S, F>> {
  const { streams, workflow, store, partition, signal, parking } = options
  const ledger = workflow.topics.ledger.name
  const lost = await discardTruncated(options)
  if (lost) options.onTruncated(lost)
  const begun = await store.load(partition, [featureLevelKey, fingerprintsKey])
  const states = createWriteBehindStore<S>({ ...options, snapshotOffset: begun.snapshotOffset })
  let level = Number(begun.snapshots.get(featureLevelKey) ?? 1)
  let past = parseFingerprints(begun.snapshots.get(fingerprintsKey) ?? '')
  const end = await streams.endOffset(ledger, partition)
  let position = begun.snapshotOffset ?? (await streams.startOffset(ledger, partition))

  async function save(changed: ReadonlyMap<string, S>, to: number, upTo: LogFingerprints, raisedTo?: number): Promise<void> {
    const others = new Map<string, string>()
    if (raisedTo !== undefined) others.set(featureLevelKey, `${raisedTo}`)
    if (upTo !== past) others.set(fingerprintsKey, formatFingerprints(upTo))
    position = to
    past = upTo
    if (raisedTo !== undefined) level = raisedTo
    await states.keep(changed, to, others)
  }

  /**
   * Facts before the offset at which a request was parked are still applied: after a rebuild, or by a version with
   * other states.
   */
  function isLeftOut(requestId: string, offset: number): boolean {
    const parked = parking.get(requestId)
    return parked !== undefined && parked.threwOn !== 'command' && offset >= parked.offset
  }

  async function apply(records: readonly StreamRecord[]): Promise<AppliedBatch<S, F>> {
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
    const batch = await applyFound(found)
    async function saveBatch(): Promise<void> {
      const to = last ? last.offset + 1 : position
      if (last && to > position) await save(batch.changed, to, fingerprintsAfter(past, last, to), raisedTo)
    }
    return { ...batch, save: saveBatch }
  }

  async function readSkipped(requestId: string, before?: SkippedRecords): Promise<SkippedRecords> {
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

  async function applySkipped(requestId: string, readBefore?: SkippedRecords): Promise<AppliedBatch<S, F>> {
    const { found } = await readSkipped(requestId, readBefore)
    const batch = await applyFound(found)
    return { ...batch, save: () => save(batch.changed, position, past) }
  }

  async function applyFound(found: readonly Found[]) {
    const loaded = await states.load(found.map(({ entry }) => entry.subject))
    const changed = new Map<string, S>()
    const accepted: AppliedFact<S, F>[] = []
    const refusals: AppliedRefusal<S>[] = []
    const parkedHere = new Set<string>()

    async function parkAt({ entry, offset }: Found, fault: unknown): Promise<void> {
      parkedHere.add(entry.subject)
      const waitsFor = !isRefusedCommand(entry) && !workflow.isKnownFact(entry.type) ? { waitsFor: entry.type } : {}
      await parking.park({
        requestId: entry.subject,
        offset,
        reason: reasonOf(fault, { containsPersonalData: isDecrypted(entry.data ?? {}) }),
        ...waitsFor,
      })
    }

    for (const one of found) {
      const { entry, offset } = one
      if (parkedHere.has(entry.subject)) continue
      const before = changed.get(entry.subject) ?? loaded.get(entry.subject)
      const isRefusal = isRefusedCommand(entry)
      const step = attemptSync(() => (isRefusal ? options.evolveRefusal(before, entry) : options.evolve(before, entry, offset)))
      if (!step.ok) {
        if (options.isFatal?.(step.fault)) throw step.fault
        await parkAt(one, step.fault)
        continue
      }
      if (!step.value.accepted || step.value.state === undefined) continue
      const { state } = step.value
      changed.set(entry.subject, state)
      if (isRefusal) refusals.push({ refused: entry, offset, before, state })
      else if (workflow.isKnownFact(entry.type)) accepted.push({ fact: entry as F, offset, before, state })
    }

    async function park(step: AppliedFact<S, F> | AppliedRefusal<S>, fault: unknown): Promise<void> {
      const entry = 'fact' in step ? step.fact : step.refused
      await parkAt({ entry, offset: step.offset }, fault)
      if (step.before === undefined) changed.delete(entry.subject)
      else changed.set(entry.subject, step.before)
      removeFrom(accepted, ({ fact, offset }) => fact.subject === entry.subject && offset >= step.offset)
      removeFrom(refusals, ({ refused, offset }) => refused.subject === entry.subject && offset >= step.offset)
    }
    return { accepted, refused: refusals, changed, parked: parkedHere, park }
  }

  async function catchUp(): Promise<void> {
    const until = options.until === 'end' ? end : Math.min(options.until, end)
    const rebuilding = begun.snapshotOffset === undefined && until > position
    let facts = 0
    for await (const records of streams.read(ledger, partition, position, until)) {
      signal.throwIfAborted()
      const batch = await apply(records)
      await options.onCaughtUp?.(batch.accepted)
      await batch.save()
      facts += batch.accepted.length
    }
    // An empty partition gets a snapshot offset too, so that a store that loses it is always detected.
    if (states.snapshotOffset === undefined) await save(new Map(), Math.max(position, until), past)
    await states.flush()
    if (rebuilding) options.onRebuilt('the store had no states of this partition', facts)
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
    apply,
    readSkipped: requestId => readSkipped(requestId),
    applySkipped,
    due: states.due,
    async checkTruncation() {
      const gone = await findTruncation(streams, workflow, partition, position, past)
      if (gone) states.fail(`the ledger was truncated: it is unchanged up to offset ${gone.unchangedTo} only, not up to ${gone.position}`)
    },
    flush: states.flush,
    close: states.close,
  }
}

function removeFrom<T>(list: T[], isGone: (one: T) => boolean): void {
  const left = list.filter(one => !isGone(one))
  list.splice(0, list.length, ...left)
}
