// Runs the worker of one partition for every driver: opens it, delivers batches in order, and replaces it when it
// fails.
// States: opening → open → (fault) closing → opening …; ended after `close`. Callers: stage.ts and consume.ts of the
// drivers.

import type { OngoingFaults } from './ongoing-faults.ts'
import { type BackOff, createBackOff, pause } from './pause.ts'
import { type Assignment, offsetAfter, type PartitionWorker, type StageOptions, type StreamRecord } from './port.ts'
import { reportSafely } from './report-safely.ts'
import { createSerialQueue } from './serial-queue.ts'

/** One partition of a stage. Its worker is opened at once, receives batches in order, and is replaced when it fails. */
export interface PartitionConsumer {
  readonly topic: string
  readonly partition: number
  readonly signal: AbortSignal
  /** The offset after the last record that was processed. */
  position(): number
  /** Resolves true when the worker processed the records, false when the partition was closed first. Never rejects. */
  deliver(records: readonly StreamRecord[]): Promise<boolean>
  /** Aborts the signal, waits for the running batch and closes the worker. Never rejects. */
  close(): Promise<void>
}

/**
 * Opens the worker without waiting for input, because a worker may have timers of its own. `checkSession` closes the
 * partition if the session may have expired. It runs before each batch and in `throwIfLost`.
 */
export function createPartitionConsumer(
  topic: string,
  partition: number,
  committed: number,
  stage: StageOptions,
  faults: OngoingFaults,
  checkSession: () => void = () => {},
): PartitionConsumer {
  const closing = new AbortController()
  const { signal } = closing
  const notProcessed = `partition ${partition} of ${topic} has not been processed by ${stage.group}`
  /** The keys of the two possible faults. */
  const opener = {}
  const batches = {}
  // Batches and reopenings run one at a time.
  const queue = createSerialQueue()
  const reopenBackOff = createBackOff()
  let position = committed
  /** Of the current worker. */
  let current: Assignment | undefined
  let opening = openWorker()
  let closed: Promise<void> | undefined

  function throwIfLost(): void {
    checkSession()
    signal.throwIfAborted()
  }

  /** Errors that closing causes are not faults. */
  function report(error: unknown, of?: object): void {
    if (signal.aborted) return
    if (of) faults.note(of, notProcessed, error)
    reportSafely(() => stage.onFault(error, { topic, partition }))
  }

  async function openWorker(): Promise<PartitionWorker | undefined> {
    const backOff = createBackOff()
    while (!signal.aborted) {
      const assignment: Assignment = { topic, partition, signal, throwIfLost, reopen: error => reopen(assignment, error) }
      try {
        const worker = await stage.open(assignment, position)
        faults.clear(opener)
        current = assignment
        return worker
      } catch (error) {
        report(error, opener)
        await pause(backOff.next(), signal)
      }
    }
    return undefined
  }

  async function closeWorker(worker: PartitionWorker): Promise<void> {
    try {
      await worker.close()
    } catch (error) {
      report(error)
    }
  }

  async function replace(worker: PartitionWorker, backOff: BackOff): Promise<void> {
    opening = Promise.resolve(undefined)
    await closeWorker(worker)
    await pause(backOff.next(), signal)
    opening = openWorker()
  }

  function reopen(asks: Assignment, error: Error): void {
    void queue.run(async () => {
      const worker = await opening
      if (!worker || asks !== current || signal.aborted) return
      report(error, opener)
      await replace(worker, reopenBackOff)
    })
  }

  async function work(records: readonly StreamRecord[]): Promise<boolean> {
    const last = records.at(-1)
    if (!last) return true
    const backOff = createBackOff()
    faults.expect(batches, notProcessed)
    while (!signal.aborted) {
      const worker = await opening
      checkSession()
      if (!worker || signal.aborted) return false
      try {
        await worker.onBatch(records)
        position = offsetAfter(last)
        faults.clear(batches)
        reopenBackOff.reset()
        return true
      } catch (error) {
        report(error, batches)
        await replace(worker, backOff)
      }
    }
    return false
  }

  async function end(): Promise<void> {
    closing.abort()
    await queue.ended()
    const worker = await opening
    if (worker) await closeWorker(worker)
    faults.clear(opener)
    faults.clear(batches)
  }

  return {
    topic,
    partition,
    signal,
    position: () => position,
    deliver: records => queue.run(() => work(records)),
    close() {
      closed ??= end()
      return closed
    },
  }
}
