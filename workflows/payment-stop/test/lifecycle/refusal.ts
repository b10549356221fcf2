import type { Refusal } from '@holdfast/schemas'
import type { Command } from '../../src/language/index.ts'
import { codeOf, type History, history, messageOf, open, pass } from './world.ts'

/** A verified request, after the given commands. */
export const verified = (...given: readonly Command[]) => history(open(), pass(), ...given)

/**
 * Gives a command that must be refused, and returns the refusal. Throws if the ledger accepts it, or the refusal
 * changes the state.
 */
export function refusalOf(h: Pick<History, 'give' | 'current'>, given: Command): Refusal {
  const before = h.current().state
  const decision = h.give(given)
  const [code, message] = [codeOf(decision), messageOf(decision)]
  if (code === undefined || message === undefined) throw new Error(`${given.type} was not refused: ${decision.outcome}`)
  if (h.current().state !== before) throw new Error(`the refusal of ${given.type} changed the state`)
  return { code, message } as Refusal
}
