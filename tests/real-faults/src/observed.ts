import type { Observations } from '../../checker/observations.ts'
import type { Recorder } from './recorder.ts'
import type { Lying } from './site.ts'

/** The observations and the stored ledger, for the checker. By Kafka the receipt is a notification. */
export function observationsOf(
  { requests, commands, answers, reads }: Recorder,
  { orders, notifications, ledger }: Lying,
  isFinished: boolean,
): Observations {
  const receipts = new Map<string, unknown>()
  for (const { value } of notifications) {
    const {
      kind,
      country: _country,
      eventId,
      eventSource: _source,
      ...receipt
    } = (JSON.parse(value) as { data: Record<string, string> }).data
    if (kind === 'received' && eventId !== undefined) receipts.set(eventId, receipt)
  }
  return {
    requests: requests.map(request => {
      const receipt = receipts.get(request.key)
      if (receipt === undefined) return request
      const [first, ...others] = request.attempts.toSorted((one, other) => rank(one.outcome) - rank(other.outcome))
      return first ? { ...request, attempts: [{ ...first, body: receipt }, ...others] } : request
    }),
    commands,
    answers,
    orders,
    notifications,
    reads,
    ledger,
    isFinished,
  }
}

const rank = (outcome: string): number => (outcome === 'accepted' ? 0 : 1)
