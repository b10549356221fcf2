import type { Money, RequestView } from '@holdfast/schemas'
import type { AnyFact } from './history-pages.ts'

/** How a request stood after one of its facts. */
export type RequestState = Pick<RequestView, 'states' | 'phase' | 'amounts' | 'deadlines'>

export const amountNames = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const
export type AmountName = (typeof amountNames)[number]

/** What the fact itself says that it led to. */
export function statedBy(fact: AnyFact): RequestState {
  const { ledTo } = fact.data
  const { amounts } = ledTo
  const money = (name: AmountName): Money | undefined => amounts && { currency: amounts.currency, value: amounts[name] }
  return {
    states: ledTo.states,
    phase: fact.phase,
    amounts: Object.fromEntries(amountNames.map(name => [name, money(name)])) as RequestState['amounts'],
    deadlines: ledTo.deadlines,
  }
}

/** One thing that two standings differ in. Undefined is what was not there. */
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

/** States first, then sums, then deadlines. Before the first fact there is nothing: all that it brings is a change, but for sums of zero. */
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
