import type { AnyState, Snapshot, Workflow } from '@holdfast/core'
import { type PartitionParking, type PartitionState, StateLostError } from '@holdfast/request-state'
import type { Logger, LogTime } from '@holdfast/runtime'
import { type Assignment, recordOf, type SerialQueue, type Streams } from '@holdfast/streams'
import { expiredDeadlines } from './expired-deadlines.ts'
import { createUnanswered } from './unanswered.ts'

/** Checks for expired deadlines while its owner has the partition. */
export interface DeadlineWatch {
  /** Starts no further check; one that waits for its turn still runs. */
  stop(): void
}

export interface DeadlineWatchOptions {
  readonly workflow: Pick<Workflow, 'deadlinesOf' | 'topics'>
  readonly partitionState: PartitionState<Snapshot<AnyState>>
  readonly parking: Pick<PartitionParking, 'get'>
  /** The owner's queue: a check needs the state after the batch before it. */
  readonly serialQueue: SerialQueue
  readonly assignment: Assignment
  readonly streams: Pick<Streams, 'publish'>
  readonly logTime: Pick<LogTime, 'dueUntil'>
  readonly log: Logger
  readonly everyMs: number
}

/**
 * Each check reads one record, 1 to 3 ms on Kafka. An append on lost states is detected by its offset in the meantime.
 */
const truncationCheckMs = 10_000

/**
 * Publishes `DeadlinePassed` for each deadline that has expired by the clock and the log, and again after growing
 * pauses until it is answered. Reopens the partition if its states are lost.
 */
export function createDeadlineWatch(options: DeadlineWatchOptions): DeadlineWatch {
  const { workflow, partitionState, parking, serialQueue, assignment, streams, logTime, log, everyMs } = options
  const { partition, signal } = assignment
  const unanswered = createUnanswered()
  let parkedDue = 0
  let lastTruncationCheckMs = performance.now()

  /** An owner that decides nothing has no appends by which it would detect log truncation. */
  async function checkTruncation(): Promise<void> {
    if (performance.now() - lastTruncationCheckMs < truncationCheckMs) return
    lastTruncationCheckMs = performance.now()
    await partitionState.checkTruncation()
  }

  async function publishExpired(): Promise<void> {
    const now = logTime.dueUntil()
    if (!now) return
    const expired = await expiredDeadlines(workflow, partitionState, now, parking, parkedDue + unanswered.size)
    parkedDue = expired.parked
    const commands = unanswered.dueOf(expired.commands, now)
    if (commands.length === 0) return
    await streams.publish(
      workflow.topics.commands.name,
      commands.map(command => recordOf(command.subject, command)),
      { within: assignment },
    )
    unanswered.published(commands, now)
    log.info({ partition, deadlines: commands.length }, 'Deadlines expired')
  }

  async function check(): Promise<void> {
    try {
      await checkTruncation()
      await publishExpired()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof StateLostError))
        return log.warn({ partition, err: error }, 'Deadline check failed; retrying at the next interval')
      // A partition without traffic detects the loss of its store or ledger here.
      assignment.reopen(error)
    }
  }

  const timer = setInterval(() => void serialQueue.run(check), everyMs)
  return { stop: () => clearInterval(timer) }
}
