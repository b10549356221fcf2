import { parseJson, parseStored, type StatusBody, type StatusEvent, statusSchema, topics } from '@holdfast/schemas'
import { createTopicReader, type Streams } from '@holdfast/streams'

/** The last status of a process, and when the log received it, in milliseconds since 1970. */
export interface ReceivedStatus {
  readonly body: StatusBody
  readonly heardMs: number
}

/** A process that is silent for half an hour is dropped. A missing service is reported by its name. */
const droppedAfterMs = 30 * 60_000

/** The last status of each process. The topic is read on demand, and then only its new records. */
export function createKnownStatus(
  streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>,
  recordedAtMs: (record: { readonly timestampMs: number }) => number,
) {
  // Converted to the engine's clock on each query, because a demonstration clock jumps.
  const heard = new Map<string, { readonly body: StatusBody; readonly timestampMs: number }>()
  const readOn = createTopicReader(
    streams,
    topics.status.name,
    record => {
      const status = statusIn(record.value)
      if (!status) return
      if (status.data.stopped) heard.delete(record.key)
      else heard.set(record.key, { body: status.data, timestampMs: record.timestampMs })
    },
    () => heard.clear(),
  )
  return {
    /** The current statuses. */
    async at(now: () => number): Promise<readonly ReceivedStatus[]> {
      await readOn()
      const nowMs = now()
      const current: ReceivedStatus[] = []
      for (const [key, { body, timestampMs }] of heard) {
        const heardMs = recordedAtMs({ timestampMs })
        if (nowMs - heardMs > droppedAfterMs) heard.delete(key)
        else current.push({ body, heardMs })
      }
      return current
    },
  }
}

function statusIn(value: string): StatusEvent | undefined {
  const json = parseJson(value)
  const status = json.ok ? parseStored(statusSchema, json.value) : json
  return status.ok ? status.value : undefined
}
