import type { Fact, LedgerRecord } from '@holdfast/payment-stop/language'
import { evolveSummary, evolveSummaryByRefusal, type RequestSummary } from '@holdfast/payment-stop/lifecycle'
import { isFeatureLevelRaised, isRefusedCommand, topics } from '@holdfast/schemas'
import { type Engine, eventsIn } from './engine.ts'

/** The facts of each request in ledger order, without those that every reader drops. */
export async function historiesIn(engine: Engine): Promise<Map<string, Fact[]>> {
  const histories = new Map<string, Fact[]>()
  const standings = new Map<string, RequestSummary>()
  for (const record of await eventsIn<LedgerRecord>(engine.streams, topics.ledger)) {
    if (isFeatureLevelRaised(record)) continue
    const before = standings.get(record.subject)
    const { accepted, summary } = isRefusedCommand(record) ? evolveSummaryByRefusal(before, record) : evolveSummary(before, record)
    if (!accepted || !summary) continue
    standings.set(record.subject, summary)
    if (!isRefusedCommand(record)) histories.set(record.subject, [...(histories.get(record.subject) ?? []), record])
  }
  return histories
}
