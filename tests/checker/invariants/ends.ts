import { canonical } from '../canonical.ts'
import { hasEnded } from '../fold/chart.ts'
import { deadlinesOf } from '../fold/led-to.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofEnds: Invariants = {
  'engine-done': 'In a finished run no request waits for the engine itself.',
  'deadline-passed': 'In a finished run of which the time of the end is known, nothing is due that has not passed.',
  'duplicate-stands': 'A duplicate names another request of its own country, about a payment with the same account.',
  'one-open-per-payment': 'In a finished run a country has one open request for one payment (V12).',
}

/** An owner looks for deadlines each second, and a broker’s stamp may be that much behind. */
const passedWithinMs = 5_000

export function checkEnds({ folded, observations }: World, report: Report): void {
  const open = new Map<string, string>()
  for (const { steps, chart, history } of folded.values()) {
    const { requestId } = history
    for (const { fact, document } of steps) {
      const { standingRequestId } = fact.data
      if (standingRequestId === undefined) continue
      const standing = folded.get(standingRequestId)?.steps[0]
      const isOfAccount = standing?.document.beneficiaryCountry === document.beneficiaryCountry
      if (!standing || standingRequestId === requestId || standing.fact.requestingcountry !== fact.requestingcountry || !isOfAccount)
        report('duplicate-stands', requestId, `is a duplicate of ${standingRequestId}, which is no such request`)
    }
    if (!observations.isFinished || !chart) continue
    if (chart.state === 'received.assessing') report('engine-done', requestId, 'still waits to be assessed')
    if (observations.endedMs !== undefined)
      for (const { kind, dueAt } of deadlinesOf(chart))
        if (Date.parse(dueAt) < observations.endedMs - passedWithinMs)
          report('deadline-passed', requestId, `${kind} was due ${dueAt} and has not passed`)
    const phase = steps.at(-1)?.after.phase ?? ''
    if (hasEnded(phase) || phase === 'received') continue
    const payment = `${chart.document.requestingCountry} ${chart.document.beneficiaryCountry} ${canonical(chart.document.payment)}`
    const other = open.get(payment)
    if (other) report('one-open-per-payment', requestId, `is open for the payment for which ${other} is`)
    open.set(payment, requestId)
  }
}
