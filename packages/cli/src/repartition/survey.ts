import { serviceNameOf } from '@holdfast/core'
import { openPartitionRecord, type PartitionRecord, streamsOfLedger, unfinishedRestoreText } from '@holdfast/runtime'
import {
  engineTopics,
  ledgerOfTopic,
  parkedSchema,
  parseJson,
  parseStored,
  topicOfLedger,
  type WorkflowTopics,
  workflowTopics,
} from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { firstLedger, ledgerNameOf, otherLedgersIn } from '../ledgers.ts'
import { Failure } from '../terminal.ts'
import type { Range } from './read-merged.ts'

/** The ledger of one workflow. */
export interface SurveyedLedger {
  readonly topicPrefix: string
  readonly topics: WorkflowTopics
  /** The ranges of the ledger's partitions, and the committed offsets of its readers. */
  readonly facts: ReadonlyArray<Range & { readonly dispatched: number; readonly validated: number }>
  /** The ranges of undecided commands. */
  readonly commands: readonly Range[]
}

/** The ledgers in use, and the number of the new ones. */
export interface Survey {
  readonly source: Streams
  readonly from: number
  readonly to: number
  /** That of each workflow. */
  readonly ledgers: readonly SurveyedLedger[]
}

/** Checks whether a ledger can be repartitioned. Throws Failure that says what must be done first. */
export async function survey(raw: Streams, ledger: number, now: () => Date): Promise<Survey> {
  const record = await openPartitionRecord(raw, { now })
  const prefixes = [firstLedger, ...otherLedgersIn(record, ledger)].map(name => name.slice(0, -ledgerNameOf('').length))
  const source = streamsOfLedger(raw, ledger)
  const parked = await parkedIn(raw)
  const ledgers: SurveyedLedger[] = []
  for (const topicPrefix of prefixes) ledgers.push(await surveyOne(source, record, ledger, topicPrefix))
  if (parked.length > 0)
    throw new Failure(
      `${parked.length} requests are parked, and their records name the old partitions. Redrive them first (${parked.slice(0, 3).join(', ')})`,
    )
  return { source, from: ledger, to: await nextNumber(raw, ledgers, ledger), ledgers }
}

async function surveyOne(source: Streams, record: PartitionRecord, ledger: number, topicPrefix: string): Promise<SurveyedLedger> {
  const topics = workflowTopics(topicPrefix)
  const groupOf = (service: string) => serviceNameOf({ topicPrefix }, service)
  const name = topicOfLedger(topics.ledger.name, ledger)
  if (!(await exists(source, topics.ledger.name))) throw new Failure(`there is no ${name}. Set HOLDFAST_LEDGER_NUMBER to the ledger in use`)
  // A restored ledger has no commands until its services have run.
  if (!(await exists(source, topics.commands.name)))
    throw new Failure(`${topicOfLedger(topics.commands.name, ledger)} does not exist yet. Start the services once first`)
  const copy = record.unfinishedRestore(name)
  if (copy) throw new Failure(unfinishedRestoreText(name, copy))
  const next = record.continuedAs(name)
  if (next !== undefined) throw new Failure(`${name} was already replaced by ${next}. Set HOLDFAST_LEDGER_NUMBER=${ledgerOfTopic(next)}`)
  const [dispatched, validated, decided] = await Promise.all([
    source.positions(groupOf('dispatch'), topics.ledger.name),
    source.positions(groupOf('validation'), topics.ledger.name),
    source.positions(groupOf('ledger'), topics.commands.name),
  ])
  const facts = await Promise.all(
    (await rangesOf(source, topics.ledger.name)).map(range => {
      const positionOf = (positions: ReadonlyMap<number, number>, group: string): number => {
        const position = positions.get(range.partition) ?? (range.from === range.to ? range.to : undefined)
        if (position !== undefined) return Math.min(Math.max(position, range.from), range.to)
        throw new Failure(
          `the group ${group} has no committed offset in partition ${range.partition} of ${name}, so it is unknown which orders were sent. Start the services once`,
        )
      }
      return { ...range, dispatched: positionOf(dispatched, 'dispatch'), validated: positionOf(validated, 'validation') }
    }),
  )
  const commands = (await rangesOf(source, topics.commands.name)).map(range => ({
    ...range,
    from: Math.min(Math.max(decided.get(range.partition) ?? range.from, range.from), range.to),
  }))
  return { topicPrefix, topics, facts, commands }
}

/** The offset ranges of a topic's partitions now: from the first record to the end. */
export async function rangesOf(streams: Streams, topic: string): Promise<Range[]> {
  const partitions = await streams.partitionCount(topic)
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => ({
      partition,
      from: await streams.startOffset(topic, partition),
      to: await streams.endOffset(topic, partition),
    })),
  )
}

async function exists(streams: Streams, topic: string): Promise<boolean> {
  try {
    return (await streams.partitionCount(topic)) > 0
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return false
    throw error
  }
}

/** The first unused number, so that the remains of an interrupted run are never taken for a ledger. */
async function nextNumber(raw: Streams, ledgers: readonly SurveyedLedger[], ledger: number): Promise<number> {
  const numbered = ledgers.flatMap(({ topics }) => [topics.ledger, topics.commands])
  for (let number = ledger + 1; ; number++) {
    const made = await Promise.all(numbered.map(({ name }) => exists(raw, topicOfLedger(name, number))))
    if (!made.includes(true)) return number
  }
}

async function parkedIn(raw: Streams): Promise<string[]> {
  if (!(await exists(raw, engineTopics.parked.name))) return []
  const parked = new Map<string, string>()
  for await (const records of raw.read(engineTopics.parked.name, 0, 0, await raw.endOffset(engineTopics.parked.name, 0)))
    for (const { value } of records) {
      const json = parseJson(value)
      const event = json.ok ? parseStored(parkedSchema, json.value) : json
      if (!event.ok || event.value.data.what === 'held' || event.value.data.what === 'redrive') continue
      const { what, service, partition, requestId } = event.value.data
      const place = `${service}/${partition}/${requestId}`
      if (what === 'parked') parked.set(place, requestId)
      else parked.delete(place)
    }
  return [...new Set(parked.values())]
}
