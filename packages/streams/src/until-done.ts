import { type BackOff, createBackOff, pause } from './pause.ts'
import { reportSafely } from './report-safely.ts'

export interface UntilDoneOptions {
  readonly signal: AbortSignal
  /** Called for each failure, before the back-off. */
  onFault(error: unknown): void
  readonly backOff?: BackOff
}

/** Retries until the work succeeds; undefined if the signal aborts first. */
export async function untilDone<T>(work: () => Promise<T>, options: UntilDoneOptions): Promise<T | undefined> {
  const { signal, onFault, backOff = createBackOff() } = options
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return undefined
      reportSafely(() => onFault(error))
      await pause(backOff.next(), signal)
    }
  }
  return undefined
}
