import { phaseOf } from '@holdfast/lifecycle'
import type { AnswerKind, CommandBody, CommandKind, Deadline, MemberRole } from '@holdfast/schemas'
import { requestingCountry } from '../countries.ts'
import type { Verdict } from '../documents.ts'
import type { Walkable } from '../machine.ts'
import { accepts, after, type Body, isPassing, type ModelState } from '../model-state.ts'

/** Something that can happen to a request, as a sentence. */
export interface Move {
  readonly type: string
  /** Undefined where nobody would do it; the machine may refuse it all the same. */
  step(standing: ModelState, machine: Walkable): Step | undefined
}

/** A person of a member country who gives a command. */
export interface Giver {
  readonly country: string
  readonly role: MemberRole
  readonly person: string
}

/** How a real actor brings a fact about. */
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
  /** What the rules say to the document that the request has afterwards, where the step brings another. */
  readonly verdict?: Verdict
}

/** What a move does to a request that stands like this; undefined where nobody would make it or the machine refuses it. */
export function stepOf(machine: Walkable, standing: ModelState, move: Move): Step | undefined {
  const step = move.step(standing, machine)
  // Whatever is due passes first: the ledger looks at all of it in one go.
  if (!step || (isPassing(standing) && step.cause.by !== 'the clock')) return undefined
  return accepts(machine, standing, step.body, step.actor) ? step : undefined
}

/** The standing after a step that the machine takes. */
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

/** Institution and requester have the same persons in everything that they do. */
export const bank = beneficiary('institution', 'first')
export const requestersOfficer = requester('officer', 'first')

export const isIn = ({ state }: ModelState, ...phases: readonly string[]) => phases.includes(phaseOf(state))

/** What a person does with a command that becomes one fact at once. */
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

/** What the bank says to an order; it has one once the request has been verified. */
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
