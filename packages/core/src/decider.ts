import {
  type CommandEvent,
  commandTypePrefix,
  consequenceIdOf,
  parseActor,
  type Refusal,
  type UnhashedFact,
  wasRefused,
} from '@holdfast/schemas'
import { causeOf, isCause } from './causes.ts'
import { personUnproved, withDualApproval } from './dual-approval.ts'
import { createHistory, type History, type RefusedEvent } from './history.ts'
import { factsPerMemberRoleMax, fitsHistoryQuota, reservedFactsPerMemberRoleMax } from './history-quota.ts'
import type { AnyState, ChartEvent, CommandContext, FactBody, Lifecycle, PermissionOf, PersonPolicy, Snapshot } from './lifecycle.ts'
import { createNextFact } from './next-fact.ts'
import { actsAsInstitution, describePermission, hasPart, isPermitted } from './permissions.ts'
import { recordRefusal } from './record-refusal.ts'
import { phaseOf, statesOf } from './states.ts'

/**
 * The result of a command.
 * `fact`: the next fact and the new state. `refused`: the record of a member's refused command. `applied`: decided before.
 * `dropped`: no record; the reason goes to the log and to the sender.
 */
export type DecisionOf<State, Fact, Refused> =
  | { readonly outcome: 'fact'; readonly fact: Fact; readonly state: State }
  | { readonly outcome: 'refused'; readonly refused: Refused }
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'dropped'; readonly refusal: Refusal; readonly dropReason: DropReason }

/**
 * `late`: a command of the engine that came too late or twice. `spent`: a refused command of a member role whose refusal
 * budget is used up. `stray`: a command that a correct sender never gives, which operators may want to see.
 */
type DropReason = 'late' | 'spent' | 'stray'

export interface Decider<State, Command, Policy> extends History<State> {
  /**
   * Decides one command on a request. Pure: it uses the command's time, so the decision is the same anywhere.
   * @param snapshot undefined if the request has no facts yet.
   * @param level the feature level of the ledger. Kinds of facts above it are not written.
   */
  decide(
    snapshot: Snapshot<State> | undefined,
    command: Command,
    policy: Policy,
    level?: number,
  ): DecisionOf<State, UnhashedFact, RefusedEvent>
  /** What a fact states about the request after it. */
  resultingStateOf(request: Pick<Snapshot<State>, 'state' | 'openedAt'>): object
}

const noPermissions: readonly PermissionOf[] = []

