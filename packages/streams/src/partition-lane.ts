// Runs the worker of one partition for every driver: opens it, gives it batches in order, and replaces it when it
// fails.
// States: opening → open → (fault) closing → opening …; ended after `close`. Callers: stage.ts and consume.ts of the
// drivers.

import type { OngoingFaults } from './ongoing-faults.ts'
import { type BackOff, createBackOff, pause } from './pause.ts'
import { type Assignment, offsetAfter, type PartitionWorker, type StageOptions, type StreamRecord } from './port.ts'
import { reportSafely } from './report-safely.ts'
import { createSerialQueue } from './serial-queue.ts'

/** One partition in the hands of one stage: a worker that is opened at once, given batches in order, and replaced when it fails. */
export interface PartitionLane {
  readonly topic: string
  readonly partition: number
  readonly signal: AbortSignal
  /** The offset after the last record that was worked on. */
  position(): number
  /** Resolves true when the worker took the records, false when the lane ended before. Never rejects. */
  deliver(records: readonly StreamRecord[]): Promise<boolean>
  /** Aborts the signal, waits for what is running and closes the worker. Never rejects. */
  close(): Promise<void>
}

/**
 * Opens the worker without waiting for input: a worker may have timers of its own. `notice` closes the lane where its partition may be lost, and is called
 * before each batch and whenever the worker asks.
 */
export function createPartitionLane(
  topic: string,
  partition: number,
  committed: number,
  stage: StageOptions,
  faults: OngoingFaults,
  notice: () => void = () => {},
): PartitionLane {
  const ending = new AbortController()
  const { signal } = ending
  const notWorkedOn = `partition ${partition} of ${topic} has not been worked on by ${stage.group}`
  /** They name the two things that may fail here. */
  const opener = {}
  const batches = {}
  // Batches and openings anew take turns.
  const turns = createSerialQueue()
  const openingsAnew = createBackOff()
  let position = committed
  /** Of the worker that was opened last. */
  let current: Assignment | undefined
  let opening = openWorker()
  let closed: Promise<void> | undefined

  function throwIfLost(): void {
    notice()
    signal.throwIfAborted()
  }

  /** What is thrown because the lane ends is no fault. */
  function report(error: unknown, of?: object): void {
    if (signal.aborted) return
    if (of) faults.note(of, notWorkedOn, error)
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
    void turns.take(async () => {
      const worker = await opening
      if (!worker || asks !== current || signal.aborted) return
      report(error, opener)
      await replace(worker, openingsAnew)
    })
  }

  async function work(records: readonly StreamRecord[]): Promise<boolean> {
    const last = records.at(-1)
    if (!last) return true
    const backOff = createBackOff()
    faults.expect(batches, notWorkedOn)
    while (!signal.aborted) {
      const worker = await opening
      notice()
      if (!worker || signal.aborted) return false
      try {
        await worker.onBatch(records)
        position = offsetAfter(last)
        faults.clear(batches)
        openingsAnew.reset()
        return true
      } catch (error) {
        report(error, batches)
        await replace(worker, backOff)
      }
    }
    return false
  }

  async function end(): Promise<void> {
    ending.abort()
    await turns.ended()
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
    deliver: records => turns.take(() => work(records)),
    close() {
      closed ??= end()
      return closed
    },
  }
}
