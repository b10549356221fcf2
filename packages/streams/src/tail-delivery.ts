import type { OngoingFaults } from './ongoing-faults.ts'
import { createBackOff, pause } from './pause.ts'
import type { StreamRecord, TailOptions } from './port.ts'
import { reportSafely } from './report-safely.ts'

/** Delivers the records until the callback succeeds or the signal aborts. Never rejects. */
export async function deliverToTail(
  options: TailOptions,
  records: readonly StreamRecord[],
  signal: AbortSignal,
  faults: OngoingFaults,
): Promise<void> {
  const backOff = createBackOff()
  const notProcessed = `partition ${records[0]?.partition} of ${options.topic} has not been processed by its reader`
  faults.expect(records, notProcessed)
  while (!signal.aborted) {
    try {
      await options.onRecords(records)
      break
    } catch (error) {
      if (!signal.aborted) {
        faults.note(records, notProcessed, error)
        reportSafely(() => options.onFault(error))
      }
      await pause(backOff.next(), signal)
    }
  }
  faults.clear(records)
}
