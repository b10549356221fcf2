import { type Examination, examine } from '../../checker/check.ts'
import type { Observations, Violation } from '../../checker/observations.ts'

/** The period of a fault. */
export interface Window {
  readonly kind: string
  readonly fromMs: number
  readonly untilMs: number
  readonly mayRepeat: boolean
  readonly forgets: boolean
}

export interface Verdict extends Pick<Examination, 'orders' | 'notifications'> {
  readonly violations: readonly Violation[]
  /** Identical repeats of an order under its id. */
  readonly repeats: number
  /** Permitted violations after a flushed store (docs/explain/guarantees.md): by invariant. */
  readonly notPromised: Readonly<Record<string, number>>
}

/**
 * One of the two was sent when its owner was stopped, isolated or resumed: messages under way arrive within this time.
 */
const aboutMs = { before: 2_000, after: 5_000 }
/** The other is sent by the next owner of the partition: after the session of 6 s, the detection and retries. */
const againWithinMs = 30_000

const forgotten = new Set(['receipt-same', 'order-sent', 'notification-sent'])

/** All violations of a run. */
export function judge(observations: Observations, windows: readonly Window[]): Verdict {
  const { violations, orders, notifications } = examine(observations)
  const hasForgotten = windows.some(({ forgets }) => forgets)
  const isPromised = ({ invariant }: Violation) => !hasForgotten || !forgotten.has(invariant)
  const notPromised: Record<string, number> = {}
  for (const { invariant } of violations.filter(each => !isPromised(each))) notPromised[invariant] = (notPromised[invariant] ?? 0) + 1
  return {
    violations: [...violations.filter(isPromised), ...repeatedForNoReason(observations, windows)],
    orders,
    notifications,
    repeats: orders.repeats.reduce((sum, { times }) => sum + times - 1, 0),
    notPromised,
  }
}

/** An order repeats only where an owner was stopped or isolated while it sent. */
function repeatedForNoReason({ orders }: Observations, windows: readonly Window[]): readonly Violation[] {
  const known = new Map<string, number>()
  const violations: Violation[] = []
  const stopping = windows.filter(({ mayRepeat }) => mayRepeat)
  const isExcused = (firstMs: number, againMs: number) =>
    stopping.some(({ fromMs, untilMs }) => {
      const isAbout = (atMs: number) => atMs >= fromMs - aboutMs.before && atMs <= untilMs + aboutMs.after
      return (isAbout(firstMs) || isAbout(againMs)) && againMs <= untilMs + againWithinMs
    })
  for (const { value, atMs } of orders.toSorted((one, other) => one.atMs - other.atMs)) {
    const { id, subject } = JSON.parse(value) as { id: string; subject: string }
    const firstMs = known.get(id)
    if (firstMs === undefined) known.set(id, atMs)
    else if (!isExcused(firstMs, atMs))
      violations.push({
        invariant: 'an order goes out once',
        requestId: subject,
        message: `order ${id} of ${new Date(firstMs).toISOString()} was repeated at ${new Date(atMs).toISOString()}, and no owner had been stopped or isolated then`,
      })
  }
  return violations
}
