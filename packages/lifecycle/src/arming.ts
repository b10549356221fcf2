import { type Deadline, factDefinitionOf, type Policy, type TimerKind } from '@holdfast/schemas'
import type { RequestContext } from './context.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'

/** Adds the deadlines that a fact starts, as absolute instants. So `evolve` needs neither clock nor calendar. */
export function deadlinesArmedBy(fact: Body, { state: { context } }: RequestSnapshot, time: string, policy: Policy): Body {
  const { beneficiaryCountry: country } = context
  const executedAt = paidAt(fact) ?? context.document.executedAt
  const from = new Date(time)
  const timers = (...kinds: TimerKind[]): Deadline[] =>
    kinds.map(kind => ({ dueAt: policy.dueAt(kind, country, from, executedAt).toISOString(), kind }))
  const warnings = (...ends: string[]): Deadline[] =>
    [...new Set(ends)].flatMap(end =>
      policy.warningsOf(country, from, new Date(end)).map(due => ({ about: end, dueAt: due.toISOString(), kind: 'holdWarning' }) as const),
    )
  const deadlines = factDefinitionOf(fact.type)?.deadlines
  return deadlines ? withDeadlines(fact, deadlines(fact.data as never, { holds: context.holds, timers, warnings })) : fact
}

/** The time of the payment, if this fact has a document. */
const paidAt = (fact: Body): string | undefined => (fact.type === 'RequestReopened' ? fact.data.request?.payment.executedAt : undefined)

/** The fact with only the retention deadline of an ended request. */
export const withRetention = <B extends Body>(fact: B, { beneficiaryCountry, document }: RequestContext, time: string, policy: Policy): B =>
  withDeadlines(fact, [
    { dueAt: policy.dueAt('retention', beneficiaryCountry, new Date(time), document.executedAt).toISOString(), kind: 'retention' },
  ])

/** The fact with these deadlines; unchanged if there are none. */
export const withDeadlines = <B extends { readonly data: object }>(fact: B, deadlines: readonly Deadline[]): B =>
  deadlines.length === 0 ? fact : { ...fact, data: { ...fact.data, deadlines } }
