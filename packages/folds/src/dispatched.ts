import { hash } from 'node:crypto'
import {
  type DispatchedBody,
  type DispatchedEvent,
  deterministicId,
  dispatchedSchema,
  dispatchedType,
  parseJson,
  parseStored,
  topics,
} from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'

/** How far dispatch came in a partition of the ledger, as `freeze.dispatched` has it: it outlasts the stores, the offsets of groups and the orders themselves. */
export type Dispatched = Pick<DispatchedBody, 'what' | 'position' | 'from' | 'lost'>

/** A place that dispatch is known to have come to. */
export interface LastDispatched extends Dispatched {
  readonly notedAt: string
  /** Places beyond it were noted since, of an end that this ledger has lost. */
  readonly isCut: boolean
}

const ledger = topics.ledger.name
const topic = topics.dispatched.name
const pageMax = 500
/** A ledger that lost its end is found within some seconds of marks; what is further back than a day of them is another one. */
const pagesMax = 200

/** Durable when it resolves. `last` is the record right before the position, for who has it at hand. */
export async function recordDispatched(
  streams: Streams,
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
    recordHash: last ? hash('sha256', last.value) : await hashBefore(streams, partition, position),
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
  await streams.append(topic, partition, [{ key: `${partition}`, value: JSON.stringify(event) }])
}

/**
 * The furthest place that dispatch is known to have come to in this ledger. One that was noted of another ledger, or of an end that this one has lost, is passed over for one before it:
 * `elsewhere` where all that is known is of another ledger, `unknown` where nothing is.
 */
export async function lastDispatched(streams: Streams, partition: number): Promise<LastDispatched | 'elsewhere' | 'unknown'> {
  const start = await streams.startOffset(topic, partition)
  const end = await streams.endOffset(ledger, partition)
  const isOfThisLedger = async ({ body: { position, recordHash } }: Pick<Noted, 'body'>) =>
    position <= end && recordHash === (await hashBefore(streams, partition, position))
  let any = false
  let to = await streams.endOffset(topic, partition)
  for (let pages = 0; to > start && pages < pagesMax; pages++) {
    const page: Noted[] = []
    for await (const records of streams.read(topic, partition, Math.max(start, to - pageMax), to))
      for (const record of records) page.push(...notedIn(record))
    to -= pageMax
    // The last word on a place stands; a writer that was late does not take the place of one that went further.
    page.reverse().sort((a, b) => b.body.position - a.body.position)
    const first = page.at(-1)
    // Ledgers that once differ do from there on.
    if (first && (await isOfThisLedger(first)))
      for (const [index, { body, notedAt, offset }] of page.entries())
        if (await isOfThisLedger({ body }))
          return { ...body, notedAt, isCut: any || page.slice(0, index).some(other => other.offset > offset) }
    any ||= page.length > 0
  }
  return any ? 'elsewhere' : 'unknown'
}

async function hashBefore(streams: Streams, partition: number, position: number): Promise<string> {
  if (position === 0) return ''
  for await (const records of streams.read(ledger, partition, position - 1, position))
    for (const { offset, value } of records) if (offset === position - 1) return hash('sha256', value)
  return ''
}

interface Noted {
  readonly body: DispatchedBody
  readonly notedAt: string
  readonly offset: number
}

function notedIn({ value, offset }: StreamRecord): Noted[] {
  const json = parseJson(value)
  const event = json.ok ? parseStored(dispatchedSchema, json.value) : json
  return event.ok ? [{ body: event.value.data, notedAt: event.value.time, offset }] : []
}
