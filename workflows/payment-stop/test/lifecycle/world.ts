import { consequenceIdOf, deterministicId, isRefusedCommand, type Refusal, type RefusedCommand, requestIdOf } from '@holdfast/schemas'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  type Deadline,
  type DualApprovalCommand,
  type Fact,
  type FreezeRequest,
  factKindOf,
  freezeRequestSchema,
  type LedgerRecord,
  type Policy,
  type UnchainedFact,
} from '../../src/language/index.ts'
import { type Decision, decide, evolve, evolveByRefusal, type RequestSnapshot, statesOf, viewOf } from '../../src/lifecycle/index.ts'
import { policy } from './policy.ts'

const hourMs = 3_600_000

/** The instant at which the request of these tests is opened, and instants some hours later. */
export const opening = '2024-07-23T10:00:00.000Z'
export const at = (hours: number): string => new Date(Date.parse(opening) + hours * hourMs).toISOString()

export const actors = {
  system: 'SG/system/ncb',
  officer: 'SG/officer/a.tan',
  secondOfficer: 'SG/officer/b.lim',
  desk: 'TL/officer/a.costa',
  secondDesk: 'TL/officer/b.belo',
  bank: 'TL/institution/a.bank',
  secondBank: 'TL/institution/b.bank',
  fiu: 'TL/fiu/a.fiu',
  secondFiu: 'TL/fiu/b.fiu',
  judge: 'TL/authority/a.judge',
  secondJudge: 'TL/authority/b.judge',
  /** A system of the beneficiary country, which sends no requests here. */
  beneficiarySystem: 'TL/system/ncb',
  stranger: 'FR/officer/x',
  validation: 'holdfast/validation/rules',
  dispatch: 'holdfast/dispatch/children',
  clock: 'holdfast/clock/ledger',
} as const
export type ActorName = keyof typeof actors

/** The proposer and the approver of each command with dual approval (V17). */
export const pairs: Readonly<Record<DualApprovalCommand, readonly [ActorName, ActorName]>> = {
  ConfirmFreeze: ['judge', 'secondJudge'],
  ExtendFreeze: ['judge', 'secondJudge'],
  InitiateReturn: ['bank', 'secondBank'],
  Withdraw: ['officer', 'secondOfficer'],
  Release: ['judge', 'secondJudge'],
  CloseUnrecovered: ['judge', 'secondJudge'],
  OrderErasure: ['judge', 'secondJudge'],
  DecideChallenge: ['judge', 'secondJudge'],
}

/** USD 1,000 from Singapore to Timor-Leste, paid two hours before the opening. */
export const request: FreezeRequest = freezeRequestSchema.parse({
  caseReference: 'CASE-1',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  reportedAt: '2024-07-23T17:20:00+08:00',
  contact: { unit: 'Duty desk', email: 'desk@ncb.example', phone: '+6500000000' },
  offence: {
    typology: 'BEC_INVOICE',
    authorisation: 'AUTHORISED_DECEIVED',
    legalBasis: 'Cheating',
    facts: 'The victim paid a false supplier.',
  },
  attestations: { dualCriminality: true, article3: true },
  handling: { purpose: 'FREEZE_AND_RECOVER', confidentiality: 'RESTRICTED', discloseToHolder: false, deniedTo: ['VU'] },
  victim: { kind: 'LEGAL', name: 'A trading house', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    amount: { currency: 'USD', value: '1000.00' },
    executedAt: '2024-07-23T16:00:00+08:00',
    debtor: { name: 'A trading house', account: { other: '1' } },
    debtorAgent: { bic: 'EXMPSGSG' },
    creditor: { name: 'A false supplier', account: { other: '2' } },
    creditorAgent: { bic: 'EXMPTLDL' },
  },
  reason: 'FRAD',
  recall: { initiated: true },
})

export const requestId = requestIdOf('SG', 'key-1')

/** The request with another amount to freeze. */
export const asking = (value: string, currency = 'USD'): FreezeRequest => ({ ...request, requestedAmount: { currency, value } })

let commandCount = 0

/** A command with an id of its own. */
export function command<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: ActorName, time = opening): Command {
  return {
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, `test-${commandCount++}`),
    source: '/test',
    type: commandType(kind),
    subject: requestId,
    time,
    actor: actors[actor],
    data,
  } as Command
}

