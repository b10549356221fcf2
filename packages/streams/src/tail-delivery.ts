import { createBackOff, pause } from './pause.ts'
import type { StreamRecord, TailOptions } from './port.ts'
import { tell } from './tell.ts'

/** Gives the records until the callback takes them or the signal aborts. Never rejects. */
export async function deliverToTail(options: TailOptions, records: readonly StreamRecord[], signal: AbortSignal): Promise<void> {
  const backOff = createBackOff()
  while (!signal.aborted) {
    try {
      await options.onRecords(records)
      return
    } catch (error) {
      if (!signal.aborted) tell(() => options.onFault(error))
      await pause(backOff.next(), signal)
    }
  }
}
