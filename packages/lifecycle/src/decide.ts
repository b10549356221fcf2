import {
  type Actor,
  type Command,
  type CommandBody,
  type CommandKind,
  chainStart,
  commandKindOf,
  consequenceIdOf,
  type FactBody,
  type FactKind,
  factType,
  parseActor,
  type Refusal,
  type UnchainedFact,
} from '@holdfast/schemas'
import { minorOf } from './amounts.ts'
import { explain } from './explain.ts'
import { factOf, type HoldPolicy } from './fact-of-command.ts'
import { type RequestSnapshot, type StatechartSnapshot, transition } from './snapshot.ts'
import type { StatechartEvent } from './statechart.ts'
import { phaseOf, statesOf } from './view.ts'
import { describeWhoMay, mayGive } from './who-may.ts'

/**
 * What becomes of a command.
 * `fact`: one more fact, which may be a CommandRefused. `applied`: it was applied before. `dropped`: the engine's own command that came too late, or
 * a command no history can hold; the reason is for the log and, where a member sent it, for the dead letters.
 */
export type Decision =
  | { readonly outcome: 'fact'; readonly fact: UnchainedFact }
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'dropped'; readonly refusal: Refusal; readonly byMember: boolean }

/** A request meets 10 to 100 facts in its life; a thousand means a sender in a loop, and a history must stay readable. */
export const factsMax = 1000

/**
 * Decides one command on a request as it stands. Pure: the time is the command's, the decision the same wherever it is made.
 * @param snapshot undefined when the request has no facts yet.
 */
export function decide(snapshot: RequestSnapshot | undefined, command: Command, holds: HoldPolicy): Decision {
  if (snapshot?.causes.includes(command.id)) return { outcome: 'applied' }
  const kind = commandKindOf(command)
  const parsed = parseActor(command.actor)
  if (!parsed.ok) return dropped({ code: 'NOT_PERMITTED', message: parsed.error }, true)
  const actor = parsed.value
  const byMember = actor.country !== 'holdfast'

  if (command.type === 'holdfast.command.v1.OpenRequest') return snapshot ? alreadyOpen(byMember) : open(command, actor)
  if (!snapshot) return dropped({ code: 'REQUEST_UNKNOWN', message: 'no request has this id' }, byMember)
  if (snapshot.sequence >= factsMax) return dropped({ code: 'HISTORY_FULL', message: `a request has at most ${factsMax} facts` }, byMember)

  // Whoever has no part in a request could fill its history with refusals, and its parties would learn that it tried to look.
  if (!hasPart(actor, snapshot)) return dropped({ code: 'NOT_PERMITTED', message: `${actor.country} has no part in this request` }, true)

  const refusal = refusalOf(snapshot, command, kind, actor)
  if (refusal) return recordRefusal(snapshot, command, kind, refusal, byMember)
  const fact = factOf(snapshot, command, holds)
  if ('code' in fact) return recordRefusal(snapshot, command, kind, fact, byMember)
  const event = { ...fact, actor: command.actor } as StatechartEvent
  const next = transition(snapshot.state, event)
  if (next === snapshot.state) return recordRefusal(snapshot, command, kind, explain(snapshot, kind, event), byMember)
  return { outcome: 'fact', fact: nextFact(snapshot, command, fact.type, fact.data, next) }
}

const hasPart = ({ country }: Actor, { state: { context } }: RequestSnapshot) =>
  country === 'holdfast' || country === context.requestingCountry || country === context.beneficiaryCountry

const dropped = (refusal: Refusal, byMember: boolean): Decision => ({ outcome: 'dropped', refusal, byMember })

const alreadyOpen = (byMember: boolean) =>
  dropped({ code: 'ALREADY_OPEN', message: 'a request with this id has been opened before' }, byMember)

type OpenCommand = Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>

