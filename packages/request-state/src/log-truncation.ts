// Detects that the ledger was truncated below an offset that a service has read, and resets the service's store.
// Callers: partition-state.ts, validation, desk.

import type { Workflow } from '@holdfast/core'
import type { SnapshotStore } from '@holdfast/stores'
import { type LogFingerprints, parseFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'
import type { PartitionParking } from './partition-parking.ts'

/** The id under which a snapshot store holds the log prefix fingerprints of a partition. No request has this id. */
export const fingerprintsKey = 'past'

/**
 * A ledger that lost records which a reader had read: the broker lost data, or the ledger was restored from a backup.
 */
export interface LogTruncation {
  /** The offset up to which it had been read. */
  readonly position: number
  /** Up to this offset, at least, the ledger is unchanged. */
  readonly unchangedTo: number
  /** The end of the ledger now. It may have grown beyond the position since. */
  readonly end: number
  /** At most this many records that were read are missing. */
  readonly goneMax: number
}

/**
 * Returns undefined if a reader at this position can continue. A store without fingerprints is trusted up to the end of
 * the ledger.
 */
export async function findTruncation(
  streams: Pick<Streams, 'endOffset' | 'startOffset' | 'read'>,
  { topics }: Pick<Workflow, 'topics'>,
  partition: number,
  position: number,
  past: LogFingerprints,
): Promise<LogTruncation | undefined> {
  const ledger = topics.ledger.name
  const newest = past.at(-1)
  const end = await streams.endOffset(ledger, partition)
  const unchangedTo = newest ? await unchangedUpTo(streams, ledger, partition, past) : Math.min(position, end)
  if (position <= end && unchangedTo === (newest?.next ?? position)) return undefined
  return { position, unchangedTo, end, goneMax: position - unchangedTo }
}

export interface PartitionSource {
  readonly streams: Pick<Streams, 'endOffset' | 'startOffset' | 'read'>
  readonly workflow: Pick<Workflow, 'topics'>
  readonly store: SnapshotStore
  readonly partition: number
  readonly parking: PartitionParking
}

/** Clears the stored states of a partition whose ledger was truncated, and returns what was lost. */
export async function discardTruncated({
  streams,
  workflow,
  store,
  partition,
  parking,
}: PartitionSource): Promise<LogTruncation | undefined> {
  const { snapshotOffset, snapshots } = await store.load(partition, [fingerprintsKey])
  if (snapshotOffset === undefined) return undefined
  const lost = await findTruncation(streams, workflow, partition, snapshotOffset, parseFingerprints(snapshots.get(fingerprintsKey) ?? ''))
  if (!lost) return undefined
  // A parked request must be read again from the first offset that changed.
  for (const parked of parking.all()) if (parked.offset > lost.unchangedTo) await parking.park({ ...parked, offset: lost.unchangedTo })
  await store.clear(partition)
  return lost
}

/** For the log, where an operator must see it. */
export const truncationMessage =
  'The ledger lost acknowledged records that this service had read. The states derived from them are discarded and rebuilt from the remaining records'
