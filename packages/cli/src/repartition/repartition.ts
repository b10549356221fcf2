import { strict as assert } from 'node:assert'
import { setTimeout as pause } from 'node:timers/promises'
import { serviceNameOf } from '@holdfast/core'
import { recordDispatched } from '@holdfast/request-state'
import { openPartitionRecord, streamsOfLedger } from '@holdfast/runtime'
import {
  featureLevelKey,
  featureLevelRaiseOf,
  isFeatureLevelRaised,
  readLedgerRecord,
  topicOfLedger,
  type WorkflowTopics,
} from '@holdfast/schemas'
import type { ClaimIndex } from '@holdfast/stores'
import { appendBytesMax, GroupInUseError, type OutgoingRecord, recordSize, type StreamRecord, type Streams } from '@holdfast/streams'
import { Failure } from '../terminal.ts'
import { createChains, createTally, isAboutPartition, type Tally } from './histories.ts'
import { type Range, readMerged } from './read-merged.ts'
import { rangesOf, type Survey, type SurveyedLedger } from './survey.ts'

export interface RepartitionOptions {
  /** The streams without the numbering of ledgers. */
  readonly raw: Streams
  /** Those of the workflow with this prefix. */
  readonly claims: (topicPrefix: string) => Pick<ClaimIndex, 'clear'>
  readonly partitions: number
  readonly now: () => Date
  onProgress(text: string): void
}

/** The content of a ledger, or of the new one. */
export interface RepartitionReport {
  readonly from: number
  readonly to: number
  readonly partitions: { readonly before: number; readonly after: number }
  readonly requests: number
  readonly facts: number
  /** Noise that every reader dropped. The new ledger has it too. */
  readonly dropped: number
  /** Undecided commands. */
  readonly commands: number
  /** Facts whose outbound messages may not have been sent yet. */
  readonly undispatched: number
}

/**
 * First the facts that both readers have processed, then those that only dispatch or only validation has processed,
 * then the rest. So each reader has one offset in the new ledger.
 */
const partsOf = ({ facts }: SurveyedLedger): readonly { readonly doneBy: ReadonlySet<Reader>; readonly ranges: readonly Range[] }[] => [
  { doneBy: new Set<Reader>(['dispatch', 'validation']), ranges: facts.map(f => ({ ...f, to: Math.min(f.dispatched, f.validated) })) },
  {
    doneBy: new Set<Reader>(['dispatch']),
    ranges: facts.map(f => ({ ...f, from: Math.min(f.dispatched, f.validated), to: f.dispatched })),
  },
  { doneBy: new Set<Reader>(), ranges: facts.map(f => ({ ...f, from: f.dispatched, to: Math.max(f.dispatched, f.validated) })) },
  { doneBy: new Set<Reader>(), ranges: facts.map(f => ({ ...f, from: Math.max(f.dispatched, f.validated) })) },
]
type Reader = 'dispatch' | 'validation'

const progressEvery = 10_000
/** Services check every two seconds whether their ledger has a successor. */
const detectedWithinMs = 3_000

/**
 * Reads and verifies the whole ledger as `repartition` would copy it, and writes nothing. Throws Failure if a history
 * is not intact.
 */
export async function preview(
  found: Survey,
  { partitions, onProgress }: Pick<RepartitionOptions, 'partitions' | 'onProgress'>,
): Promise<RepartitionReport> {
  const chains = createChains()
  let records = 0
  for (const ledger of found.ledgers)
    for (const { ranges } of partsOf(ledger))
      for await (const record of readMerged(found.source, ledger.topics.ledger.name, ranges)) {
        if (isAboutPartition(record)) continue
        records += 1
        chains.add(record)
        if (records % progressEvery === 0) onProgress(`${records} records read`)
      }
  return reportOf(found, partitions, chains)
}

/** @param chains of the ledgers of all workflows. */
function reportOf({ from, to, ledgers }: Survey, partitions: number, chains: ReturnType<typeof createChains>): RepartitionReport {
  const { requests, facts, dropped, problems, problemCount } = chains.finish()
  const [first] = problems
  if (first)
    throw new Failure(
      `the ledger is not intact: ${problemCount} problems, the first of request ${first.requestId}: ${first.message}; the old ledger stays in use`,
    )
  return {
    from,
    to,
    partitions: { before: ledgers[0]?.facts.length ?? 0, after: partitions },
    requests,
    facts,
    dropped: dropped.repeats + dropped.latecomers,
    commands: ledgers.flatMap(({ commands }) => commands).reduce((sum, range) => sum + range.to - range.from, 0),
    undispatched: ledgers.flatMap(ledger => ledger.facts).reduce((sum, range) => sum + range.to - range.dispatched, 0),
  }
}

