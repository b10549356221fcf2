import { type Fact, kindOf } from '../ledger/records.ts'
import type { LedgerLine } from '../observations.ts'
import { type Chart, isSame } from './chart.ts'
import type { Note } from './moves.ts'
import { deadlinesOf } from './resulting-state.ts'

/** A deadline is reached once for each arming, and not before it is due. */
export function noteDeadline(chart: Chart, fact: Fact, { timestampMs }: LedgerLine, note: Note): void {
  const kind = kindOf(fact)
  if (kind !== 'DeadlineReached' && kind !== 'HoldExpired') return
  const { dueAt = '', kind: passed = '', about } = fact.data
  const dueMs = Date.parse(dueAt)
  if (!(timestampMs >= dueMs)) note('deadline-early', `passed ${passed} of ${dueAt} by ${new Date(timestampMs).toISOString()}`)
  if (!(Date.parse(fact.time) >= dueMs)) note('deadline-early', `reached ${passed} of ${dueAt} at ${fact.time}, by its own time`)
  const isTheKind = (passed === 'holdExpiry') === (kind === 'HoldExpired')
  const isArmed = deadlinesOf(chart).some(each => isSame(each, { kind: passed, dueAt, ...(about === undefined ? {} : { about }) }))
  if (!isTheKind || !isArmed) note('deadline-armed', `reached ${passed} of ${dueAt}, which is not armed`)
}
