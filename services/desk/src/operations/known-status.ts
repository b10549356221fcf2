import { parseJson, parseStored, type StatusBody, type StatusEvent, statusSchema, topics } from '@holdfast/schemas'
import { createReadOn, type Streams } from '@holdfast/streams'

/** What a process said last, and when the log took that, in milliseconds since 1970. */
export interface ReceivedStatus {
  readonly body: StatusBody
  readonly heardMs: number
}

/** Who has been silent for half an hour is forgotten: what has to be there and is not is told by its service. */
const forgottenMs = 30 * 60_000

/** The last word of each process. The topic is read when somebody asks, and then what is new in it: nothing is done for it meanwhile. */
export function createKnownStatus(
  streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>,
  takenAtMs: (record: { readonly timestampMs: number }) => number,
) {
  // When that was by a clock is told when it is asked: the clock of a story leaps.
  const heard = new Map<string, { readonly body: StatusBody; readonly timestampMs: number }>()
  const readOn = createReadOn(
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
    /** As it stands now. */
    async at(now: () => number): Promise<readonly ReceivedStatus[]> {
      await readOn()
      const nowMs = now()
      const told: ReceivedStatus[] = []
      for (const [key, { body, timestampMs }] of heard) {
        const heardMs = takenAtMs({ timestampMs })
        if (nowMs - heardMs > forgottenMs) heard.delete(key)
        else told.push({ body, heardMs })
      }
      return told
    },
  }
}

function statusIn(value: string): StatusEvent | undefined {
  const json = parseJson(value)
  const status = json.ok ? parseStored(statusSchema, json.value) : json
  return status.ok ? status.value : undefined
}
