import type { Refusal } from '@holdfast/schemas'
import type { Command, CommandBody } from '../language/index.ts'
import { minorOf } from './amounts.ts'
import { refusalOfVerifier } from './dual-approval.ts'
import { findInstitutionObstacle } from './institution-keys.ts'
import type { CommandContext, RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'

/** Refusals of a permitted command that do not depend on its fact. */
export function refusalOf(asked: CommandContext): Refusal | undefined {
  const { snapshot, command, kind, actor, policy } = asked
  const { context } = snapshot.state
  const notForInstitution = findInstitutionObstacle(snapshot, command, actor, policy)
  if (notForInstitution) return notForInstitution
  if (kind === 'Withdraw' && actor.role === 'system' && phaseOf(snapshot.state) === 'frozen')
    return { code: 'NOT_PERMITTED', message: 'once money is frozen, two officers of the requesting country must withdraw the request' }
  const ofVerifier = refusalOfVerifier(asked)
  if (ofVerifier) return ofVerifier
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
