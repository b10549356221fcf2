import { randomUUID } from 'node:crypto'
import type { TopicSpec } from '@holdfast/schemas'
import type { Assignment, OutgoingRecord, StageOptions, StreamRecord, Streams, Subscription } from '@holdfast/streams'
import { expect } from 'vitest'

/** What a driver's test gives the contract. */
export interface StreamsHarness {
  /** The present streams; others after `reopen`. */
  readonly streams: Streams
  /** Closes the present streams and opens them as a process would that starts again. */
  reopen(): Promise<Streams>
  /** Another client at the same time, as another process would have; the embedded driver may give the same. */
  second(): Promise<Streams>
  close(): Promise<void>
}

export const uniqueName = (word: string): string => `contract.${word}.${randomUUID().slice(0, 8)}`

export const buildTopic = (word: string, partitions: TopicSpec['partitions'] = 1): TopicSpec => ({
  name: uniqueName(word),
  partitions,
  retentionMs: undefined,
  keyedBy: 'requestId',
  writtenBy: 'engine',
  description: 'a topic of the contract suite',
})

/** Makes a topic and returns its name. */
export async function makeTopic(streams: Streams, word: string, partitions: TopicSpec['partitions'] = 1): Promise<string> {
  const topic = buildTopic(word, partitions)
  await streams.ensureTopics([topic])
  return topic.name
}

export const buildRecords = (count: number, prefix = 'v', key = 'k'): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({ key, value: `${prefix}${index}` }))

export const valuesOf = (records: readonly StreamRecord[]): string[] => records.map(record => record.value)

export async function readAll(streams: Streams, topic: string, partition = 0): Promise<StreamRecord[]> {
  const records: StreamRecord[] = []
  const from = await streams.startOffset(topic, partition)
  for await (const batch of streams.read(topic, partition, from, await streams.endOffset(topic, partition))) records.push(...batch)
  return records
}

/** For drivers with a setting for when `ping` reports a fault: the contract waits for that twice. */
export const faultBounds = { failingMs: 500, stalledMs: 1_000 } as const

/** A group on a real broker may take some seconds to share out partitions. */
export const boundMs = 30_000
/** Waits until the value is the expected one; fails with the difference when it is not within the bound. */
export const eventually = <T>(value: () => T) => expect.poll(value, { timeout: boundMs, interval: 10 })

/** A promise that the test resolves. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

export interface WatchedStage {
  readonly subscription: Subscription
  readonly received: StreamRecord[]
  readonly batches: number[]
  readonly opened: { assignment: Assignment; committed: number }[]
  /** How many workers are open. */
  readonly openNow: () => number
  readonly faults: unknown[]
  /** The partitions held now. */
  readonly held: () => number[]
}

export interface WatchedStageOptions {
  readonly topics: readonly string[]
  readonly group?: string
  readonly batchMax?: number
  /** Runs before the records are noted as received. */
  onBatch?(records: readonly StreamRecord[], assignment: Assignment): Promise<void> | void
  onOpen?(assignment: Assignment): Promise<void> | void
}

/** A stage that notes what happens to it. */
export async function watchStage(streams: Streams, options: WatchedStageOptions): Promise<WatchedStage> {
  const received: StreamRecord[] = []
  const batches: number[] = []
  const opened: { assignment: Assignment; committed: number }[] = []
  const faults: unknown[] = []
  const workers = new Set<Assignment>()
  const stage: StageOptions = {
    group: options.group ?? uniqueName('group'),
    topics: options.topics,
    ...(options.batchMax === undefined ? {} : { batchMax: options.batchMax }),
    async open(assignment, committed) {
      await options.onOpen?.(assignment)
      opened.push({ assignment, committed })
      workers.add(assignment)
      return {
        async onBatch(records) {
          await options.onBatch?.(records, assignment)
          received.push(...records)
          batches.push(records.length)
        },
        async close() {
          expect(workers.delete(assignment), 'a worker is closed once').toBe(true)
        },
      }
    },
    onFault: error => void faults.push(error),
  }
  return {
    subscription: await streams.stage(stage),
    received,
    batches,
    opened,
    faults,
    openNow: () => workers.size,
    held: () => [...workers].map(assignment => assignment.partition).sort(),
  }
}
