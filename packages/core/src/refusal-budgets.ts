import { memberRolePrefixOf, type RefusedCommandIds } from '@holdfast/schemas'

/** The refusals in the state of a request. They are not part of its history. */
export interface Refusals extends RefusedCommandIds {
  /** How much of each budget is used. */
  readonly used: Readonly<Record<string, number>>
}

export const noRefusals: Refusals = { commands: [], used: {} }

/**
 * The most recorded refusals of each member role on a request; late answers have a budget of the same size. A person errs a
 * few times, and a bank that errs twenty times knows the reason. Counted by role and not by person, because a member chooses
 * the person names in its tokens.
 */
export const refusalsMax = 20

/** Late answers have a budget of their own, so that earlier refusals cannot keep them off the record. */
export const budgetOf = (actor: string, late: boolean): string => (late ? `${memberRolePrefixOf(actor)}late` : memberRolePrefixOf(actor))

/** Whether refusals of an actor's member role may be unrecorded, because one of its budgets is used up. */
export const mayBeUnrecorded = ({ used }: Refusals, actor: string): boolean =>
  [false, true].some(late => (used[budgetOf(actor, late)] ?? 0) >= refusalsMax)