function open(command: OpenCommand, actor: Actor): Decision {
  const { request } = command.data
  if (!mayGive(actor, 'OpenRequest', request))
    return dropped({ code: 'NOT_PERMITTED', message: `OpenRequest is for ${describeWhoMay('OpenRequest')}` }, true)
  return {
    outcome: 'fact',
    fact: buildFact('RequestOpened', { request }, command, {
      sequence: 1,
      phase: 'received',
      prevhash: chainStart,
      requestingcountry: request.requestingCountry,
      beneficiarycountry: request.beneficiaryCountry,
      correlationid: command.correlationid ?? command.subject,
    }),
  }
}

/** What can be refused before the statechart is asked. */
function refusalOf(snapshot: RequestSnapshot, command: Command, kind: CommandKind, actor: Actor): Refusal | undefined {
  const { context } = snapshot.state
  if (!mayGive(actor, kind, context)) return { code: 'NOT_PERMITTED', message: `${kind} is for ${describeWhoMay(kind)}` }
  if (command.type === 'holdfast.command.v1.ProvideInformation') return partiesChanged(snapshot, command.data)
  const money = moneyIn(command)
  for (const amount of money) {
    if (amount.currency !== context.currency)
      return { code: 'CURRENCY_MISMATCH', message: `the request is in ${context.currency}, the amount in ${amount.currency}` }
    if (minorOf(amount) === undefined)
      return { code: 'AMOUNT_UNREADABLE', message: `${amount.value} has more decimals than ${amount.currency} has` }
  }
  return undefined
}

/** A corrected document may mend everything but whose request it is. */
function partiesChanged(snapshot: RequestSnapshot, { request }: CommandBody<'ProvideInformation'>): Refusal | undefined {
  const { requestingCountry, beneficiaryCountry } = snapshot.state.context
  return request.requestingCountry === requestingCountry && request.beneficiaryCountry === beneficiaryCountry
    ? undefined
    : { code: 'NOT_PERMITTED', message: 'the countries of a request do not change; send a new request for another country' }
}

function moneyIn(command: Command) {
  if (command.type === 'holdfast.command.v1.ReportFreeze') return [command.data.amount]
  if (command.type === 'holdfast.command.v1.ReportReturn')
    return command.data.charges ? [command.data.amount, command.data.charges] : [command.data.amount]
  return []
}

/** A member's refused command becomes a fact, so that who sent it sees why and a late answer of a bank is kept; the engine's own is dropped. */
function recordRefusal(snapshot: RequestSnapshot, command: Command, kind: CommandKind, refusal: Refusal, byMember: boolean): Decision {
  if (!byMember) return dropped(refusal, false)
  const data = { command: kind, ...refusal, state: statesOf(snapshot).join(', '), data: command.data }
  return { outcome: 'fact', fact: nextFact(snapshot, command, 'CommandRefused', data, snapshot.state) }
}

const nextFact = <K extends FactKind>(
  snapshot: RequestSnapshot,
  command: Command,
  kind: K,
  data: FactBody<K>,
  next: StatechartSnapshot,
): UnchainedFact =>
  buildFact(kind, data, command, {
    sequence: snapshot.sequence + 1,
    phase: phaseOf(next),
    prevhash: snapshot.hash,
    requestingcountry: snapshot.state.context.requestingCountry,
    beneficiarycountry: snapshot.state.context.beneficiaryCountry,
    correlationid: command.correlationid ?? command.subject,
  })

/** Everything in a fact comes from its command and the history before it, so that deciding again gives the same fact, byte for byte. */
function buildFact<K extends FactKind>(
  kind: K,
  data: FactBody<K>,
  command: Command,
  place: Pick<UnchainedFact, 'sequence' | 'phase' | 'prevhash' | 'requestingcountry' | 'beneficiarycountry' | 'correlationid'>,
): UnchainedFact {
  return {
    specversion: '1.0',
    id: consequenceIdOf('fact', command.subject, command.id),
    source: '/holdfast/ledger',
    type: factType(kind),
    subject: command.subject,
    time: command.time,
    datacontenttype: 'application/json',
    causationid: command.id,
    ...place,
    actor: command.actor,
    ...(command.traceparent ? { traceparent: command.traceparent } : {}),
    data,
  } as UnchainedFact
}
