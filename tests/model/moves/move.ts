import type { AnswerKind, CommandBody, CommandKind, Deadline } from '@holdfast/payment-stop/language'
import { phaseOf } from '@holdfast/payment-stop/lifecycle'
import type { MemberRole } from '@holdfast/schemas'
import { requestingCountry } from '../countries.ts'
import type { Verdict } from '../documents.ts'
import type { Walkable } from '../machine.ts'
import { accepts, after, type Body, isPassing, type ModelState } from '../model-state.ts'

/** A possible move of a request, as a sentence. */
export interface Move {
  readonly type: string
  /** Undefined where no actor would make it; the machine can refuse it as well. */
  step(standing: ModelState, machine: Walkable): Step | undefined
}

/** A person of a member country who gives a command. */
export interface Giver {
  readonly country: string
  readonly role: MemberRole
  readonly person: string
}

/** How a real actor causes a fact. */
export type Cause =
  | { readonly by: 'a new request'; readonly verdict: Verdict }
  | { readonly by: 'the rules' }
  | { readonly by: 'the clock'; readonly deadline: Deadline }
  | { readonly by: 'a person'; readonly giver: Giver; readonly command: CommandKind; readonly data: unknown }
  | { readonly by: 'an answer'; readonly giver: Giver; readonly kind: AnswerKind; readonly details: unknown }

export interface Step {
  readonly cause: Cause
  readonly body: Body
  readonly actor: string
  /** The verdict of the rules on the new document, where the step brings one. */
  readonly verdict?: Verdict
}

/** The effect of a move in this state; undefined where no actor would make it or the machine refuses it. */
export function stepOf(machine: Walkable, standing: ModelState, move: Move): Step | undefined {
  const step = move.step(standing, machine)
  // Due deadlines come first: the ledger handles all of them at once.
  if (!step || (isPassing(standing) && step.cause.by !== 'the clock')) return undefined
  return accepts(machine, standing, step.body, step.actor) ? step : undefined
}

/** The state after a step that the machine accepts. */
export function stepped(machine: Walkable, standing: ModelState, { cause, body, actor, verdict = standing.verdict }: Step): ModelState {
  const dueAt = cause.by === 'the clock' ? new Date(cause.deadline.dueAt) : standing.now
  const now = dueAt > standing.now ? dueAt : standing.now
  return { ...after(machine, standing, body, actor, now), verdict }
}

export const formatGiver = ({ country, role, person }: Giver) => `${country}/${role}/${person}`

export const requester = (role: MemberRole, person: string) => (): Giver => ({ country: requestingCountry, role, person })
export const beneficiary =
  (role: MemberRole, person: string) =>
  ({ state }: ModelState): Giver => ({ country: state.context.beneficiaryCountry, role, person })

/** Institution, authority and requester have the same persons in all moves. */
export const bank = beneficiary('institution', 'first')
export const judge = beneficiary('authority', 'first')
export const requestersOfficer = requester('officer', 'first')

export const isIn = ({ state }: ModelState, ...phases: readonly string[]) => phases.includes(phaseOf(state))

/** A command of a person that becomes a fact at once. */
export function give<K extends CommandKind>(
  type: string,
  giver: (standing: ModelState) => Giver,
  command: K,
  of: (standing: ModelState) => { readonly data: CommandBody<K>; readonly body: Body; readonly verdict?: Verdict } | undefined,
): Move {
  return {
    type,
    step(standing) {
      const given = of(standing)
      if (!given || isIn(standing, 'unopened')) return undefined
      const { data, body, verdict } = given
      const person = giver(standing)
      return { cause: { by: 'a person', giver: person, command, data }, body, actor: formatGiver(person), ...(verdict ? { verdict } : {}) }
    },
  }
}

/** An answer of the bank to an order; it has one once the request is verified. */
export const answer = (
  type: string,
  kind: AnswerKind,
  of: (standing: ModelState) => { details: unknown; body: Body } | undefined,
): Move => ({
  type,
  step(standing) {
    const said = isIn(standing, 'verified', 'frozen') ? of(standing) : undefined
    if (!said) return undefined
    const giver = bank(standing)
    return { cause: { by: 'an answer', giver, kind, details: said.details }, body: said.body, actor: formatGiver(giver) }
  },
})
