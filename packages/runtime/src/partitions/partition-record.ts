import {
  deterministicId,
  type PartitionsBody,
  type PartitionsEvent,
  parseJson,
  parseStored,
  partitionsSchema,
  partitionsType,
  topics,
} from '@holdfast/schemas'
import { createTopicReader, type StreamRecord, type Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'

/** A copy of the ledger, as the record of a restore names it. */
export interface RestoredCopy {
  /** SHA-256 of its content, in hex. */
  readonly copy: string
  readonly takenAt: string
}

/** The recorded partition counts of topics, in a topic outside the ledger: they reveal that a count was changed. */
export interface PartitionRecord {
  /** Reads what was recorded since the last call. */
  readOn(): Promise<void>
  /** The first recorded count of a topic; undefined if there is none. */
  countOf(topic: string): number | undefined
  /** The topics with a recorded count. */
  counted(): Iterable<string>
  /** The topic that replaced it. */
  continuedAs(topic: string): string | undefined
  /** The identity of the engine that wrote the ledger; undefined if it is not recorded. */
  engine(): string | undefined
  /** The copy whose restore into this topic has started but not finished; undefined if there is none. */
  unfinishedRestore(topic: string): RestoredCopy | undefined
  /**
   * All or none are durable when it resolves. The first record of a topic stays valid; of its restores, the last one
   * counts.
   */
  add(...bodies: readonly PartitionsBody[]): Promise<void>
}

const { name } = topics.partitions

/** Creates the topic if it is missing. */
export async function openPartitionRecord(streams: Streams, clock: Clock): Promise<PartitionRecord> {
  await streams.ensureTopics([topics.partitions])
  const counts = new Map<string, number>()
  const successors = new Map<string, string>()
  const restores = new Map<string, RestoredCopy>()
  let engine: string | undefined

  function take({ value }: StreamRecord): void {
    const json = parseJson(value)
    const event = json.ok ? parseStored(partitionsSchema, json.value) : json
    if (!event.ok) return
    const { data } = event.value
    if ('restore' in data) {
      if (data.restore === 'begun') restores.set(data.topic, { copy: data.copy, takenAt: data.takenAt })
      else restores.delete(data.topic)
    } else if ('engine' in data) engine ??= data.engine
    else if ('continuedAs' in data) {
      if (!successors.has(data.topic)) successors.set(data.topic, data.continuedAs)
    } else if (!counts.has(data.topic)) counts.set(data.topic, data.partitions)
  }

  const readOn = createTopicReader(streams, name, take, () => {
    counts.clear()
    successors.clear()
    restores.clear()
    engine = undefined
  })
  await readOn()
  return {
    readOn,
    countOf: topic => counts.get(topic),
    counted: () => counts.keys(),
    continuedAs: topic => successors.get(topic),
    engine: () => engine,
    unfinishedRestore: topic => restores.get(topic),
    async add(...bodies) {
      const eventOf = (data: PartitionsBody): PartitionsEvent => ({
        specversion: '1.0',
        id: deterministicId('partitions', ...Object.values(data)),
        source: '/holdfast/partitions',
        type: partitionsType,
        subject: data.topic,
        time: clock.now().toISOString(),
        datacontenttype: 'application/json',
        data,
      })
      await streams.append(
        name,
        0,
        bodies.map(data => ({ key: data.topic, value: JSON.stringify(eventOf(data)) })),
      )
      await readOn()
    },
  }
}

/** Why a ledger with an unfinished restore is not used, and what to do. */
export const unfinishedRestoreText = (topic: string, { takenAt }: RestoredCopy): string =>
  `the restore of ${topic} from the copy of ${takenAt} is incomplete, and the ledger has only a part of its records. Stop every service, run "holdfast restore" again with the same file, then start the services`
