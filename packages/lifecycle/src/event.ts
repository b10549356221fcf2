import type { Deadline, Encryptable, FactBody, FactKind } from '@holdfast/schemas'
import { addMinor, type Minor, minorOf, nothing } from './amounts.ts'

/** A fact as the statechart takes it. */
export type StatechartEvent = {
  [K in FactKind]: {
    readonly type: K
    readonly data: FactBody<K> & Encryptable
    readonly actor: string
    /** What proves who the actor is; undefined of most, and of all that are older than that. */
    readonly proof?: string | undefined
    readonly time: string
    readonly sequence: number
  }
}[FactKind]

/** Named guards and actions are typed for every event; each of these is used on one kind only. */
export const of = <K extends FactKind>(event: StatechartEvent, _kind: K) => event as Extract<StatechartEvent, { type: K }>

/** Nothing of an amount that its currency can't have: who decides has refused that before. */
export const amountOf = (money: Parameters<typeof minorOf>[0]): Minor => minorOf(money) ?? nothing

export const reportedMinor = (event: StatechartEvent): Minor => amountOf(of(event, 'FreezeReported').data.amount)

/** What leaves the holds by a return: the money and what sending it cost. */
export function returnedMinor(event: StatechartEvent): Minor {
  const { amount, charges } = of(event, 'ReturnReported').data
  return addMinor(amountOf(amount), amountOf(charges))
}

export const isSame = (one: Deadline, other: Deadline): boolean =>
  one.kind === other.kind && one.dueAt === other.dueAt && one.about === other.about

/** Whether a deadline is the one that was reached. */
export const isThe = (event: StatechartEvent, deadline: Deadline): boolean => isSame(of(event, 'DeadlineReached').data, deadline)
