import type { StreamRecord } from '../port.ts'

/** Buffers the records of one partition between the fetcher and its worker. */
export interface Inbox {
  push(records: readonly StreamRecord[]): void
  /** False while the buffer is full enough. */
  wants(): boolean
  /** Up to `max` of the next records; waits for the first one. Undefined when the signal aborts. */
  take(max: number): Promise<StreamRecord[] | undefined>
}

/** Large enough to hold the next batch, small enough that 64 partitions stay within 64 MB. */
const charsMax = 524_288
const recordsMax = 2_000

export function createInbox(signal: AbortSignal, onDrained: () => void): Inbox {
  let waiting: StreamRecord[] = []
  let chars = 0
  let wake = (): void => {}
  const wants = (): boolean => chars < charsMax && waiting.length < recordsMax
  signal.addEventListener('abort', () => wake(), { once: true })

  return {
    wants,
    push(records) {
      for (const record of records) {
        waiting.push(record)
        chars += charsOf(record)
      }
      wake()
    },
    async take(max) {
      while (waiting.length === 0 && !signal.aborted) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      if (signal.aborted) return undefined
      const wanted = wants()
      const taken = waiting.slice(0, max)
      waiting = waiting.slice(max)
      for (const record of taken) chars -= charsOf(record)
      if (!wanted && wants()) onDrained()
      return taken
    },
  }
}

/** Counts headers too: a member's may be as long as values. */
export function charsOf({ key, value, headers }: StreamRecord): number {
  let chars = key.length + value.length
  for (const name in headers) chars += name.length + (headers[name]?.length ?? 0)
  return chars
}
