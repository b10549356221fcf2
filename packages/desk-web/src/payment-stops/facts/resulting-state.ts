import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'
import type { AnyFact } from './any-fact.ts'

/** The state of a request after one of its facts. */
export type RequestState = Pick<PaymentStopView, 'states' | 'phase' | 'amounts' | 'deadlines'>

export const amountNames = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const
export type AmountName = (typeof amountNames)[number]

/** The resulting state that the fact states. */
export function statedBy(fact: AnyFact): RequestState {
  const { resultingState } = fact.data
  const { amounts } = resultingState
  const money = (name: AmountName): Money | undefined => amounts && { currency: amounts.currency, value: amounts[name] }
  return {
    states: resultingState.states,
    phase: fact.phase,
    amounts: Object.fromEntries(amountNames.map(name => [name, money(name)])) as RequestState['amounts'],
    deadlines: resultingState.deadlines,
  }
}

/** One difference of two states. Undefined means absent. */
export type Change =
  | { readonly of: 'state'; readonly before: readonly string[]; readonly after: readonly string[] }
  | { readonly of: 'amount'; readonly name: AmountName; readonly before: Money | undefined; readonly after: Money | undefined }
  | {
      readonly of: 'deadline'
      readonly kind: RequestState['deadlines'][number]['kind']
      /** Instants, earliest first. */
      readonly before: readonly string[]
      readonly after: readonly string[]
    }

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at])

/**
 * States, then amounts, then deadlines. Before the first fact there is nothing, so all that it brings is a change,
 * except zero amounts.
 */
export function changesBetween(before: RequestState | undefined, after: RequestState): readonly Change[] {
  const states: Change[] = isSame(before?.states ?? [], after.states)
    ? []
    : [{ of: 'state', before: before?.states ?? [], after: after.states }]
  const amounts = amountNames.flatMap((name): Change[] => {
    const [was, is] = [before?.amounts[name], after.amounts[name]]
    const isNews = was?.value !== is?.value && !(was === undefined && is !== undefined && !/[1-9]/.test(is.value))
    return isNews ? [{ of: 'amount', name, before: was, after: is }] : []
  })
  const dueOf = (standing: RequestState | undefined, kind: string) =>
    (standing?.deadlines ?? []).flatMap(deadline => (deadline.kind === kind ? [deadline.dueAt] : []))
  const kinds = new Set([...(before?.deadlines ?? []), ...after.deadlines].map(({ kind }) => kind))
  const deadlines = [...kinds].flatMap((kind): Change[] => {
    const [was, is] = [dueOf(before, kind), dueOf(after, kind)]
    return isSame(was, is) ? [] : [{ of: 'deadline', kind, before: was, after: is }]
  })
  return [...states, ...amounts, ...deadlines]
}
