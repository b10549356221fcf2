import type { Workflow } from '@holdfast/core'
import type { StreamRecord, Streams, Subscription, TailOptions } from '@holdfast/streams'

/** A partition of the ledger of one workflow. */
export interface LedgerPartition<Desk> {
  readonly desk: Desk
  readonly topic: string
  readonly partition: number
}

/**
 * The ledgers of the workflows of a desk as one ledger: first the partitions of the first workflow, then those of the
 * next. A workflow that is added comes last, so that the numbers of the others stay.
 */
export interface JoinedLedgers<Desk> {
  readonly all: readonly Desk[]
  readonly partitions: number
  at(partition: number): Desk
  locate(partition: number): LedgerPartition<Desk>
  endOffset(partition: number): Promise<number>
  /** The end offset of each partition. */
  ends(): Promise<ReadonlyMap<number, number>>
  read(partition: number, from: number, to: number): AsyncIterable<readonly StreamRecord[]>
  tail(options: Omit<TailOptions, 'topic' | 'from'> & { readonly from: ReadonlyMap<number, number> }): Promise<Subscription>
  /** The positions in the ledger of one workflow, by its own partitions. */
  positionsOf(desk: Desk, positions: ReadonlyMap<number, number>): ReadonlyMap<number, number>
}

export async function joinLedgers<Desk extends { readonly workflow: Pick<Workflow, 'topics'> }>(
  streams: Pick<Streams, 'partitionCount' | 'endOffset' | 'read' | 'tail'>,
  all: readonly Desk[],
): Promise<JoinedLedgers<Desk>> {
  const places: LedgerPartition<Desk>[] = []
  const firstOf = new Map<Desk, number>()
  for (const desk of all) {
    const topic = desk.workflow.topics.ledger.name
    firstOf.set(desk, places.length)
    const count = await streams.partitionCount(topic)
    places.push(...Array.from({ length: count }, (_, partition) => ({ desk, topic, partition })))
  }

  function locate(partition: number): LedgerPartition<Desk> {
    const place = places[partition]
    if (!place) throw new RangeError(`the ledgers have ${places.length} partitions, and none with the number ${partition}`)
    return place
  }
  const endOffset = (partition: number): Promise<number> => {
    const place = locate(partition)
    return streams.endOffset(place.topic, place.partition)
  }
  const renumbered = (records: readonly StreamRecord[], first: number): readonly StreamRecord[] =>
    first === 0 ? records : records.map(record => ({ ...record, partition: first + record.partition }))

  function positionsOf(desk: Desk, positions: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
    return new Map(places.flatMap((place, number) => (place.desk === desk ? [[place.partition, positions.get(number) ?? 0] as const] : [])))
  }

  return {
    all,
    partitions: places.length,
    at: partition => locate(partition).desk,
    locate,
    endOffset,
    ends: async () => new Map(await Promise.all(places.map(async (_, number) => [number, await endOffset(number)] as const))),
    async *read(partition, from, to) {
      const place = locate(partition)
      for await (const records of streams.read(place.topic, place.partition, from, to))
        yield renumbered(records, partition - place.partition)
    },
    async tail({ from, onRecords, onLogTruncated, ...options }) {
      const subscriptions = await Promise.all(
        all.map(desk => {
          const first = firstOf.get(desk) ?? 0
          return streams.tail({
            ...options,
            topic: desk.workflow.topics.ledger.name,
            from: positionsOf(desk, from),
            onRecords: records => onRecords(renumbered(records, first)),
            ...(onLogTruncated ? { onLogTruncated: partition => onLogTruncated(first + partition) } : {}),
          })
        }),
      )
      return { stop: async () => void (await Promise.all(subscriptions.map(each => each.stop()))) }
    },
    positionsOf,
  }
}
