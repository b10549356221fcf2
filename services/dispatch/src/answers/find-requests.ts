import type { CountryTopics } from '@holdfast/runtime'
import { namesInEvent, ordersTopic } from '@holdfast/schemas'
import { fingerprintsAfterBatch, type LogFingerprints, type Streams, unchangedUpTo } from '@holdfast/streams'

/** What a message says about its request: the beginning of the request's id, or the id of an order. */
export interface RequestHint {
  readonly requestIdStart?: string | undefined
  readonly orderId?: string | undefined
}

export interface RequestFinder {
  /** The requests of orders to this country; undefined for each hint that fits no request or more than one. */
  find(country: string, known: readonly RequestHint[]): Promise<ReadonlyArray<string | undefined>>
}

/** Orders stay in their topic for 30 days. This many orders of one country take 15 MB of memory. */
const ordersMaxDefault = 50_000

interface CountryIndex {
  /** Log prefix fingerprints of the topic, up to the offset that the index has read. */
  fingerprints: LogFingerprints
  readonly byStart: Map<string, string>
  readonly byOrder: Map<string, string>
}

const nextOf = ({ fingerprints }: CountryIndex): number => fingerprints.at(-1)?.next ?? 0

/** Value for an id prefix that two requests have in common. */
const severalRequests = ''

/**
 * Finds requests by less than their id, because some bank messages cannot hold it: CBPR+ allows a case 16 characters.
 * The index reads the orders topic once, and later only its new records. An answer that arrives after its order has
 * left the topic must contain the whole request id.
 */
export function createRequestFinder(streams: Streams, countryTopics: CountryTopics, ordersMax = ordersMaxDefault): RequestFinder {
  const countries = new Map<string, Promise<CountryIndex>>()

  async function readOn(country: string, before: Promise<CountryIndex | undefined>): Promise<CountryIndex> {
    const topic = ordersTopic(country)
    await countryTopics.ensure(topic)
    const known = await before
    const index = known && (await isCurrent(topic.name, known)) ? known : { fingerprints: [], byStart: new Map(), byOrder: new Map() }
    const end = await streams.endOffset(topic.name, 0)
    for await (const records of streams.read(topic.name, 0, Math.max(nextOf(index), end - ordersMax), end)) {
      for (const { key, value } of records) addOrder(index, key.toLowerCase(), namesInEvent(value).id, ordersMax)
      index.fingerprints = fingerprintsAfterBatch(index.fingerprints, records)
    }
    return index
  }

  /**
   * After log truncation, the topic has other orders at the same offsets and may be as long as before. Then the index
   * is rebuilt (ADR 27).
   */
  const isCurrent = async (topic: string, index: CountryIndex): Promise<boolean> =>
    (await unchangedUpTo(streams, topic, 0, index.fingerprints)) === nextOf(index)

  return {
    async find(country, known) {
      if (known.length === 0) return []
      // One read at a time, so that no record is indexed twice. After a failure, the next read continues from the same
      // offset.
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

function addOrder({ byStart, byOrder }: CountryIndex, requestId: string, orderId: unknown, ordersMax: number): void {
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
