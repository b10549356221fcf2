import { createDecider, type DecisionOf, type Lifecycle } from '@holdfast/core'
import type { Actor, Refusal, RefusedCommand } from '@holdfast/schemas'
import { type Command, commands, facts, type Policy, type UnchainedFact } from '../language/index.ts'
import { deadlinesArmedBy, withRetention } from './arming.ts'
import { needsDualApproval } from './dual-approval.ts'
import { explain } from './explain.ts'
import type { Body } from './fact-body.ts'
import { factOf } from './fact-of-command.ts'
import { advances } from './history-quota.ts'
import { describePermission, isPermitted, partiesOf } from './permissions.ts'
import { refusalOf } from './refusals.ts'
import { resultingStateOf } from './resulting-state.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { finalPhases } from './states.ts'
import { chart, type StatechartSnapshot } from './transition.ts'

/** The result of a command on a request. */
export type Decision = DecisionOf<StatechartSnapshot, UnchainedFact, RefusedCommand>

export const lifecycle: Lifecycle<StatechartSnapshot, Command, Policy> = {
  commands,
  facts,
  opening: 'OpenRequest',
  finalPhases,
  chart,
  open,
  parties: ({ context }) => partiesOf(context),
  attributes: ({ context }) => ({ requestingcountry: context.requestingCountry, beneficiarycountry: context.beneficiaryCountry }),
  resultingState: resultingStateOf,
  refusalOf,
  factOf: ({ snapshot, command, policy }) => factOf(snapshot, command, policy),
  withRetention: (fact: Body, { snapshot, command, policy }) => withRetention(fact, snapshot.state.context, command.time, policy),
  explain,
  needsDualApproval,
  proposals: ({ context }) => context.proposals,
  assessedFact: ({ context }) => context.review.ofFact,
  advances,
}

export const decider = createDecider<StatechartSnapshot, Command, Policy>(lifecycle)

/** Decides one command on a request. The facts and refused commands have the types of payment stops. */
export const decide = decider.decide as (
  snapshot: RequestSnapshot | undefined,
  command: Command,
  policy: Policy,
  level?: number,
) => Decision

export const { advance, evolve, evolveByRefusal, parseSnapshot, serializeSnapshot } = decider

function open(command: Command, actor: Actor, policy: Policy): Body | Refusal {
  const { request, lineage } = (command as OpenCommand).data
  const byEngine = actor.country === 'holdfast'
  if (!isPermitted(actor, 'OpenRequest', request))
    return { code: 'NOT_PERMITTED', message: `this is for ${describePermission('OpenRequest')}` }
  // The engine opens only onward requests, and only the engine may set their lineage.
  if (byEngine !== (lineage !== undefined) || (byEngine && !request.parent))
    return { code: 'NOT_PERMITTED', message: 'only the engine may set the lineage, and only in an onward request' }
  const { beneficiaryCountry, payment } = request
  const armed = { beneficiaryCountry, executedAt: payment.executedAt, holds: [] }
  return deadlinesArmedBy({ type: 'RequestOpened', data: (command as OpenCommand).data }, armed, command.time, policy)
}

type OpenCommand = Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>
