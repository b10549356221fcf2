import {
  type Actor,
  type Command,
  type CommandBody,
  type CommandKind,
  chainStart,
  commandKindOf,
  consequenceIdOf,
  type FactKind,
  factType,
  type JointCommand,
  jointCommands,
  jointOnceHeld,
  type LedTo,
  ledgerLevel,
  levelOf,
  type Policy,
  parseActor,
  type Refusal,
  type RefusedCommand,
  type UnchainedFact,
  wasRefused,
} from '@holdfast/schemas'
import { minorOf } from './amounts.ts'
import { withDeadlines, withRetention } from './arming.ts'
import { causeOf, isCause } from './causes.ts'
import type { StatechartEvent } from './event.ts'
import { explain } from './explain.ts'
import type { Body } from './fact-body.ts'
import { factOf } from './fact-of-command.ts'
import { areComparable, firstWordOn, isSamePerson, proposalDigestOf, type Speaker } from './joint.ts'
import { ledToOf } from './led-to.ts'
import { recordOf } from './refusals.ts'
import { hasRoom } from './room.ts'
import { ordinaryMax, sideRoomMax } from './room-used.ts'
import { isRecordOnly, type RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'
import { initialState, type StatechartSnapshot, transition } from './transition.ts'
import { describeWhoMay, mayGive } from './who-may.ts'

/**
 * What becomes of a command.
 * `fact`: one more fact and the state that it leads to. `refused`: a member's command that can't be one, with the record of that. `applied`: it was decided before.
 * `dropped`: it leaves nothing; the reason is for the log, and for who asked.
 */
export type Decision =
  | { readonly outcome: 'fact'; readonly fact: UnchainedFact; readonly state: StatechartSnapshot }
  | { readonly outcome: 'refused'; readonly refused: RefusedCommand }
  | { readonly outcome: 'applied' }
  | { readonly outcome: 'dropped'; readonly refusal: Refusal; readonly because: DropReason }

/**
 * `late`: the engine's own, that came too late or again. `spent`: a member's, refused, and as many are on record as its country and role may have.
 * `stray`: nobody in order could have given it, so there are few: operators may want to see it.
 */
type DropReason = 'late' | 'spent' | 'stray'

/**
 * Decides one command on a request as it stands. Pure: the time is the command's, the decision the same wherever it is made.
 * @param snapshot undefined when the request has no facts yet.
 * @param level of the ledger: facts of kinds that it does not allow yet are not made.
 */
export function decide(snapshot: RequestSnapshot | undefined, command: Command, policy: Policy, level = ledgerLevel): Decision {
  if (snapshot && (isCause(snapshot.causes, command.id) || wasRefused(snapshot.refusals, command.id))) return { outcome: 'applied' }
  const kind = commandKindOf(command)
  const parsed = parseActor(command.actor)
  if (!parsed.ok) return dropped({ code: 'NOT_PERMITTED', message: parsed.error }, 'stray')
  const actor = parsed.value
  const byMember = actor.country !== 'holdfast'

  if (command.type === 'holdfast.command.v1.OpenRequest') return snapshot ? alreadyOpen(byMember) : open(command, actor, policy)
  if (!snapshot) return dropped({ code: 'REQUEST_UNKNOWN', message: 'no request has this id' }, byMember ? 'stray' : 'late')

  // The parties of a request would learn that somebody without a part in it tried to look.
  if (!hasPart(actor, snapshot)) return dropped({ code: 'NOT_PERMITTED', message: `${actor.country} has no part in this request` }, 'stray')

  if (isLateVerdict(snapshot, command, actor))
    return dropped({ code: 'WRONG_STATE', message: 'the verdict is on an earlier document' }, 'late')

  const refused = (refusal: Refusal) => refuse(snapshot, command, refusal, actor)
  const refusal = refusalOf(snapshot, command, kind, actor, policy)
  if (refusal) return refused(refusal)
  const asked = factOf(snapshot, command, policy)
  if ('code' in asked) return refused(asked)
  const body = needsTwo(snapshot, kind) ? jointly(snapshot, command, kind, asked, policy.personsNeedProof(actor.country)) : asked
  if ('code' in body) return refused(body)
  if (levelOf(body.type) > level) return refused(levelTooLow(kind, levelOf(body.type), level))
  const fits = (next: StatechartSnapshot) => !byMember || hasRoom(snapshot, { kind, type: body.type, actor: command.actor }, next)
  if (isRecordOnly(body.type)) return fits(snapshot.state) ? taken(snapshot, command, body, snapshot.state) : refused(historyFull)
  const event = eventOf(snapshot, command, body)
  const next = transition(snapshot.state, event)
  if (next === snapshot.state) return refused(explain(snapshot, kind, event))
  if (!fits(next)) return refused(historyFull)
  if (!hasEnded(phaseOf(next)) || hasEnded(phaseOf(snapshot.state))) return taken(snapshot, command, body, next)
  const last = withRetention(body, snapshot.state.context, command.time, policy)
  return taken(snapshot, command, last, transition(snapshot.state, eventOf(snapshot, command, last)))
}

const eventOf = (
  snapshot: RequestSnapshot,
  { actor, actorproof: proof, time }: Pick<Command, 'actor' | 'actorproof' | 'time'>,
  body: Body,
): StatechartEvent => ({ ...body, actor, proof, time, sequence: snapshot.sequence + 1 }) as StatechartEvent

const speakerOf = ({ actor, actorproof: proof }: Pick<Command, 'actor' | 'actorproof'>): Speaker => ({ actor, proof })

const onceHeld: readonly CommandKind[] = jointOnceHeld
const isJoint = (kind: CommandKind): kind is JointCommand => (jointCommands as readonly CommandKind[]).includes(kind)

/** V17: once money is held, these are not one person's to do; to destroy words never is. */
export const needsTwo = ({ state }: RequestSnapshot, kind: CommandKind): kind is JointCommand =>
  isJoint(kind) && (phaseOf(state) === 'frozen' || !onceHeld.includes(kind))

/** The fact once the second person says what the first one said; the proposal when this is the first. A proposal is refused for whatever the act would be. */
function jointly(snapshot: RequestSnapshot, command: Command, kind: JointCommand, asked: Body, needsProof: boolean): Body | Refusal {
  const digest = proposalDigestOf(kind, command.data)
  const said = firstWordOn(snapshot.state.context.proposals, kind, digest, speakerOf(command), needsProof)
  if (said.by === 'the same person')
    return {
      code: 'SAME_PERSON',
      message: 'who proposed it can not agree to it: another person of the same side and role must say the same',
    }
  const agreed = (proposedBy: string) => ({ ...asked, data: { ...asked.data, proposedBy } }) as Body
  if (said.by === 'another') return agreed(said.proposedBy)
  const proposal: Body = { type: 'ActionProposed', data: { command: kind, words: digest, data: command.data } }
  // Would it be done if another had proposed it?
  const another = `${command.actor}/another`
  const proposed = transition(snapshot.state, eventOf(snapshot, { ...command, actor: another }, proposal))
  const event = eventOf(snapshot, command, agreed(another))
  return transition(proposed, event) === proposed ? explain(snapshot, kind, event) : proposal
}

const hasPart = ({ country }: Actor, { state: { context } }: RequestSnapshot) =>
  country === 'holdfast' || country === context.requestingCountry || country === context.beneficiaryCountry

/** A verdict of the rules is on the document that one fact brought; by now another one may be to be assessed. */
function isLateVerdict({ requestId, causes, state: { context } }: RequestSnapshot, { causationid }: Command, { role }: Actor): boolean {
  const assessed = causeOf(causes, context.review.ofFact)
  return (
    role === 'validation' &&
    causationid !== undefined &&
    assessed !== undefined &&
    causationid !== consequenceIdOf('fact', requestId, assessed)
  )
}

const dropped = (refusal: Refusal, because: DropReason): Decision => ({ outcome: 'dropped', refusal, because })

/** Its id says what a member asked, so that a repeat is the same command: this is another's. The engine opens a child once for each word that agrees to it. */
const alreadyOpen = (byMember: boolean): Decision =>
  dropped({ code: 'ALREADY_OPEN', message: 'a request with this id has been opened before' }, byMember ? 'stray' : 'late')

const historyFull: Refusal = {
  code: 'HISTORY_FULL',
  message: `a history takes ${ordinaryMax} facts, and then only what moves the request on, and of each side ${sideRoomMax} reports of money and first words of two persons`,
}

const levelTooLow = (kind: CommandKind, needed: number, level: number): Refusal => ({
  code: 'WRONG_STATE',
  message: `${kind} needs a ledger of level ${needed}, and this one is at level ${level}: not every service of the engine can read it yet`,
})

type OpenCommand = Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>

function open(command: OpenCommand, actor: Actor, policy: Policy): Decision {
  const { request, lineage } = command.data
  const byEngine = actor.country === 'holdfast'
  if (!mayGive(actor, 'OpenRequest', request))
    return dropped({ code: 'NOT_PERMITTED', message: `OpenRequest is for ${describeWhoMay('OpenRequest')}` }, byEngine ? 'late' : 'stray')
  // The engine opens children and nothing else, and says where their money was; nobody else is believed that.
  if (byEngine !== (lineage !== undefined) || (byEngine && !request.parent))
    return dropped(
      { code: 'NOT_PERMITTED', message: 'where the money was before is for the engine to say, of a child request' },
      byEngine ? 'late' : 'stray',
    )
  const timer = (kind: 'verify' | 'verifyHard') => ({
    dueAt: policy.dueAt(kind, request.beneficiaryCountry, new Date(command.time), request.payment.executedAt).toISOString(),
    kind,
  })
  const { data } = withDeadlines({ data: command.data }, [timer('verify'), timer('verifyHard')])
  const opened = { type: 'RequestOpened', data, actor: command.actor, time: command.time, sequence: 1 } as const
  const state = transition(initialState, opened)
  return {
    outcome: 'fact',
    state,
    fact: buildFact('RequestOpened', data, command, {
      sequence: 1,
      phase: 'received',
      ledTo: ledToOf({ state, openedAt: command.time }),
      prevhash: chainStart,
      requestingcountry: request.requestingCountry,
      beneficiarycountry: request.beneficiaryCountry,
      correlationid: command.correlationid ?? command.subject,
    }),
  }
}

/** What can be refused before the statechart is asked. */
function refusalOf(snapshot: RequestSnapshot, command: Command, kind: CommandKind, actor: Actor, policy: Policy): Refusal | undefined {
  const { context } = snapshot.state
  if (!mayGive(actor, kind, context)) return { code: 'NOT_PERMITTED', message: `${kind} is for ${describeWhoMay(kind)}` }
  if (kind === 'Withdraw' && actor.role === 'system' && phaseOf(snapshot.state) === 'frozen')
    return { code: 'NOT_PERMITTED', message: 'once money is held, two officers of the requesting country withdraw' }
  const ofTwo = wordOfTwo(snapshot, command, kind, actor, policy)
  if (ofTwo) return ofTwo
  if (command.type === 'holdfast.command.v1.ProvideInformation') return partiesChanged(snapshot, command.data)
  if (command.type === 'holdfast.command.v1.Reopen' && command.data.request) {
    if (actor.country !== context.requestingCountry)
      return { code: 'NOT_PERMITTED', message: 'a corrected document is for the requesting country' }
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

/** What is wrong with one of two persons before it is looked at what the other has said (V17). */
function wordOfTwo(snapshot: RequestSnapshot, command: Command, kind: CommandKind, actor: Actor, policy: Policy): Refusal | undefined {
  const { officers, proposedBy, proof } = snapshot.state.context.review
  const verifies = officers > 1 && (kind === 'ProposeVerification' || kind === 'ApproveVerification')
  if (!verifies && !needsTwo(snapshot, kind)) return undefined
  const needsProof = policy.personsNeedProof(actor.country)
  if (needsProof && command.actorproof === undefined)
    return {
      code: 'PERSON_UNPROVED',
      message: `${kind} is for two persons, and a key of ${actor.country} has said who this one is: sign with the person's own key, or sign in`,
    }
  if (kind !== 'ApproveVerification' || !verifies || proposedBy === null) return undefined
  if (!areComparable(proposedBy, command.actor))
    return {
      code: 'SAME_PERSON',
      message:
        'the verification was proposed before words were sealed, so that who did can not be told from you: ask the requester something, and propose it anew',
    }
  if (isSamePerson({ actor: proposedBy, proof }, speakerOf(command)))
    return { code: 'SAME_PERSON', message: 'who proposed the verification can not approve it' }
  if (needsProof && proof === null)
    return {
      code: 'PERSON_UNPROVED',
      message: 'a key of the country has said who proposed the verification: ask the requester something, and propose it anew',
    }
  return undefined
}

/** A corrected document may mend everything but whose request it is, and what the engine knows it to follow (V26). */
function partiesChanged(snapshot: RequestSnapshot, { request }: CommandBody<'ProvideInformation'>): Refusal | undefined {
  if (request === undefined) return undefined
  const { requestingCountry, beneficiaryCountry, ancestors, document } = snapshot.state.context
  if (request.requestingCountry !== requestingCountry || request.beneficiaryCountry !== beneficiaryCountry)
    return { code: 'NOT_PERMITTED', message: 'the countries of a request do not change; send a new request for another country' }
  const isSameChild = request.parent?.requestId === document.parentRequestId && request.parent?.hop === document.hop
  if (ancestors.length > 0 && !isSameChild)
    return { code: 'NOT_PERMITTED', message: 'the engine opened this request for money that moved onward: what it follows does not change' }
  return undefined
}

function moneyIn(command: Command) {
  if (command.type === 'holdfast.command.v1.ReportFreeze' || command.type === 'holdfast.command.v1.ReportMovedOnward')
    return [command.data.amount]
  if (command.type === 'holdfast.command.v1.ReportReturn')
    return command.data.charges ? [command.data.amount, command.data.charges] : [command.data.amount]
  return []
}

/** A member's refused command is put on record, so that who sent it sees why and a late answer of a bank is kept; the engine's own is dropped. */
function refuse(snapshot: RequestSnapshot, command: Command, refusal: Refusal, actor: Actor): Decision {
  if (actor.country === 'holdfast') return dropped(refusal, 'late')
  const record = recordOf(snapshot, command, refusal, actor)
  return record ? { outcome: 'refused', refused: record } : dropped(refusal, 'spent')
}

const taken = (snapshot: RequestSnapshot, command: Command, { type, data }: Body, state: StatechartSnapshot): Decision => ({
  outcome: 'fact',
  state,
  fact: buildFact(type, data, command, {
    sequence: snapshot.sequence + 1,
    phase: phaseOf(state),
    ledTo: ledToOf({ state, openedAt: snapshot.openedAt }),
    prevhash: snapshot.hash,
    requestingcountry: snapshot.state.context.requestingCountry,
    beneficiarycountry: snapshot.state.context.beneficiaryCountry,
    correlationid: command.correlationid ?? command.subject,
  }),
})

/** Everything in a fact comes from its command and the history before it, so that deciding again gives the same fact, byte for byte. */
function buildFact(
  kind: FactKind,
  data: object,
  command: Command,
  {
    ledTo,
    ...place
  }: Pick<UnchainedFact, 'sequence' | 'phase' | 'prevhash' | 'requestingcountry' | 'beneficiarycountry' | 'correlationid'> & {
    readonly ledTo: LedTo
  },
): UnchainedFact {
  // In the order of their names: so the text that is hashed is written without putting them into another (canonicalJson).
  return {
    actor: command.actor,
    ...(command.actorbox ? { actorbox: command.actorbox } : {}),
    ...(command.actorproof ? { actorproof: command.actorproof } : {}),
    beneficiarycountry: place.beneficiarycountry,
    causationid: command.id,
    correlationid: place.correlationid,
    ...(isRecordOnly(kind) ? { critical: false as const } : {}),
    data: { ...data, ledTo },
    datacontenttype: 'application/json',
    id: consequenceIdOf('fact', command.subject, command.id),
    ...(command.orderid ? { orderid: command.orderid } : {}),
    phase: place.phase,
    prevhash: place.prevhash,
    requestingcountry: place.requestingcountry,
    sequence: place.sequence,
    source: '/holdfast/ledger',
    specversion: '1.0',
    subject: command.subject,
    time: command.time,
    ...(command.traceparent ? { traceparent: command.traceparent } : {}),
    type: factType(kind),
  } as UnchainedFact
}
