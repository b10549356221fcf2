import { namesInEvent, type TopicSpec } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Detects outbound messages that a former owner of the partition has sent. */
export interface AlreadySent {
  has(topic: TopicSpec, id: string): Promise<boolean>
}

/** Timestamps of brokers and services may differ, so reading starts this long before the cause. */
const marginMs = 60_000

/**
 * Reads what a former owner may have sent for facts it had not finished: from shortly before the oldest of them to the
 * end of each topic, or to shortly after an instant, once per topic partition.
 *
 * Only the topic itself is reliable: a marker in a store could be lost or set too early.
 */
export function createAlreadySent(streams: Streams, sinceMs: number, untilMs?: number): AlreadySent {
  const sent = new Map<string, Promise<ReadonlySet<unknown>>>()

  async function readBack(topic: string, partition: number): Promise<ReadonlySet<unknown>> {
    const ids = new Set<unknown>()
    const from = await streams.offsetAt(topic, partition, sinceMs - marginMs)
    const to = await (untilMs === undefined ? streams.endOffset(topic, partition) : streams.offsetAt(topic, partition, untilMs + marginMs))
    for await (const records of streams.read(topic, partition, from, to))
      for (const record of records) ids.add(namesInEvent(record.value).id)
    return ids
  }

  return {
    async has({ name, partitions }, id) {
      const count = partitions === 'shared' ? await streams.partitionCount(name) : partitions
      for (let partition = 0; partition < count; partition++) {
        const at = `${name}/${partition}`
        let ids = sent.get(at)
        if (!ids) {
          ids = readBack(name, partition)
          sent.set(at, ids)
        }
        if ((await ids).has(id)) return true
      }
      return false
    },
  }
}