/** The same command from another actor, with an id of its own. */
export const from = (actor: string, given: Command): Command => ({
  ...given,
  id: consequenceIdOf('command', requestId, `test-${commandCount++}`),
  actor,
})

export const usd = (value: string) => ({ currency: 'USD', value })
export const open = (document = request) => command('OpenRequest', { request: document }, 'system')
export const pass = (time?: string) => command('PassAssessment', { findings: [] }, 'validation', time)
export const review = (officers?: number) =>
  command('SendToReview', { findings: [], ...(officers === undefined ? {} : { officers }) }, 'validation')
export const propose = (actor: ActorName = 'desk') => command('ProposeVerification', {}, actor)
export const approve = (actor: ActorName = 'secondDesk') => command('ApproveVerification', {}, actor)
export const ask = (actor: ActorName, time?: string) => command('AskInformation', { question: 'Whose account is it?' }, actor, time)
export const answer = (time?: string) => command('ProvideInformation', { note: 'The false supplier’s.' }, 'officer', time)
export const correct = (document: FreezeRequest) => command('ProvideInformation', { request: document }, 'officer')
export const acknowledge = (time?: string) => command('AcknowledgeOrder', { orderId: requestId }, 'bank', time)
export const freeze = (value: string, more: Partial<CommandBody<'ReportFreeze'>> = {}, time?: string) =>
  command('ReportFreeze', { amount: usd(value), basis: 'FIU_SUSPENSION', ...more }, 'bank', time)
export const noFunds = () => command('ReportNoFunds', { reason: 'AM04' }, 'bank')
export const notFound = (reason: 'AC03' | 'AC04' | 'NOOR' = 'AC04') => command('ReportNotFound', { reason }, 'bank')
export const moved = (value: string, more: Partial<CommandBody<'ReportMovedOnward'>> = {}) =>
  command('ReportMovedOnward', { amount: usd(value), country: 'MY', ...more }, 'bank')
/** The requesting country's decision on the report with this number. */
export const follow = (report = 0, actor: ActorName = 'officer', note?: string) =>
  command('FollowOnward', { report, ...(note === undefined ? {} : { note }) }, actor)
export const declineOnward = (report = 0, actor: ActorName = 'officer') =>
  command('DeclineOnward', { report, reason: 'It went back' }, actor)
export const interim = (reason: CommandBody<'ReportInterim'>['reason'], time?: string) => command('ReportInterim', { reason }, 'bank', time)
export const takeBack = (corrects: CommandBody<'CorrectAnswer'>['corrects'], report?: number, actor: ActorName = 'bank') =>
  command('CorrectAnswer', { corrects, ...(report === undefined ? {} : { report }), reason: 'It was another account' }, actor)
export const giveBack = (value: string, charges?: string, time?: string) =>
  command('ReportReturn', { amount: usd(value), ...(charges ? { charges: usd(charges) } : {}), reference: 'P4-1' }, 'bank', time)
export const reject = (actor: ActorName = 'desk') => command('Reject', { code: 'IMMUNITY' }, actor)
export const withdraw = (actor: ActorName = 'system') => command('Withdraw', { reason: 'The bank gave it back by itself' }, actor)
export const reopen = (document?: FreezeRequest, actor: ActorName = 'officer', time?: string) =>
  command('Reopen', { reason: 'A new trace', ...(document ? { request: document } : {}) }, actor, time)
export const passed = (deadline: Deadline, time = deadline.dueAt) => command('DeadlinePassed', deadline, 'clock', time)
export const expired = (dueAt: string, time = dueAt) => passed({ kind: 'holdExpiry', dueAt }, time)

export const lodge = (actor: ActorName = 'bank', more: Partial<CommandBody<'LodgeChallenge'>> = {}, time?: string) =>
  command('LodgeChallenge', { decidingBody: 'A court of appeal', reference: 'A-3', date: '2024-07-25', ...more }, actor, time)

