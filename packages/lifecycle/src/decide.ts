import { causeOf, factsPerMemberRoleMax, isCause, reservedFactsPerMemberRoleMax } from '@holdfast/core'
import {
  type Actor,
  type Command,
  type CommandBody,
  type CommandKind,
  commandKindOf,
  consequenceIdOf,
  featureLevel,
  featureLevelOf,
  type Policy,
  parseActor,
  type Refusal,
  type RefusedCommand,
  type UnchainedFact,
  wasRefused,
} from '@holdfast/schemas'
import { minorOf } from './amounts.ts'
import { deadlinesArmedBy, withRetention } from './arming.ts'
import type { CommandContext } from './command-context.ts'
import { contradictionOf } from './contradiction.ts'
import { refusalOfApprover, withDualApproval } from './dual-approval.ts'
import { explain } from './explain.ts'
import type { Body } from './fact-body.ts'
import { factOf } from './fact-of-command.ts'
import { eventOf, firstFactOf, nextFactOf, type OpenCommand } from './fact-of-decision.ts'
import { fitsHistoryQuota } from './history-quota.ts'
import { findInstitutionObstacle } from './institution-keys.ts'
import { describePermission, isPermitted } from './permissions.ts'
import { recordOf } from './refusals.ts'
import { isRecordOnly, type RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'
import { initialState, type StatechartSnapshot, transition } from './transition.ts'

/**
 * The result of a command.
 * `fact`: the next fact and the new state. `refused`: the record of a member's refused command. `applied`: decided before.
 * `dropped`: no record; the reason goes to the log and to the sender.
 */
export type Decision =
  | { readonly outcome: 'fact'; readonly fact: UnchainedFact; readonly state: StatechartSnapshot }
  | { readonly outcome: 'refused'; readonly refused: RefusedCommand }
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'dropped'; readonly refusal: Refusal; readonly dropReason: DropReason }

/**
 * `late`: a command of the engine that came too late or twice. `spent`: a refused command of a member role whose refusal
 * budget is used up. `stray`: a command that a correct sender never gives, which operators may want to see.
 */
type DropReason = 'late' | 'spent' | 'stray'

/**
 * Decides one command on a request. Pure: it uses the command's time, so the decision is the same anywhere.
 * @param snapshot undefined if the request has no facts yet.
 * @param level the feature level of the ledger. Kinds of facts above it are not written.
 */
export function decide(snapshot: RequestSnapshot | undefined, command: Command, policy: Policy, level = featureLevel): Decision {
  if (snapshot && (isCause(snapshot.causes, command.id) || wasRefused(snapshot.refusals, command.id))) return { outcome: 'applied' }
  const kind = commandKindOf(command)
  const parsed = parseActor(command.actor)
  if (!parsed.ok) return dropped({ code: 'NOT_PERMITTED', message: parsed.error }, 'stray')
  const actor = parsed.value
  const byMember = actor.country !== 'holdfast'

  if (command.type === 'holdfast.command.v1.OpenRequest') return snapshot ? alreadyOpen(byMember) : open(command, actor, policy)
  if (!snapshot) return dropped({ code: 'REQUEST_UNKNOWN', message: 'no request has this id' }, byMember ? 'stray' : 'late')

  // A record would tell the parties that a country without a part in the request tried to look.
  if (!hasPart(actor, snapshot)) return dropped({ code: 'NOT_PERMITTED', message: `${actor.country} has no part in this request` }, 'stray')

  if (isLateVerdict(snapshot, command, actor))
    return dropped({ code: 'WRONG_STATE', message: 'the assessment is of an earlier document' }, 'late')

  const asked: CommandContext = { snapshot, command, kind, actor, policy }
  const refused = (refusal: Refusal) => refuse(asked, refusal)
  const refusal = refusalOf(asked)
  if (refusal) return refused(refusal)
  const wanted = factOf(snapshot, command, policy)
  if ('code' in wanted) return refused(wanted)
  const body = withDualApproval(asked, wanted)
  if ('code' in body) return refused(body)
  if (featureLevelOf(body.type) > level) return refused(levelTooLow(kind, featureLevelOf(body.type), level))
  const fits = (next: StatechartSnapshot) => !byMember || fitsHistoryQuota(snapshot, { kind, type: body.type, actor: command.actor }, next)
  if (isRecordOnly(body.type)) return fits(snapshot.state) ? asFact(asked, body, snapshot.state) : refused(historyFull)
  const event = eventOf(snapshot, command, body)
  const next = transition(snapshot.state, event)
  if (next === snapshot.state) return refused(explain(snapshot, kind, event))
  const contradiction = contradictionOf(snapshot, command)
  if (contradiction) return refused(contradiction)
  if (!fits(next)) return refused(historyFull)
  if (!hasEnded(phaseOf(next)) || hasEnded(phaseOf(snapshot.state))) return asFact(asked, body, next)
  const last = withRetention(body, snapshot.state.context, command.time, policy)
  return asFact(asked, last, transition(snapshot.state, eventOf(snapshot, command, last)))
}

const hasPart = ({ country }: Actor, { state: { context } }: RequestSnapshot) =>
  country === 'holdfast' || country === context.requestingCountry || country === context.beneficiaryCountry

/** The rules assess the document of one fact. By now a newer document may be under assessment. */
function isLateVerdict({ requestId, causes, state: { context } }: RequestSnapshot, { causationid }: Command, { role }: Actor): boolean {
  const assessed = causeOf(causes, context.review.ofFact)
  return (
    role === 'validation' &&
    causationid !== undefined &&
    assessed !== undefined &&
    causationid !== consequenceIdOf('fact', requestId, assessed)
  )
}