/** Makes the pure core of a ledger from the lifecycle of a workflow. */
export function createDecider<State extends AnyState, Command extends CommandEvent, Policy extends PersonPolicy>(
  lifecycle: Lifecycle<State, Command, Policy>,
): Decider<State, Command, Policy> {
  type Asked = CommandContext<State, Command, Policy>
  type Decision = DecisionOf<State, UnhashedFact, RefusedEvent>

  const { chart, facts } = lifecycle
  const commands = new Map(Object.entries(lifecycle.commands))
  const finalPhases = new Set(lifecycle.finalPhases)
  const nextFact = createNextFact(lifecycle)
  const allowedOf = (kind: string): readonly PermissionOf[] => commands.get(kind)?.allowed ?? noPermissions
  const hasEnded = (state: State): boolean => finalPhases.has(phaseOf(state))

  function decide(snapshot: Snapshot<State> | undefined, command: Command, policy: Policy, level = Number.POSITIVE_INFINITY): Decision {
    if (snapshot && (isCause(snapshot.causes, command.id) || wasRefused(snapshot.refusals, command.id))) return { outcome: 'applied' }
    const kind = command.type.slice(commandTypePrefix.length)
    const parsed = parseActor(command.actor)
    if (!parsed.ok) return dropped({ code: 'NOT_PERMITTED', message: parsed.error }, 'stray')
    const actor = parsed.value
    const byEngine = actor.country === 'holdfast'

    if (kind === lifecycle.opening) {
      // A member's request id is derived from its document, so a repeat has the same command id, and this is another
      // command. The engine opens an onward request once for each approval.
      const opened = snapshot ? alreadyOpen : lifecycle.open(command, actor, policy)
      if ('code' in opened) return dropped(opened, byEngine ? 'late' : 'stray')
      const state = chart.transition(chart.initialState, eventOf(undefined, command, opened))
      return { outcome: 'fact', state, fact: nextFact(undefined, command, opened, state) }
    }
    if (!snapshot) return dropped({ code: 'REQUEST_UNKNOWN', message: 'no request has this id' }, byEngine ? 'late' : 'stray')

    // A record would tell the parties that a country without a part in the request tried to look.
    if (!hasPart(actor, lifecycle.parties(snapshot.state)))
      return dropped({ code: 'NOT_PERMITTED', message: `${actor.country} has no part in this request` }, 'stray')

    const asked: Asked = { snapshot, command, kind, actor, policy }
    if (isLateVerdict(asked)) return dropped({ code: 'WRONG_STATE', message: 'the assessment is of an earlier document' }, 'late')
    const decided = factFor(asked, level)
    if ('code' in decided) return refuse(asked, decided)
    return { outcome: 'fact', state: decided.state, fact: nextFact(snapshot, command, decided.body, decided.state) }
  }

  /** The fact of a command with the state after it, or the refusal. */
  function factFor(asked: Asked, level: number): { readonly body: FactBody; readonly state: State } | Refusal {
    const { snapshot, command, kind } = asked
    const refusal = refusalOf(asked)
    if (refusal) return refusal
    const wanted = lifecycle.factOf(asked)
    if ('code' in wanted) return wanted
    const body = lifecycle.needsDualApproval(kind, snapshot.state) ? approvedOrProposed(asked, wanted) : wanted
    if ('code' in body) return body
    const definition = facts[body.type]
    const needed = definition?.featureLevel ?? 1
    if (needed > level) return levelTooLow(needed, level)
    if (definition?.isRecordOnly) return fits(asked, body, snapshot.state) ? { body, state: snapshot.state } : historyFull
    const event = eventOf(snapshot, command, body)
    const state = chart.transition(snapshot.state, event)
    if (state === snapshot.state) return explain(asked, event)
    if (!fits(asked, body, state)) return historyFull
    if (!hasEnded(state) || hasEnded(snapshot.state)) return { body, state }
    const last = lifecycle.withRetention(body, asked)
    return { body: last, state: chart.transition(snapshot.state, eventOf(snapshot, command, last)) }
  }

  /** Refusals that need no statechart. */
  function refusalOf(asked: Asked): Refusal | undefined {
    const { snapshot, command, kind, actor, policy } = asked
    const allowed = allowedOf(kind)
    if (!isPermitted(actor, allowed, lifecycle.parties(snapshot.state)))
      return { code: 'NOT_PERMITTED', message: `this is for ${describePermission(allowed)}` }
    const refusal = lifecycle.refusalOf(asked)
    if (refusal) return refusal
    if (!lifecycle.needsDualApproval(kind, snapshot.state)) return undefined
    return command.actorproof === undefined && policy.personsNeedProof(actor.country) ? personUnproved(actor.country) : undefined
  }

  /** A proposal is refused for the same reasons as the fact itself. */
  const approvedOrProposed = (asked: Asked, wanted: FactBody): FactBody | Refusal => {
    const { snapshot, command, kind, actor, policy } = asked
    const { state } = snapshot
    const needsProof = policy.personsNeedProof(actor.country)
    const toApprove = { kind, command, wanted, proposals: lifecycle.proposals(state), needsProof }
    return withDualApproval(toApprove, (proposal, approved, proposedBy) => {
      const proposed = chart.transition(state, eventOf(snapshot, { ...command, actor: proposedBy }, proposal))
      const event = eventOf(snapshot, command, approved)
      return chart.transition(proposed, event) === proposed ? explain(asked, event) : undefined
    })
  }

  /** The rules assess the document of one fact. By now a newer document may be under assessment. */
  function isLateVerdict({ snapshot: { requestId, causes, state }, command: { causationid }, actor }: Asked): boolean {
    if (actor.role !== 'validation' || causationid === undefined) return false
    const sequence = lifecycle.assessedFact?.(state)
    const assessed = sequence === undefined ? undefined : causeOf(causes, sequence)
    return assessed !== undefined && causationid !== consequenceIdOf('fact', requestId, assessed)
  }

  /**
   * Whether the history quota allows this fact. Facts of the engine always fit: deadlines must pass, and members' facts
   * bound their number. Withdrawn shares are bounded too.
   */
  function fits({ snapshot, command, kind, actor }: Asked, { type }: FactBody, after: State): boolean {
    if (actor.country === 'holdfast' || type === 'ShareWithdrawn') return true
    const before = snapshot.state
    const advances = lifecycle.advances?.(before, after, type) ?? phaseOf(before) !== phaseOf(after)
    return advances || fitsHistoryQuota(snapshot.historyQuotaUsed, command.actor, commands.get(kind)?.mayUseReservedQuota === true)
  }

  function explain(asked: Asked, event: ChartEvent): Refusal {
    const { snapshot } = asked
    return (
      lifecycle.explain?.(asked, event) ?? {
        code: 'WRONG_STATE',
        message: `this is not possible in state ${statesOf(snapshot).join(', ')}, sequence ${snapshot.sequence}`,
      }
    )
  }

  /**
   * Records a member's refused command, so that its sender sees the reason and a bank's late answer is kept. Commands of
   * the engine are dropped.
   */
  function refuse({ snapshot, command, kind, actor }: Asked, refusal: Refusal): Decision {
    if (actor.country === 'holdfast') return dropped(refusal, 'late')
    const { state } = snapshot
    const isAnswer = actsAsInstitution(actor, allowedOf(kind), lifecycle.parties(state))
    const attributes = lifecycle.attributes(state)
    const refused = recordRefusal({ snapshot, command, kind, refusal, isAnswer, hasEnded: hasEnded(state), attributes })
    return refused ? { outcome: 'refused', refused } : dropped(refusal, 'spent')
  }

  return { decide, resultingStateOf: lifecycle.resultingState, ...createHistory(chart, facts) }
}

/** A fact as an event of the statechart. */
const eventOf = (
  snapshot: { readonly sequence: number } | undefined,
  { actor, actorproof: proof, time }: Pick<CommandEvent, 'actor' | 'actorproof' | 'time'>,
  { type, data }: FactBody,
): ChartEvent => ({ type, data, actor, proof, time, sequence: (snapshot?.sequence ?? 0) + 1 })

const dropped = (refusal: Refusal, dropReason: DropReason): DecisionOf<never, never, never> => ({
  outcome: 'dropped',
  refusal,
  dropReason,
})

const alreadyOpen: Refusal = { code: 'ALREADY_OPEN', message: 'a request with this id already exists' }

const historyFull: Refusal = {
  code: 'HISTORY_FULL',
  message: `a history takes ${factsPerMemberRoleMax} facts of each member role, then only facts that advance the request, and ${reservedFactsPerMemberRoleMax} more reports on money or proposals`,
}

const levelTooLow = (needed: number, level: number): Refusal => ({
  code: 'WRONG_STATE',
  message: `this needs a ledger of level ${needed}, and this one is at level ${level}: some services of the engine cannot read it yet`,
})
