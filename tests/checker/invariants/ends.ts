import { canonical } from '../canonical.ts'
import { hasEnded } from '../state/chart.ts'
import { deadlinesOf } from '../state/resulting-state.ts'
import type { CheckedFact } from '../state/step.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofEnds: Invariants = {
  'engine-done': 'In a finished run no request waits for the engine itself.',
  'deadline-passed': 'In a finished run with a known end time, every deadline that was due has been reached.',
  'duplicate-stands': 'A duplicate names another request of its own country, about a payment with the same account.',
  'one-open-per-payment': 'A country has one open request for a payment: from its verification to its end no other is verified (V12).',
}

/** An owner checks deadlines each second, and a broker's timestamps can lag by this much. */
const passedWithinMs = 5_000

/** Brokers of different partitions can have clocks that differ by this much. */
const apartMs = 1_000

export function checkEnds({ derived, observations }: World, report: Report): void {
  const spans: Span[] = []
  for (const { steps, chart, history } of derived.values()) {
    const { requestId } = history
    spans.push(...spansOf(requestId, steps, history.facts[steps.length]?.line.timestampMs))
    for (const { fact, document } of steps) {
      const { standingRequestId } = fact.data
      if (standingRequestId === undefined) continue
      const standing = derived.get(standingRequestId)?.steps[0]
      const isOfAccount = standing?.document.beneficiaryCountry === document.beneficiaryCountry
      if (!standing || standingRequestId === requestId || standing.fact.requestingcountry !== fact.requestingcountry || !isOfAccount)
        report('duplicate-stands', requestId, `is a duplicate of ${standingRequestId}, which is no such request`)
    }
    if (!observations.isFinished || !chart) continue
    if (chart.state === 'received.assessing') report('engine-done', requestId, 'still awaits its assessment')
    if (observations.endedMs !== undefined)
      for (const { kind, dueAt } of deadlinesOf(chart))
        if (Date.parse(dueAt) < observations.endedMs - passedWithinMs)
          report('deadline-passed', requestId, `${kind} was due ${dueAt} and was not reached`)
  }
  checkSpans(spans, report)
}

/** A period in which a request blocks its payment, by the timestamps of its records. */
interface Span {
  readonly requestId: string
  readonly payment: string
  readonly fromMs: number
  untilMs: number
}

/** From each verification to the end or to the first unknown fact, which can be an end; otherwise without an end. */
function spansOf(requestId: string, steps: readonly CheckedFact[], knownUntilMs = Number.POSITIVE_INFINITY): readonly Span[] {
  const spans: Span[] = []
  let span: Span | undefined
  for (const { line, after, document } of steps) {
    const isOpen = after.phase !== 'received' && !hasEnded(after.phase)
    if (!isOpen && span) {
      span.untilMs = line.timestampMs
      span = undefined
    } else if (isOpen && !span) {
      const payment = `${document.requestingCountry} ${document.beneficiaryCountry} ${canonical(document.payment)}`
      span = { requestId, payment, fromMs: line.timestampMs, untilMs: knownUntilMs }
      spans.push(span)
    }
  }
  return spans
}

function checkSpans(spans: readonly Span[], report: Report): void {
  for (const ofOne of Map.groupBy(spans, ({ payment }) => payment).values()) {
    let last: Span | undefined
    for (const span of ofOne.sort((one, other) => one.fromMs - other.fromMs)) {
      if (last && last.requestId !== span.requestId && span.fromMs < last.untilMs - apartMs)
        report('one-open-per-payment', span.requestId, `is verified for the payment for which ${last.requestId} is open`)
      if (!last || span.untilMs > last.untilMs) last = span
    }
  }
}
