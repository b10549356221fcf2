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
import { createReadOn, type StreamRecord, type Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'

/** A copy of the ledger, as a restore names it. */
export interface RestoredCopy {
  /** SHA-256 of what it holds, in hex. */
  readonly copy: string
  readonly takenAt: string
}

/** What is recorded of the partitions of topics, in a topic of its own that the ledger does not share: by it a count that was changed is noticed. */
export interface PartitionRecord {
  /** Takes in what has been recorded since the last call. */
  readOn(): Promise<void>
  /** The first count of a topic; undefined where none is recorded. */
  countOf(topic: string): number | undefined
  /** The topic that has taken its place. */
  continuedAs(topic: string): string | undefined
  /** The identity of the engine that has written the ledger; undefined where it is not recorded. */
  engine(): string | undefined
  /** The copy whose restore into this topic has begun and is not done; undefined where there is none. */
  unfinishedRestore(topic: string): RestoredCopy | undefined
  /** Durable, all or none, when it resolves. What is recorded of a topic already stands, but for its restores, of which the last one counts. */
  add(...bodies: readonly PartitionsBody[]): Promise<void>
}

const { name } = topics.partitions

/** Makes the topic where it is missing. */
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

  const readOn = createReadOn(streams, name, take, () => {
    counts.clear()
    successors.clear()
    restores.clear()
    engine = undefined
  })
  await readOn()
  return {
    readOn,
    countOf: topic => counts.get(topic),
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

/** Why a ledger is not used whose restore is not done, and what to do. */
export const unfinishedRestoreText = (topic: string, { takenAt }: RestoredCopy): string =>
  `the restore of ${topic} from the copy of ${takenAt} is not done, and the ledger has only a part of its records: stop every service, run "holdfast restore" again with the same file, and start the services after it`
