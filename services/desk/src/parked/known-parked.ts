import { createParkedEntries, type ParkedEntry, parkedEventIn, whereParkedBegins } from '@holdfast/request-state'
import { type ParkedRequest, topics } from '@holdfast/schemas'
import { createTopicReader, type Streams } from '@holdfast/streams'

/** The parked requests of all services. */
export interface KnownParked {
  /** The current entries. */
  current(): Promise<Pick<ReturnType<typeof createParkedEntries>, 'all' | 'of'>>
}

/** The topic is read once, and then only its new records. */
export function createKnownParked(streams: Streams): KnownParked {
  let entries = createParkedEntries()
  const readOn = createTopicReader(
    streams,
    topics.parked.name,
    ({ value, offset }) => {
      const event = parkedEventIn(value)
      if (event) entries.take(event, offset)
    },
    () => {
      entries = createParkedEntries()
    },
    () => whereParkedBegins(streams),
  )
  return {
    async current() {
      await readOn()
      return entries
    },
  }
}

export const shownOf = ({
  service,
  partition,
  parked: { requestId, offset, reason, waitsFor },
  since,
  held,
  failedAgainAt,
  redriveRequested,
}: ParkedEntry): ParkedRequest => ({
  requestId,
  service,
  partition,
  offset,
  reason,
  ...(waitsFor ? { waitsFor } : {}),
  since,
  held: held.size,
  ...(failedAgainAt ? { failedAgainAt } : {}),
  ...(redriveRequested ? { redriveRequested: redriveRequested } : {}),
})

export const notParked = { code: 'NOT_FOUND', message: 'No request with this id is parked.' } as const
