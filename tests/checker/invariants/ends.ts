import { canonical } from '../canonical.ts'
import { hasEnded } from '../fold/chart.ts'
import { deadlinesOf } from '../fold/resulting-state.ts'
import type { CheckedFact } from '../fold/step.ts'
import type { Invariants, Report, World } from '../world.ts'

export const ofEnds: Invariants = {
  'engine-done': 'In a finished run no request waits for the engine itself.',
  'deadline-passed': 'In a finished run of which the time of the end is known, nothing is due that has not passed.',
  'duplicate-stands': 'A duplicate names another request of its own country, about a payment with the same account.',
  'one-open-per-payment': 'A country has one open request for one payment: from when one is verified to its end no other is (V12).',
}

/** An owner looks for deadlines each second, and a broker’s stamp may be that much behind. */
const passedWithinMs = 5_000

/** Partitions can lie at brokers whose clocks are that much apart. */
const apartMs = 1_000

export function checkEnds({ folded, observations }: World, report: Report): void {
  const spans: Span[] = []
  for (const { steps, chart, history } of folded.values()) {
    const { requestId } = history
    spans.push(...spansOf(requestId, steps, history.facts[steps.length]?.line.timestampMs))
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
  }
  checkSpans(spans, report)
}

/** A time in which a request stands for a payment, by the stamps of its records. */
interface Span {
  readonly requestId: string
  readonly payment: string
  readonly fromMs: number
  untilMs: number
}

/** From each time that it is verified to its end, or to the first fact that is not understood, which may be its end, or for good. */
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
