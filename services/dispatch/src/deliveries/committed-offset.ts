import type { Logger } from '@holdfast/runtime'
import type { SnapshotStore } from '@holdfast/stores'
import { formatFingerprints, type LogFingerprints, parseFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'

/** From where a partition of deliveries has to be folded: everything before is settled. */
export interface CommittedOffset {
  readonly from: number
  /** What a former owner had read and is there still. */
  readonly past: LogFingerprints
  /** Keeps another one, and what was read of the partition. A store that is away, or has forgotten, only makes the next opening longer: it is never waited for in vain, and never trusted beyond the topic. */
  save(position: number, past: LogFingerprints): Promise<void>
}

/** Where the past is kept beside the checkpoint. */
const pastKey = 'past'

/** Reads the checkpoint of a partition. Throws when the store can't be reached. */
export async function openCommittedOffset(
  streams: Streams,
  store: SnapshotStore,
  topic: string,
  partition: number,
  log: Logger,
): Promise<CommittedOffset> {
  const start = await streams.startOffset(topic, partition)
  const end = await streams.endOffset(topic, partition)
  const { checkpoint: settled, snapshots } = await store.load(partition, [pastKey])
  const read = parseFingerprints(snapshots.get(pastKey) ?? '')
  // A store that says nothing of the past is believed up to the end of the topic.
  const lasting = read.length > 0 ? await unchangedUpTo(streams, topic, partition, read) : end
  let stored = settled
  let from = settled ?? start
  if (settled !== undefined && settled > lasting) {
    // The store speaks of another topic than the one that is there, or of a tail that this one has lost, however long it is by now: what lies before that is settled still.
    await store.clear(partition)
    stored = undefined
    from = read.length > 0 ? lasting : start
  }
  let known = true

  return {
    from: Math.max(from, start),
    past: read.filter(({ next }) => next <= lasting),
    async save(position, past) {
      try {
        if (!known) stored = (await store.load(partition, [])).checkpoint
        known = true
        // Another owner may have gone further; going back would be no harm, but the store refuses it.
        if (stored !== undefined && position <= stored) return
        known = (await store.save(partition, stored, position, [{ id: pastKey, snapshot: formatFingerprints(past) }])) === 'saved'
        if (known) stored = position
      } catch (error) {
        known = false
        log.debug({ err: error, partition }, 'how far deliveries are settled was not kept')
      }
    },
  }
}
