import type { CountryTopics } from '@holdfast/runtime'
import { namesInEvent, ordersTopic } from '@holdfast/schemas'
import { fingerprintsAfterBatch, type LogFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'

/** What somebody knows of a request: the beginning of its id, or the id of an order. */
export interface RequestHint {
  readonly requestIdStart?: string | undefined
  readonly orderId?: string | undefined
}

export interface RequestFinder {
  /** The requests that orders of this country were about; undefined where that is none, or more than one. */
  find(country: string, known: readonly RequestHint[]): Promise<ReadonlyArray<string | undefined>>
}

/** Orders stay 30 days in their topic. So many of one country take 15 MB here. */
const ordersMaxDefault = 50_000

interface CountryIndex {
  /** Of the topic, up to where it was read. */
  past: LogFingerprints
  readonly byStart: Map<string, string>
  readonly byOrder: Map<string, string>
}

const nextOf = ({ past }: CountryIndex): number => past.at(-1)?.next ?? 0

/** What marks a beginning that two requests share. */
const severalRequests = ''

/**
 * Finds requests by less than their id, for banks whose messages have room for no more: CBPR+ gives a case 16 characters. The orders themselves are read, once,
 * and from then on what is new in their topic; an answer that comes later than they stay there has to name the request whole.
 */
export function createRequestFinder(streams: Streams, countryTopics: CountryTopics, ordersMax = ordersMaxDefault): RequestFinder {
  const countries = new Map<string, Promise<CountryIndex>>()

  async function readOn(country: string, before: Promise<CountryIndex | undefined>): Promise<CountryIndex> {
    const topic = ordersTopic(country)
    await countryTopics.ensure(topic)
    const known = await before
    const index = known && (await isOfThis(topic.name, known)) ? known : { past: [], byStart: new Map(), byOrder: new Map() }
    const end = await streams.endOffset(topic.name, 0)
    for await (const records of streams.read(topic.name, 0, Math.max(nextOf(index), end - ordersMax), end)) {
      for (const { key, value } of records) note(index, key.toLowerCase(), namesInEvent(value).id, ordersMax)
      index.past = fingerprintsAfterBatch(index.past, records)
    }
    return index
  }

  /** A topic that lost its tail has other orders where some were read, and may have grown as far again: what was read of it is read anew (ADR 27). */
  const isOfThis = async (topic: string, index: CountryIndex): Promise<boolean> =>
    (await unchangedUpTo(streams, topic, 0, index.past)) === nextOf(index)

  return {
    async find(country, known) {
      if (known.length === 0) return []
      // One after the other, so that two never read the same records into one index. What failed is tried again from where it stood.
      const before = countries.get(country)?.catch(() => undefined) ?? Promise.resolve(undefined)
      const reading = readOn(country, before)
      countries.set(country, reading)
      const { byStart, byOrder } = await reading
      return known.map(({ requestIdStart, orderId }) => {
        const found = (orderId && byOrder.get(orderId)) ?? (requestIdStart && byStart.get(requestIdStart))
        return found === severalRequests ? undefined : found
      })
    },
  }
}

function note({ byStart, byOrder }: CountryIndex, requestId: string, orderId: unknown, ordersMax: number): void {
  const start = requestId.slice(0, startLength)
  const known = byStart.get(start)
  byStart.set(start, known === undefined || known === requestId ? requestId : severalRequests)
  if (typeof orderId === 'string') byOrder.set(orderId.toLowerCase(), requestId)
  for (const map of [byStart, byOrder]) {
    const [oldest] = map.keys()
    if (map.size > ordersMax && oldest !== undefined) map.delete(oldest)
  }
}

/** The first 16 hex digits of a UUID and the hyphens between them. */
const startLength = 18
