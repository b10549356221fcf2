import type { AnyState, Snapshot, Workflow } from '@holdfast/core'
import { type ParkedEntry, readHeld } from '@holdfast/request-state'
import {
  type AnyLedgerRecord,
  type CommandEvent,
  isFeatureLevelRaised,
  isRefusedCommand,
  type ParkedRequestDetail,
  parseJson,
  readLedgerRecord,
} from '@holdfast/schemas'
import { reasonOf, type StreamRecord, type Streams } from '@holdfast/streams'
import { shownOf } from './known-parked.ts'

const shownMax = 100

type InspectedWorkflow = Pick<Workflow, 'evolve' | 'topicPrefix' | 'topics'>

/** The workflow of a service that parked a request, such as `ledger` or `check-ledger`. */
const workflowOf = (workflows: readonly InspectedWorkflow[], service: string): InspectedWorkflow =>
  workflows.find(each => service.startsWith(`${each.topicPrefix}-`)) ?? (workflows[0] as InspectedWorkflow)

/** A parked request with its records, and whether the current code can evolve its facts. */
export async function inspectParked(
  workflows: readonly InspectedWorkflow[],
  streams: Streams,
  requestId: string,
  entries: readonly ParkedEntry[],
): Promise<ParkedRequestDetail> {
  const [first] = entries
  if (!first) throw new Error('a parked request has at least one entry')
  const { topics, evolve } = workflowOf(workflows, first.service)
  const from = Math.min(...entries.map(({ parked }) => parked.offset))
  const records: ParkedRequestDetail['records'][number][] = []
  let recordCount = 0
  let snapshot: Snapshot<AnyState> | undefined
  let stillThrows: string | undefined
  for await (const { record, entry } of recordsOf(streams, topics.ledger.name, first.partition, requestId)) {
    if (stillThrows === undefined && !isRefusedCommand(entry))
      try {
        snapshot = evolve(snapshot, entry).snapshot
      } catch (error) {
        stillThrows = reasonOf(error)
      }
    if (record.offset < from || recordCount++ >= shownMax) continue
    const { partition, offset, value } = record
    records.push({ partition, offset, type: entry.type, id: entry.id, time: entry.time, actor: entry.actor, value })
  }
  return {
    requestId,
    parked: entries.map(shownOf),
    records,
    recordCount,
    commands: await commandsOf(streams, entries),
    commandCount: entries.reduce((sum, { held }) => sum + held.size, 0),
    ...(stillThrows === undefined ? {} : { stillThrows }),
  }
}

async function* recordsOf(streams: Streams, name: string, partition: number, requestId: string) {
  const [start, end] = await Promise.all([streams.startOffset(name, partition), streams.endOffset(name, partition)])
  for await (const batch of streams.read(name, partition, start, end))
    for (const record of batch) {
      if (record.key !== requestId) continue
      const read = readLedgerRecord(record.value)
      if (read.ok && !isFeatureLevelRaised(read.value)) yield { record, entry: read.value } satisfies Found
    }
}
interface Found {
  readonly record: StreamRecord
  readonly entry: Exclude<AnyLedgerRecord, { readonly type: 'holdfast.level.v1' }>
}

async function commandsOf(streams: Streams, entries: readonly ParkedEntry[]): Promise<ParkedRequestDetail['commands']> {
  const offsets = entries.flatMap(({ held }) => held.offsets()).slice(0, shownMax)
  return (await readHeld(streams, offsets)).flatMap(({ value }) => {
    const json = parseJson(value)
    if (!json.ok) return []
    const { type, id, time, actor } = json.value as CommandEvent
    return [{ type, id, time, actor }]
  })
}