/**
 * Writes a ledger with another number of partitions: every record of each request in order and byte for byte, undecided
 * commands, and the committed offsets of its readers, so that no step is repeated. Then reads the new ledger back and
 * compares and verifies each history before it is used. The old ledger does not change. Throws Failure; an incomplete
 * new ledger is ignored, and the call can be repeated.
 */
export async function repartition(found: Survey, options: RepartitionOptions): Promise<RepartitionReport> {
  const { raw, partitions, now } = options
  const { source, from, to, ledgers } = found
  for (const ledger of ledgers) await whileGroupsAreEmpty(source, ledger)
  const target = streamsOfLedger(raw, to)
  const chains = createChains()
  for (const ledger of ledgers) await copyLedger({ ...options, source, target, chains }, ledger)
  const report = reportOf(found, partitions, chains)
  for (const { topics, commands } of ledgers) await carryCommands(source, target, topics, commands)
  for (const ledger of ledgers) await throwIfGrown(source, ledger)
  for (const { topicPrefix } of ledgers) await options.claims(topicPrefix).clear()
  const record = await openPartitionRecord(raw, { now })
  // In one write: either all ledgers are replaced or none.
  await record.add(
    ...ledgers.flatMap(({ topics: { commands, ledger } }) => [
      { topic: topicOfLedger(ledger.name, from), continuedAs: topicOfLedger(ledger.name, to) },
      { topic: topicOfLedger(commands.name, to), partitions },
      { topic: topicOfLedger(ledger.name, to), partitions },
    ]),
  )
  // A running ingress may have accepted input until it detected the change.
  await pause(detectedWithinMs)
  for (const { topics, commands } of ledgers) await carryCommands(source, target, topics, await sinceThen(source, topics, commands))
  return report
}

interface Copying extends RepartitionOptions {
  readonly source: Streams
  readonly target: Streams
  readonly chains: ReturnType<typeof createChains>
}

/** Copies the ledger of one workflow, and reads the copy back. */
async function copyLedger({ source, target, chains, partitions, now, onProgress }: Copying, found: SurveyedLedger): Promise<void> {
  const { topics, topicPrefix } = found
  await target.ensureTopics([
    { ...topics.ledger, partitions },
    { ...topics.commands, partitions },
    { ...topics.dispatched, partitions },
  ])
  const writer = await createWriter(target, topics.ledger.name, partitions, now)
  const copied = createTally()
  let dispatched = writer.positions()
  for (const { doneBy, ranges } of partsOf(found)) {
    for await (const record of readMerged(source, topics.ledger.name, ranges)) {
      if (isAboutPartition(record)) await writer.raise(record)
      else {
        copied.add(record)
        await writer.write(record)
        if (copied.records % progressEvery === 0) onProgress(`${copied.records} records written`)
      }
    }
    await writer.flush()
    for (const reader of doneBy) await target.setPositions(serviceNameOf({ topicPrefix }, reader), topics.ledger.name, writer.positions())
    if (doneBy.has('dispatch')) dispatched = writer.positions()
  }
  for (const [partition, position] of dispatched) await recordDispatched(target, topics, now(), partition, { what: 'dispatched', position })
  await readBack({ target, topics, chains, onProgress }, copied)
}

/** Commits each group's own offsets again: only a group without members accepts that. */
async function whileGroupsAreEmpty(source: Streams, { topics, topicPrefix }: SurveyedLedger): Promise<void> {
  const groups = [
    ['ledger', topics.commands.name],
    ['dispatch', topics.ledger.name],
    ['validation', topics.ledger.name],
    ['intake', topics.requests.name],
    ['dispatch-answers', topics.answers.name],
  ] as const
  try {
    for (const [service, topic] of groups) {
      const group = serviceNameOf({ topicPrefix }, service)
      const positions = await source.positions(group, topic)
      if (positions.size > 0) await source.setPositions(group, topic, positions)
    }
  } catch (error) {
    if (error instanceof GroupInUseError) throw new Failure(`${error.message}, and run this again`)
    throw error
  }
}