const dropped = (refusal: Refusal, dropReason: DropReason): Decision => ({ outcome: 'dropped', refusal, dropReason })

/**
 * A member's request id is derived from its document, so a repeat has the same command id, and this is another command.
 * The engine opens an onward request once for each approval.
 */
const alreadyOpen = (byMember: boolean): Decision =>
  dropped({ code: 'ALREADY_OPEN', message: 'a request with this id already exists' }, byMember ? 'stray' : 'late')

const historyFull: Refusal = {
  code: 'HISTORY_FULL',
  message: `a history takes ${factsPerMemberRoleMax} facts of each member role, then only facts that advance the request, and ${reservedFactsPerMemberRoleMax} more reports on money or proposals`,
}

const levelTooLow = (kind: CommandKind, needed: number, level: number): Refusal => ({
  code: 'WRONG_STATE',
  message: `${kind} needs a ledger of level ${needed}, and this one is at level ${level}: some services of the engine cannot read it yet`,
})

function open(command: OpenCommand, actor: Actor, policy: Policy): Decision {
  const { request, lineage } = command.data
  const byEngine = actor.country === 'holdfast'
  if (!isPermitted(actor, 'OpenRequest', request))
    return dropped(
      { code: 'NOT_PERMITTED', message: `OpenRequest is for ${describePermission('OpenRequest')}` },
      byEngine ? 'late' : 'stray',
    )
  // The engine opens only onward requests, and only the engine may set their lineage.
  if (byEngine !== (lineage !== undefined) || (byEngine && !request.parent))
    return dropped(
      { code: 'NOT_PERMITTED', message: 'only the engine may set the lineage, and only in an onward request' },
      byEngine ? 'late' : 'stray',
    )
  const { beneficiaryCountry, payment } = request
  const armed = { beneficiaryCountry, executedAt: payment.executedAt, holds: [] }
  const { data } = deadlinesArmedBy({ type: 'RequestOpened', data: command.data }, armed, command.time, policy)
  const opened = { type: 'RequestOpened', data, actor: command.actor, time: command.time, sequence: 1 } as const
  const state = transition(initialState, opened)
  return { outcome: 'fact', state, fact: firstFactOf(command, data, state) }
}

/** Refusals that need no statechart. */
function refusalOf(asked: CommandContext): Refusal | undefined {
  const { snapshot, command, kind, actor, policy } = asked
  const { context } = snapshot.state
  if (!isPermitted(actor, kind, context)) return { code: 'NOT_PERMITTED', message: `${kind} is for ${describePermission(kind)}` }
  const notForInstitution = findInstitutionObstacle(snapshot, command, actor, policy)
  if (notForInstitution) return notForInstitution
  if (kind === 'Withdraw' && actor.role === 'system' && phaseOf(snapshot.state) === 'frozen')
    return { code: 'NOT_PERMITTED', message: 'once money is frozen, two officers of the requesting country must withdraw the request' }
  const ofTwo = refusalOfApprover(asked)
  if (ofTwo) return ofTwo
  if (command.type === 'holdfast.command.v1.ProvideInformation') return partiesChanged(snapshot, command.data)
  if (command.type === 'holdfast.command.v1.Reopen' && command.data.request) {
    if (actor.country !== context.requestingCountry)
      return { code: 'NOT_PERMITTED', message: 'only the requesting country may give a corrected document' }
    return partiesChanged(snapshot, command.data)
  }
  const money = moneyIn(command)
  for (const amount of money) {
    if (amount.currency !== context.document.currency)
      return { code: 'CURRENCY_MISMATCH', message: `the request is in ${context.document.currency}, the amount in ${amount.currency}` }
    if (minorOf(amount) === undefined)
      return { code: 'AMOUNT_UNREADABLE', message: `${amount.value} has more decimals than ${amount.currency} has` }
  }
  return undefined
}

/** A corrected document may change everything except the two countries and, for an onward request, its parent (V26). */
function partiesChanged(snapshot: RequestSnapshot, { request }: CommandBody<'ProvideInformation'>): Refusal | undefined {
  if (request === undefined) return undefined
  const { requestingCountry, beneficiaryCountry, ancestors, document } = snapshot.state.context
  if (request.requestingCountry !== requestingCountry || request.beneficiaryCountry !== beneficiaryCountry)
    return { code: 'NOT_PERMITTED', message: 'the countries of a request cannot change. Send a new request for another country' }
  const isSameChild = request.parent?.requestId === document.parentRequestId && request.parent?.hop === document.hop
  if (ancestors.length > 0 && !isSameChild)
    return { code: 'NOT_PERMITTED', message: 'the engine opened this onward request, so its parent cannot change' }
  return undefined
}

function moneyIn(command: Command) {
  if (command.type === 'holdfast.command.v1.ReportFreeze' || command.type === 'holdfast.command.v1.ReportMovedOnward')
    return [command.data.amount]
  if (command.type === 'holdfast.command.v1.ReportReturn')
    return command.data.charges ? [command.data.amount, command.data.charges] : [command.data.amount]
  return []
}

/**
 * Records a member's refused command, so that its sender sees the reason and a bank's late answer is kept. Commands of
 * the engine are dropped.
 */
function refuse({ snapshot, command, actor }: CommandContext, refusal: Refusal): Decision {
  if (actor.country === 'holdfast') return dropped(refusal, 'late')
  const record = recordOf(snapshot, command, refusal, actor)
  return record ? { outcome: 'refused', refused: record } : dropped(refusal, 'spent')
}

const asFact = ({ snapshot, command }: CommandContext, body: Body, state: StatechartSnapshot): Decision => ({
  outcome: 'fact',
  state,
  fact: nextFactOf(snapshot, command, body, state),
})
