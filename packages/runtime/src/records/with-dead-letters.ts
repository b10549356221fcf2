import { attempt, reasonOf, type StreamRecord } from '@holdfast/streams'
import type { DeadLetters } from './dead-letters.ts'

type Work = (records: readonly StreamRecord[]) => Promise<void>

/**
 * A door's work on a batch, which nothing that comes to it can stop: where code throws on it each time, its records are worked on one by one, and those on which it throws alone go to the
 * dead letters. The work has to be safe to repeat. What will pass, such as a store that is away, is thrown as it is.
 */
export const withDeadLetters =
  (deadLetters: Pick<DeadLetters, 'keep'>, work: Work): Work =>
  async records => {
    const whole = await attempt(() => work(records))
    if (whole.ok) return
    for (const record of records) {
      const alone = await attempt(() => work([record]))
      if (!alone.ok) await deadLetters.keep(record, `COULD_NOT_BE_WORKED_ON: ${reasonOf(alone.fault)}`)
    }
  }