/** Writes records to the partitions of their keys in batches, and counts them by partition. */
async function createWriter(target: Streams, name: string, partitions: number, now: () => Date) {
  const waiting = Array.from({ length: partitions }, (): OutgoingRecord[] => [])
  const weights = waiting.map(() => 0)
  const written = waiting.map(() => 0)
  let level = 0

  async function flushOne(partition: number): Promise<void> {
    const records = waiting[partition] ?? []
    if (records.length === 0) return
    waiting[partition] = []
    weights[partition] = 0
    const base = await target.append(name, partition, records)
    if (base !== written[partition])
      throw new Failure(`another process writes to the new ledger (partition ${partition}). Run this once at a time`)
    written[partition] = base + records.length
  }

  async function add(partition: number, record: OutgoingRecord): Promise<void> {
    const weight = recordSize(record)
    if ((weights[partition] ?? 0) + weight > appendBytesMax) await flushOne(partition)
    waiting[partition]?.push(record)
    weights[partition] = (weights[partition] ?? 0) + weight
  }

  /** Raises the feature level in all partitions: records that needed it in one old partition may now be in any. */
  async function raiseTo(raised: number): Promise<void> {
    if (raised <= level) return
    level = raised
    for (let partition = 0; partition < partitions; partition++) {
      const event = featureLevelRaiseOf(partition, raised, { source: '/holdfast/repartition', at: now() })
      await add(partition, { key: featureLevelKey, value: JSON.stringify(event) })
    }
  }

  // Empty partitions need a record too: without one they would start at the newest level.
  await raiseTo(1)
  return {
    async raise({ value }: StreamRecord): Promise<void> {
      const entry = readLedgerRecord(value)
      if (entry.ok && isFeatureLevelRaised(entry.value)) await raiseTo(entry.value.data.level)
    },
    write: async (record: StreamRecord): Promise<void> => add(await target.partitionOf(name, record.key), outgoing(record)),
    async flush(): Promise<void> {
      await Promise.all(waiting.map((_, partition) => flushOne(partition)))
    },
    positions: (): Map<number, number> => new Map(written.entries()),
  }
}

const outgoing = ({ key, value, headers }: StreamRecord): OutgoingRecord => ({ key, value, headers })

/** Reads the new ledger and compares it. */
async function readBack(
  { target, topics, chains, onProgress }: Pick<Copying, 'chains' | 'onProgress' | 'target'> & Pick<SurveyedLedger, 'topics'>,
  copied: Tally,
): Promise<void> {
  const { name } = topics.ledger
  const read = createTally()
  for (const { partition, from, to } of await rangesOf(target, name))
    for await (const records of target.read(name, partition, from, to))
      for (const record of records) {
        if (isAboutPartition(record)) continue
        assert.equal(await target.partitionOf(name, record.key), partition, 'a record is in the partition of its key')
        read.add(record)
        chains.add(record)
        if (read.records % progressEvery === 0) onProgress(`${read.records} of ${copied.records} records read back`)
      }
  const differing = copied.differences(read)
  if (differing.length > 0 || read.records !== copied.records)
    throw new Failure(`the new ledger differs from the old one and is not used. Check ${differing.join(', ')}, and run this again`)
}

async function carryCommands(source: Streams, target: Streams, topics: WorkflowTopics, ranges: readonly Range[]): Promise<void> {
  const { name } = topics.commands
  let run: OutgoingRecord[] = []
  let weight = 0
  const flush = async (): Promise<void> => {
    if (run.length > 0) await target.publish(name, run)
    run = []
    weight = 0
  }
  for await (const record of readMerged(source, name, ranges)) {
    run.push(outgoing(record))
    weight += recordSize(record)
    if (weight > appendBytesMax) await flush()
  }
  await flush()
}

async function sinceThen(source: Streams, topics: WorkflowTopics, before: readonly Range[]): Promise<Range[]> {
  const ends = new Map(before.map(({ partition, to }) => [partition, to]))
  return (await rangesOf(source, topics.commands.name)).map(range => ({
    ...range,
    from: Math.max(range.from, ends.get(range.partition) ?? 0),
  }))
}

/** Records that were written meanwhile are not in the new ledger. */
async function throwIfGrown(source: Streams, { topics, facts, commands }: SurveyedLedger): Promise<void> {
  for (const [topic, before] of [
    [topics.ledger.name, facts],
    [topics.commands.name, commands],
  ] as const)
    for (const { partition, to } of await rangesOf(source, topic))
      if (to > (before.find(range => range.partition === partition)?.to ?? 0))
        throw new Failure(`${topic} has grown meanwhile. Stop every service, the desk too, and run this again`)
}
