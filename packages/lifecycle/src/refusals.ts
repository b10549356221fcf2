import { budgetOf, type Refusals, refusalsMax } from '@holdfast/core'
import {
  type Actor,
  type Command,
  commandKindOf,
  isNextRefusal,
  lastRefusalOf,
  type Refusal,
  type RefusedCommand,
  refusalIdOf,
  refusedCommandType,
} from '@holdfast/schemas'
import { actsAsInstitution } from './permissions.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf, statesOf } from './states.ts'

/** The record of a refused command; undefined if the refusal budget is used up. */
export function recordOf(snapshot: RequestSnapshot, command: Command, refusal: Refusal, actor: Actor): RefusedCommand | undefined {
  const { context } = snapshot.state
  const kind = commandKindOf(command)
  const isAnswer = actsAsInstitution(actor, kind, context)
  // Money may be on hold or on its way without anyone knowing, so an officer has to look.
  const late = isAnswer && hasEnded(phaseOf(snapshot.state))
  const used = snapshot.refusals.used[budgetOf(command.actor, late)] ?? 0
  if (used >= refusalsMax) return undefined
  const before = lastRefusalOf(snapshot.requestId, snapshot.refusals.commands)
  return {
    specversion: '1.0',
    id: refusalIdOf(command.subject, command.id),
    source: '/holdfast/ledger',
    type: refusedCommandType,
    subject: command.subject,
    time: command.time,
    datacontenttype: 'application/json',
    causationid: command.id,
    correlationid: command.correlationid ?? command.subject,
    actor: command.actor,
    ...(command.encryptedactor ? { encryptedactor: command.encryptedactor } : {}),
    phase: phaseOf(snapshot.state),
    requestingcountry: context.requestingCountry,
    beneficiarycountry: context.beneficiaryCountry,
    aftersequence: snapshot.sequence,
    afterhash: snapshot.hash,
    number: snapshot.refusals.commands.length + 1,
    ...(before ? { afterrefusal: before } : {}),
    ...(command.orderid ? { orderid: command.orderid } : {}),
    ...(command.traceparent ? { traceparent: command.traceparent } : {}),
    data: {
      command: kind,
      ...refusal,
      state: statesOf(snapshot).join(', '),
      ...(late ? { late: true as const } : {}),
      ...(isAnswer ? { data: command.data } : {}),
      ...(used + 1 === refusalsMax ? { last: true as const } : {}),
    },
  }
}

/** The refusals after this one; undefined if consumers drop it. */
export function refusalsAfter(last: Pick<RequestSnapshot, 'hash' | 'refusals'>, refused: RefusedCommand): Refusals | undefined {
  if (!isNextRefusal(last, refused)) return undefined
  const { commands, used } = last.refusals
  const budget = budgetOf(refused.actor, refused.data.late === true)
  return { commands: [...commands, refused.causationid], used: { ...used, [budget]: (used[budget] ?? 0) + 1 } }
}

/** Evolves the state by one refused command. */
export function evolveByRefusal(
  snapshot: RequestSnapshot | undefined,
  refused: RefusedCommand,
): { accepted: boolean; snapshot: RequestSnapshot | undefined } {
  const refusals = snapshot && refusalsAfter(snapshot, refused)
  return refusals ? { accepted: true, snapshot: { ...snapshot, refusals } } : { accepted: false, snapshot }
}
