import { hash } from 'node:crypto'
import {
  type DispatchedBody,
  type DispatchedEvent,
  deterministicId,
  dispatchedSchema,
  dispatchedType,
  parseJson,
  parseStored,
  type WorkflowTopics,
} from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'

/**
 * The offset up to which dispatch has sent messages in a ledger partition. `freeze.dispatched` outlasts the stores, the committed offsets and
 * the orders.
 */
export type Dispatched = Pick<DispatchedBody, 'what' | 'position' | 'from' | 'lost'>

/** The last offset that dispatch is known to have reached. */
export interface LastDispatched extends Dispatched {
  readonly recordedAt: string
  /** Later offsets were recorded too, in a part of the ledger that was truncated. */
  readonly isTruncated: boolean
}

/** The topics of the workflow whose messages are dispatched. */
type Topics = Pick<WorkflowTopics, 'dispatched' | 'ledger'>

const pageMax = 500
/** A truncation shows within some seconds of records. After more than a day of them, it must be another ledger. */
const pagesMax = 200

/** Durable when it resolves. `last` is the record right before the position, if the caller has it. */
export async function recordDispatched(
  streams: Streams,
  topics: Topics,
  now: Date,
  partition: number,
  dispatched: Dispatched,
  last?: Pick<StreamRecord, 'value'>,
): Promise<void> {
  const { what, position, from, lost } = dispatched
  const data: DispatchedBody = {
    what,
    partition,
    position,
    recordHash: last ? hash('sha256', last.value) : await hashBefore(streams, topics, partition, position),
    ...(from === undefined ? {} : { from }),
    ...(lost === undefined ? {} : { lost }),
  }
  const event: DispatchedEvent = {
    specversion: '1.0',
    id: deterministicId('dispatched', partition, position, what),
    source: '/holdfast/dispatch',
    type: dispatchedType,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data,
  }
  await streams.append(topics.dispatched.name, partition, [{ key: `${partition}`, value: JSON.stringify(event) }])
}

/**
 * Returns the highest offset that dispatch is known to have reached in this ledger. Skips offsets of another ledger and
 * of a truncated part. Returns `elsewhere` if all known offsets are of another ledger, and `unknown` if there are none.
 */
export async function lastDispatched(
  streams: Streams,
  topics: Topics,
  partition: number,
): Promise<LastDispatched | 'elsewhere' | 'unknown'> {
  const topic = topics.dispatched.name
  const start = await streams.startOffset(topic, partition)
  const end = await streams.endOffset(topics.ledger.name, partition)
  const isOfThisLedger = async ({ body: { position, recordHash } }: Pick<Noted, 'body'>) =>
    position <= end && recordHash === (await hashBefore(streams, topics, partition, position))
  let any = false
  let to = await streams.endOffset(topic, partition)
  for (let pages = 0; to > start && pages < pagesMax; pages++) {
    const page: Noted[] = []
    for await (const records of streams.read(topic, partition, Math.max(start, to - pageMax), to))
      for (const record of records) page.push(...notedIn(record))
    to -= pageMax
    // Keep the highest offset: a delayed writer must not move it back.
    page.reverse().sort((a, b) => b.body.position - a.body.position)
    const first = page.at(-1)
    // Ledgers that differ at one offset differ from there on.
    if (first && (await isOfThisLedger(first)))
      for (const [index, { body, recordedAt, offset }] of page.entries())
        if (await isOfThisLedger({ body }))
          return { ...body, recordedAt, isTruncated: any || page.slice(0, index).some(other => other.offset > offset) }
    any ||= page.length > 0
  }
  return any ? 'elsewhere' : 'unknown'
}

async function hashBefore(streams: Streams, topics: Topics, partition: number, position: number): Promise<string> {
  if (position === 0) return ''
  for await (const records of streams.read(topics.ledger.name, partition, position - 1, position))
    for (const { offset, value } of records) if (offset === position - 1) return hash('sha256', value)
  return ''
}

interface Noted {
  readonly body: DispatchedBody
  readonly recordedAt: string
  readonly offset: number
}

function notedIn({ value, offset }: StreamRecord): Noted[] {
  const json = parseJson(value)
  const event = json.ok ? parseStored(dispatchedSchema, json.value) : json
  return event.ok ? [{ body: event.value.data, recordedAt: event.value.time, offset }] : []
}
