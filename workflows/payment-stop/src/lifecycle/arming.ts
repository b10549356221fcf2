import { type Deadline, type DeadlineInput, factDefinitionOf, type Policy, type TimerKind } from '../language/index.ts'
import type { RequestContext } from './context.ts'
import type { Body } from './fact-body.ts'

/** The request before a fact, as far as deadlines depend on it. */
interface ArmingRequest {
  readonly beneficiaryCountry: string
  /** When the payment was executed, by the document that holds after the fact. */
  readonly executedAt: string
  readonly holds: DeadlineInput['holds']
}

/** Adds the deadlines that a fact starts, as absolute instants. So `evolve` needs neither clock nor calendar. */
export function deadlinesArmedBy<B extends Body>(fact: B, request: ArmingRequest, time: string, policy: Policy): B {
  const { beneficiaryCountry: country, executedAt, holds } = request
  const from = new Date(time)
  const timers = (...kinds: TimerKind[]): Deadline[] =>
    kinds.map(kind => ({ dueAt: policy.dueAt(kind, country, from, executedAt).toISOString(), kind }))
  const warnings = (...ends: string[]): Deadline[] =>
    [...new Set(ends)].flatMap(end =>
      policy.warningsOf(country, from, new Date(end)).map(due => ({ about: end, dueAt: due.toISOString(), kind: 'holdWarning' }) as const),
    )
  const deadlines = factDefinitionOf(fact.type)?.deadlines
  return deadlines ? withDeadlines(fact, deadlines(fact.data as never, { holds, timers, warnings })) : fact
}

/** The fact with only the retention deadline of an ended request. */
export const withRetention = <B extends Body>(fact: B, { beneficiaryCountry, document }: RequestContext, time: string, policy: Policy): B =>
  withDeadlines(fact, [
    { dueAt: policy.dueAt('retention', beneficiaryCountry, new Date(time), document.executedAt).toISOString(), kind: 'retention' },
  ])

/** The fact with these deadlines; unchanged if there are none. */
const withDeadlines = <B extends { readonly data: object }>(fact: B, deadlines: readonly Deadline[]): B =>
  deadlines.length === 0 ? fact : { ...fact, data: { ...fact.data, deadlines } }
