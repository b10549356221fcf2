import { type Streams, unlessAborted, untilDone } from '@holdfast/streams'
import type { OngoingFaults } from '@holdfast/streams/driver/ongoing-faults'
import { createBackOff } from '@holdfast/streams/driver/pause'
import type { MemoryBroker } from './memory-log.ts'
import type { Call } from './perform.ts'

/** What the parts of one client have in common. */
export interface MemoryClient {
  readonly broker: MemoryBroker
  readonly faults: OngoingFaults
  /** Aborts when the client begins to close. */
  readonly closing: AbortSignal
  /** By which the log knows this client. */
  itself(): Streams
  call<T>(call: Omit<Call, 'port'>, work: () => T): Promise<T>
  batchOf(available: number): number
}

/** The answer, or undefined once the signal aborts: who ends does not wait for a call. */
export const answerUntilAborted = <T>(answer: Promise<T>, signal: AbortSignal): Promise<T | undefined> =>
  unlessAborted(answer, signal).catch(error => {
    if (signal.aborted) return undefined
    throw error
  })

/** No other client waits for the same, so the pauses need not differ. With chance, no run could be repeated as it was. */
export const createEvenBackOff = () => createBackOff(100, 5_000, () => 1)

/** Tries until it is done, after even pauses; undefined when the signal aborts before. */
export const untilDoneEvenly = <T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<T | undefined> => untilDone(work, { signal, onFault, backOff: createEvenBackOff() })
