import { attempt, reasonOf, type StreamRecord } from '@holdfast/streams'
import type { DeadLetters } from './dead-letters.ts'

type Work = (records: readonly StreamRecord[]) => Promise<void>

/**
 * Work of an ingress on a batch that no record can block. If the code throws on a batch repeatedly, its records are
 * processed one by one, and those that still throw become dead letters. The work must be safe to repeat. Passing
 * faults, such as an unreachable store, are rethrown.
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
