import { createBackOff, pause } from './pause.ts'
import { type Assignment, offsetAfter, type PartitionWorker, type StageOptions, type StreamRecord } from './port.ts'
import { tell } from './tell.ts'

/** One partition in the hands of one stage: a worker that is opened at once, given batches in order, and replaced when it fails. */
export interface PartitionLane {
  readonly topic: string
  readonly partition: number
  readonly signal: AbortSignal
  /** The offset after the last record that was worked on. */
  position(): number
  /** Resolves true when the worker took the records, false when the lane ended before. One call at a time. Never rejects. */
  deliver(records: readonly StreamRecord[]): Promise<boolean>
  /** Aborts the signal, waits for what is running and closes the worker. Never rejects. */
  close(): Promise<void>
}

/** Opens the worker without waiting for input: a worker may have timers of its own. */
export function createPartitionLane(topic: string, partition: number, committed: number, stage: StageOptions): PartitionLane {
  const ending = new AbortController()
  const { signal } = ending
  const assignment: Assignment = { topic, partition, signal }
  let position = committed
  let opening = openWorker()
  let delivering: Promise<boolean> = Promise.resolve(true)
  let closed: Promise<void> | undefined

  /** What is thrown because the lane ends is no fault. */
  function report(error: unknown): void {
    if (!signal.aborted) tell(() => stage.onFault(error, { topic, partition }))
  }

  async function openWorker(): Promise<PartitionWorker | undefined> {
    const backOff = createBackOff()
    while (!signal.aborted) {
      try {
        return await stage.open(assignment, position)
      } catch (error) {
        report(error)
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

  async function work(records: readonly StreamRecord[]): Promise<boolean> {
    const last = records.at(-1)
    if (!last) return true
    const backOff = createBackOff()
    while (!signal.aborted) {
      const worker = await opening
      if (!worker || signal.aborted) return false
      try {
        await worker.onBatch(records)
        position = offsetAfter(last)
        return true
      } catch (error) {
        report(error)
        opening = Promise.resolve(undefined)
        await closeWorker(worker)
        await pause(backOff.next(), signal)
        opening = openWorker()
      }
    }
    return false
  }

  async function end(): Promise<void> {
    ending.abort()
    await delivering
    const worker = await opening
    if (worker) await closeWorker(worker)
  }

  return {
    topic,
    partition,
    signal,
    position: () => position,
    deliver(records) {
      delivering = work(records)
      return delivering
    },
    close() {
      closed ??= end()
      return closed
    },
  }
}