/** The data of commands that need dual approval. */
export const proposalData = {
  ConfirmFreeze: { instrument: 'COURT_ORDER', authority: 'A court', reference: 'R-1', date: '2024-07-24' },
  ExtendFreeze: { basis: 'COURT', authority: 'A court', reference: 'R-2', date: '2024-07-24' },
  InitiateReturn: { basis: 'CONSENT' },
  Withdraw: { reason: 'The victim has its money' },
  Release: { reason: 'WRONG_PARTY' },
  CloseUnrecovered: { reason: 'FORFEITED', authority: 'A court', reference: 'R-3' },
  OrderErasure: { authority: 'A court', reference: 'R-4', date: '2024-07-24' },
  DecideChallenge: { decision: 'FOR_HOLDER', reference: 'A-3' },
} as const satisfies { [K in DualApprovalCommand]: CommandBody<K> }

/** Replaces trust's hash chain: any 64 hex digits that depend on the previous fact are enough here. */
export function chained(fact: UnchainedFact): Fact {
  const half = deterministicId('hash', fact.prevhash, fact.id).replaceAll('-', '')
  return { ...fact, hash: half + half } as Fact
}

/** A request in the ledger: decides commands, chains facts and evolves the state. */
export const history = (...given: readonly Command[]) => historyBy(policy, ...given)

/** The same under another policy. */
export function historyBy(law: Policy, ...given: readonly Command[]) {
  let snapshot: RequestSnapshot | undefined
  const facts: Fact[] = []
  const refusals: RefusedCommand[] = []
  const entries: LedgerRecord[] = []
  const give = (next: Command): Decision => {
    const decision = decide(snapshot, next, law)
    if (decision.outcome === 'fact') {
      const fact = chained(decision.fact)
      const step = evolve(snapshot, fact)
      if (!step.accepted) throw new Error(`evolve refused a decided fact: ${fact.type}`)
      facts.push(fact)
      entries.push(fact)
      snapshot = step.snapshot
    } else if (decision.outcome === 'refused') {
      const step = evolveByRefusal(snapshot, decision.refused)
      if (!step.accepted) throw new Error(`evolve dropped a decided refusal: ${decision.refused.data.message}`)
      refusals.push(decision.refused)
      entries.push(decision.refused)
      snapshot = step.snapshot
    }
    return decision
  }
  const current = () => {
    if (!snapshot) throw new Error('no request is open')
    return snapshot
  }
  /** Both persons of a dual approval give the command; returns the second decision. */
  const both = <K extends DualApprovalCommand>(kind: K, more: Partial<CommandBody<K>> = {}, time?: string) => {
    const [first, second] = pairs[kind]
    const data = { ...proposalData[kind], ...more } as CommandBody<K>
    give(command(kind, data, first, time))
    return give(command(kind, data, second, time))
  }
  for (const each of given) give(each)
  return {
    give,
    both,
    facts,
    refusals,
    /** Facts and refusals, in ledger order. */
    entries,
    current,
    states: () => statesOf(current()),
    view: () => viewOf(current()),
    last: () => facts.at(-1),
    lastRefused: () => refusals.at(-1),
    kinds: () => facts.map(factKindOf),
  }
}
export type History = ReturnType<typeof history>

/** Evolves the state by one ledger record. */
export const evolveEntry = (snapshot: RequestSnapshot | undefined, entry: LedgerRecord) =>
  isRefusedCommand(entry) ? evolveByRefusal(snapshot, entry) : evolve(snapshot, entry)

/** A verified request with these holds. */
export const frozen = (...values: readonly string[]) => history(open(), pass(), ...values.map(value => freeze(value)))

/** What a command needs besides money on hold. */
export const neededBy = (kind: DualApprovalCommand): readonly Command[] => (kind === 'DecideChallenge' ? [lodge()] : [])

/** A request with money on hold, on which the command can be proposed. */
export const frozenFor = (kind: DualApprovalCommand) => history(open(), pass(), freeze('920.00'), ...neededBy(kind))

const refusalIn = (decision: Decision): Refusal | undefined =>
  decision.outcome === 'dropped' ? decision.refusal : decision.outcome === 'refused' ? decision.refused.data : undefined

/** The code of a refusal; undefined if the command was accepted. */
export const codeOf = (decision: Decision): string | undefined => refusalIn(decision)?.code

/** The message of a refusal; undefined if the command was accepted. */
export const messageOf = (decision: Decision): string | undefined => refusalIn(decision)?.message
