import { type BackOff, createBackOff, pause } from './pause.ts'
import { StreamUnavailableError } from './port.ts'

export interface RetryUnavailableOptions {
  /** After this time the last error is thrown. */
  readonly boundMs: number
  /** Called for each failure that is retried. */
  onFault(error: StreamUnavailableError): void
  readonly backOff?: BackOff
}

/**
 * Retries work while the streams are unavailable: a broker that is starting does not answer, and a new topic has no
 * leader for some seconds. Any other error is thrown at once.
 */
export async function retryUnavailable<T>(work: () => Promise<T>, options: RetryUnavailableOptions): Promise<T> {
  const { boundMs, onFault, backOff = createBackOff(200, 2_000) } = options
  const deadline = Date.now() + boundMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StreamUnavailableError) || Date.now() >= deadline) throw error
      onFault(error)
      await pause(backOff.next(), AbortSignal.timeout(Math.max(1, deadline - Date.now())))
    }
  }
}
