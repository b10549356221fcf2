import { namesInEvent, type TopicSpec } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Tells whether an outbound record went out before this process owned the partition. */
export interface AlreadySent {
  has(topic: TopicSpec, id: string): Promise<boolean>
}

/** Stamps of brokers and services may differ; what was sent up to this long before its cause is still looked at. */
const marginMs = 60_000

/**
 * Reads back what the owner before may have sent for facts it had not finished with: from shortly before the oldest of those facts to the end of each topic, or to shortly after an
 * instant, once per topic partition. The stream itself is asked because only it can't have forgotten; a marker in a store could be lost or set too early.
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
