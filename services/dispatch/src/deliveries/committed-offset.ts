import type { Logger } from '@holdfast/runtime'
import type { SnapshotStore } from '@holdfast/stores'
import { formatFingerprints, type LogFingerprints, parseFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'

/** The offset from which the deliveries of a partition are read: all earlier ones are settled. */
export interface CommittedOffset {
  readonly from: number
  /** The log prefix fingerprints of a former owner that still match the topic. */
  readonly fingerprints: LogFingerprints
  /**
   * Stores a new offset and the fingerprints of what was read. If the store is unreachable or has lost data, only the
   * next start takes longer; the topic stays the source of truth.
   */
  save(position: number, fingerprints: LogFingerprints): Promise<void>
}

/** The id under which the fingerprints are stored. */
const fingerprintsKey = 'past'

/** Reads the committed offset of a partition. Throws if the store is unreachable. */
export async function openCommittedOffset(
  streams: Streams,
  store: SnapshotStore,
  topic: string,
  partition: number,
  log: Logger,
): Promise<CommittedOffset> {
  const start = await streams.startOffset(topic, partition)
  const end = await streams.endOffset(topic, partition)
  const { snapshotOffset: settled, snapshots } = await store.load(partition, [fingerprintsKey])
  const read = parseFingerprints(snapshots.get(fingerprintsKey) ?? '')
  // Without fingerprints, trust the store up to the end of the topic.
  const unchangedEnd = read.length > 0 ? await unchangedUpTo(streams, topic, partition, read) : end
  let stored = settled
  let from = settled ?? start
  if (settled !== undefined && settled > unchangedEnd) {
    // The store belongs to another topic, or this one was truncated, however long it is now. Everything before the
    // truncation is still settled.
    await store.clear(partition)
    stored = undefined
    from = read.length > 0 ? unchangedEnd : start
  }
  let isStoredKnown = true

  return {
    from: Math.max(from, start),
    fingerprints: read.filter(({ next }) => next <= unchangedEnd),
    async save(position, fingerprints) {
      try {
        if (!isStoredKnown) stored = (await store.load(partition, [])).snapshotOffset
        isStoredKnown = true
        // Another owner may have committed a later offset. Going back is harmless, but the store refuses it.
        if (stored !== undefined && position <= stored) return
        isStoredKnown =
          (await store.save(partition, stored, position, [{ id: fingerprintsKey, snapshot: formatFingerprints(fingerprints) }])) === 'saved'
        if (isStoredKnown) stored = position
      } catch (error) {
        isStoredKnown = false
        log.debug({ err: error, partition }, 'The committed offset of deliveries was not saved; retrying with the next batch')
      }
    },
  }
}
