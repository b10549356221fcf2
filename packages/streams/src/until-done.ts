import { type BackOff, createBackOff, pause } from './pause.ts'
import { reportSafely } from './report-safely.ts'

export interface UntilDoneOptions {
  readonly signal: AbortSignal
  /** Told of each failure, before the pause. */
  onFault(error: unknown): void
  readonly backOff?: BackOff
}

/** Tries until it is done; undefined when the signal aborts before. */
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
