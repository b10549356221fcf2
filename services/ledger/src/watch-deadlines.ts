import { type PartitionFold, type PartitionParking, StateLostError } from '@holdfast/folds'
import type { RequestSnapshot } from '@holdfast/lifecycle'
import type { Logger, LogTime } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { type Assignment, recordOf, type SerialQueue, type Streams } from '@holdfast/streams'
import { expiredDeadlines } from './expired-deadlines.ts'
import { createUnanswered } from './unanswered.ts'

/** Looks for deadlines that have passed, for as long as its owner has the partition. */
export interface DeadlineWatch {
  /** No look begins any more; one that waits for its turn still has it. */
  stop(): void
}

export interface DeadlineWatchOptions {
  readonly fold: PartitionFold<RequestSnapshot>
  readonly parking: Pick<PartitionParking, 'get'>
  /** Of the owner: a look needs the fold as the batch before left it. */
  readonly turns: SerialQueue
  readonly assignment: Assignment
  readonly streams: Pick<Streams, 'publish'>
  readonly logTime: Pick<LogTime, 'dueUntil'>
  readonly log: Logger
  readonly everyMs: number
}

/** One record is read for it, 1 to 3 ms on Kafka. What an owner would do meanwhile, on states that the ledger no longer has, lands where it does not expect it. */
const lookAtPastEveryMs = 10_000

/** Publishes `DeadlinePassed` for each deadline that has passed by the clock and the log, again after pauses that grow until it is answered. Opens the partition anew where its states are lost. */
export function createDeadlineWatch(options: DeadlineWatchOptions): DeadlineWatch {
  const { fold, parking, turns, assignment, streams, logTime, log, everyMs } = options
  const { partition, signal } = assignment
  const unanswered = createUnanswered()
  let parkedDue = 0
  let lookedAtPastMs = performance.now()

  /** Who decides nothing is told nothing by its appends. */
  async function lookAtPast(): Promise<void> {
    if (performance.now() - lookedAtPastMs < lookAtPastEveryMs) return
    lookedAtPastMs = performance.now()
    await fold.checkPast()
  }

  async function publishPassed(): Promise<void> {
    const now = logTime.dueUntil()
    if (!now) return
    const passed = await expiredDeadlines(fold, now, parking, parkedDue + unanswered.size)
    parkedDue = passed.parked
    const commands = unanswered.dueOf(passed.commands, now)
    if (commands.length === 0) return
    await streams.publish(
      topics.commands.name,
      commands.map(command => recordOf(command.subject, command)),
      { within: assignment },
    )
    unanswered.asked(commands, now)
    log.info({ partition, deadlines: commands.length }, 'deadlines passed')
  }

  async function look(): Promise<void> {
    try {
      await lookAtPast()
      await publishPassed()
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof StateLostError)) return log.warn({ partition, err: error }, 'the deadlines could not be looked at')
      // A partition without traffic notices here that its store or its ledger forgot.
      assignment.reopen(error)
    }
  }

  const timer = setInterval(() => void turns.take(look), everyMs)
  return { stop: () => clearInterval(timer) }
}
