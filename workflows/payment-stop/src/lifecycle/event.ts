import type { Encryptable } from '@holdfast/schemas'
import type { Deadline, FactBody, FactKind } from '../language/index.ts'
import { addMinor, type Minor, minorOf, nothing } from './amounts.ts'

/** A fact as an event of the statechart. */
export type StatechartEvent = {
  [K in FactKind]: {
    readonly type: K
    readonly data: FactBody<K> & Encryptable
    readonly actor: string
    /** What proves the actor; undefined without proof, and in older facts. */
    readonly proof?: string | undefined
    readonly time: string
    readonly sequence: number
  }
}[FactKind]

/** Guards and actions are typed for every event, but each is used for one kind only. */
export const asEvent = <K extends FactKind>(event: StatechartEvent) => event as Extract<StatechartEvent, { type: K }>

/** The amount in minor units, or zero if it is invalid. `decide` has refused invalid amounts before. */
export const amountOf = (money: Parameters<typeof minorOf>[0]): Minor => minorOf(money) ?? nothing

export const reportedMinor = (event: StatechartEvent): Minor => amountOf(asEvent<'FreezeReported'>(event).data.amount)

/** What a return takes out of the holds: the money and its charges. */
export function returnedMinor(event: StatechartEvent): Minor {
  const { amount, charges } = asEvent<'ReturnReported'>(event).data
  return addMinor(amountOf(amount), amountOf(charges))
}

export const isSame = (one: Deadline, other: Deadline): boolean =>
  one.kind === other.kind && one.dueAt === other.dueAt && one.about === other.about

/** Whether the event reports this deadline. */
export const isThe = (event: StatechartEvent, deadline: Deadline): boolean => isSame(asEvent<'DeadlineReached'>(event).data, deadline)
