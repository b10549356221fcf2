import { memberRolePrefixOf, type RefusedBefore } from '@holdfast/schemas'

/** What a request remembers of refused commands. They are no part of its history. */
export interface Refusals extends RefusedBefore {
  /** How many of each budget are used. */
  readonly used: Readonly<Record<string, number>>
}

export const noRefusals: Refusals = { commands: [], used: {} }

/**
 * What may be on record as refused, for each country and role of a request; answers after its end have as much again. A person errs a few times, and a bank that errs twenty
 * times has been told twenty times. It goes by the role and not by the person, as a person is what a token says, and a member may write any.
 */
export const refusalsMax = 20

/** Late answers have a budget of their own: nothing that was refused before the end may keep them from being on record. */
export const budgetOf = (actor: string, late: boolean): string => (late ? `${memberRolePrefixOf(actor)}late` : memberRolePrefixOf(actor))

/** Whether what is refused of an actor's side may be on no record any more, as a budget of it is used up. */
export const mayBeUnrecorded = ({ used }: Refusals, actor: string): boolean =>
  [false, true].some(late => (used[budgetOf(actor, late)] ?? 0) >= refusalsMax)
