// Detects that the ledger was truncated below an offset that a service has read, and resets the service's store.
// Callers: partition-fold.ts, validation, desk.

import { topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { type LogFingerprints, parseFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'
import type { PartitionParking } from './partition-parking.ts'

/** Where the past of a partition is kept in a snapshot store; no request is called so. */
export const fingerprintsKey = 'past'

/** A ledger that no longer has what was read of it: its log lost its tail, or it was restored from a copy. */
export interface LogTruncation {
  /** Up to where it had been read. */
  readonly position: number
  /** Up to there, at least, it still is what was read. */
  readonly same: number
  /** Where it ends now; it may have grown beyond the position since. */
  readonly end: number
  /** So many records that were read are there no more, at most. */
  readonly goneMax: number
}

/** Undefined where a reader that stands at this position may go on from there. A store that says nothing of its past is believed up to the end of the ledger. */
export async function findTruncation(
  streams: Pick<Streams, 'endOffset' | 'startOffset' | 'read'>,
  partition: number,
  position: number,
  past: LogFingerprints,
): Promise<LogTruncation | undefined> {
  const ledger = topics.ledger.name
  const newest = past.at(-1)
  const end = await streams.endOffset(ledger, partition)
  const same = newest ? await unchangedUpTo(streams, ledger, partition, past) : Math.min(position, end)
  if (position <= end && same === (newest?.next ?? position)) return undefined
  return { position, same, end, goneMax: position - same }
}

export interface PartitionSource {
  readonly streams: Pick<Streams, 'endOffset' | 'startOffset' | 'read'>
  readonly store: SnapshotStore
  readonly partition: number
  readonly parking: PartitionParking
}

/** Forgets the partition where it was folded from a ledger that is there no more, and says what was lost. */
export async function discardTruncated({ streams, store, partition, parking }: PartitionSource): Promise<LogTruncation | undefined> {
  const { checkpoint, snapshots } = await store.load(partition, [fingerprintsKey])
  if (checkpoint === undefined) return undefined
  const lost = await findTruncation(streams, partition, checkpoint, parseFingerprints(snapshots.get(fingerprintsKey) ?? ''))
  if (!lost) return undefined
  // What is left out of a parked request begins no later than what is new.
  for (const parked of parking.all()) if (parked.offset > lost.same) await parking.park({ ...parked, offset: lost.same })
  await store.clear(partition)
  return lost
}

/** For the log, where somebody has to see it. */
export const truncationMessage =
  'the ledger has lost records that were read of it and acknowledged: what was folded from them is forgotten, and what is there is folded anew'
