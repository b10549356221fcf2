import { openPartitionFold } from '@holdfast/folds'
import { topics } from '@holdfast/schemas'
import type { CountryTopics, Logger } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import type { Assignment, OutgoingRecord, PartitionWorker, StreamRecord, Streams } from '@holdfast/streams'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import { noticeFor } from './notices.ts'
import { orderFold } from './order-fold.ts'
import { type Outbound, orderFor } from './orders.ts'

export interface DispatchDependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly countryTopics: CountryTopics
  readonly log: Logger
}

/** Reads one ledger partition: sends the orders and notices that accepted facts make necessary, each once. */
export async function dispatchPartition(deps: DispatchDependencies, assignment: Assignment, committed: number): Promise<PartitionWorker> {
  const { streams, log } = deps
  const { partition, signal } = assignment
  const fold = await openPartitionFold({
    ...orderFold,
    streams,
    store: deps.store,
    partition,
    until: committed,
    signal,
    onRebuilt: (why, facts) => log.warn({ partition, facts }, `what orders say was folded again from the ledger: ${why}`),
    onUnreadable: (record, reason) => log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
  })
  // Facts before this offset may have been worked on by an owner that died between sending and saying so.
  const uncertainBefore = await streams.endOffset(topics.ledger.name, partition)
  let alreadySent: AlreadySent | undefined

  async function unsent(outbound: readonly Outbound[], records: readonly StreamRecord[]): Promise<readonly Outbound[]> {
    const first = records[0]
    if (!first || outbound.length === 0) return outbound
    if (first.offset >= uncertainBefore) {
      // Past the uncertain facts for good: what was read back is not needed again.
      alreadySent = undefined
      return outbound
    }
    alreadySent ??= createAlreadySent(streams, first.timestampMs)
    const fresh: Outbound[] = []
    for (const item of outbound) if (!(await alreadySent.has(item.topic, item.id))) fresh.push(item)
    if (fresh.length < outbound.length) log.info({ partition, known: outbound.length - fresh.length }, 'had been sent before')
    return fresh
  }

  return {
    async onBatch(records) {
      const batch = await fold.take(records)
      const outbound = batch.accepted.flatMap(step => [orderFor(step), noticeFor(step)].filter(item => item !== undefined))
      for (const item of outbound) await deps.countryTopics.ensure(item.topic)
      const byTopic = new Map<string, OutgoingRecord[]>()
      for (const { topic, key, value } of await unsent(outbound, records)) {
        const list = byTopic.get(topic.name) ?? []
        list.push({ key, value })
        byTopic.set(topic.name, list)
      }
      // The nearer to the sending this is asked, the smaller the window in which an owner that lost the partition still sends.
      signal.throwIfAborted()
      await Promise.all([...byTopic].map(([topic, out]) => streams.publish(topic, out)))
      await batch.save()
    },
    close: async () => undefined,
  }
}
