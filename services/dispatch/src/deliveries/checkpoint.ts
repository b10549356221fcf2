import type { Logger } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'

/** From where a partition of deliveries has to be folded: everything before is settled. */
export interface Checkpoint {
  readonly from: number
  /** Keeps another one. A store that is away, or has forgotten, only makes the next opening longer: it is never waited for in vain, and never trusted beyond the topic. */
  save(position: number): Promise<void>
}

/** Reads the checkpoint of a partition. Throws when the store can't be reached. */
export async function openCheckpoint(
  streams: Streams,
  store: SnapshotStore,
  topic: string,
  partition: number,
  log: Logger,
): Promise<Checkpoint> {
  const start = await streams.startOffset(topic, partition)
  const end = await streams.endOffset(topic, partition)
  let stored = (await store.load(partition, [])).checkpoint
  if (stored !== undefined && stored > end) {
    // The store speaks of another topic than the one that is there.
    await store.clear(partition)
    stored = undefined
  }
  let known = true

  return {
    from: Math.max(stored ?? start, start),
    async save(position) {
      try {
        if (!known) stored = (await store.load(partition, [])).checkpoint
        known = true
        // Another owner may have gone further; going back would be no harm, but the store refuses it.
        if (stored !== undefined && position <= stored) return
        known = (await store.save(partition, stored, position, [])) === 'saved'
        if (known) stored = position
      } catch (error) {
        known = false
        log.debug({ err: error, partition }, 'how far deliveries are settled was not kept')
      }
    },
  }
}
