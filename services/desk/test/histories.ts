import { decide, evolve, evolveByRefusal, type RequestSnapshot } from '@holdfast/lifecycle'
import { createPolicy, loadProfiles } from '@holdfast/profiles'
import {
  accountNumberOf,
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  destinationIdOf,
  type Fact,
  type FreezeRequest,
  isFact,
  type LedgerRecord,
  type OnwardPayment,
  type RefusedCommand,
  requestIdOf,
} from '@holdfast/schemas'
import { chainFact } from '@holdfast/trust'

export const usd = (value: string) => ({ currency: 'USD', value })
const opening = '2024-07-23T02:25:00.000Z'

/** A request as the ledger writes it: decided, chained, folded. */
export interface History {
  readonly requestId: string
  readonly document: FreezeRequest
  readonly facts: readonly Fact[]
  /** Facts and refused commands, as they lie in the ledger. */
  readonly entries: readonly LedgerRecord[]
  /** Decides a command and gives its fact. Throws where there is none. */
  give<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: string, time?: string): Fact
  /** Decides a command and gives the record of its refusal. Throws where there is none. */
  refuse<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: string, time?: string): RefusedCommand
}

const policy = createPolicy(loadProfiles())

interface Opening {
  readonly requestId?: string
  readonly lineage?: string[]
  readonly time?: string
  /** What seals the words of its commands, as they are sealed before the ledger has them. */
  readonly seal?: (command: Command) => Command
}

/** A history that begins with the opening of this request, by its country or, where the lineage is given, by the engine. */
export function createHistory(
  document: FreezeRequest,
  { requestId, lineage, time = opening, seal = command => command }: Opening = {},
): History {
  const id =
    requestId ?? requestIdOf(document.requestingCountry, `${document.caseReference}/${accountNumberOf(document.payment.creditor.account)}`)
  const facts: Fact[] = []
  const entries: LedgerRecord[] = []
  let snapshot: RequestSnapshot | undefined
  function decided(kind: CommandKind, data: unknown, actor: string, at = opening) {
    const command = {
      specversion: '1.0',
      id: `${id}/${entries.length}`,
      source: '/test',
      type: commandType(kind),
      subject: id,
      time: at,
      actor,
      data,
    } as Command
    return decide(snapshot, seal(command), policy)
  }
  const give: History['give'] = (kind, ...given) => {
    const decision = decided(kind, ...given)
    if (decision.outcome !== 'fact') throw new Error(`${kind} made no fact: ${JSON.stringify(decision)}`)
    const fact = chainFact(decision.fact) as Fact
    snapshot = evolve(snapshot, fact).snapshot
    facts.push(fact)
    entries.push(fact)
    return fact
  }
  const refuse: History['refuse'] = (kind, ...given) => {
    const decision = decided(kind, ...given)
    if (decision.outcome !== 'refused') throw new Error(`${kind} was not refused: ${JSON.stringify(decision)}`)
    snapshot = evolveByRefusal(snapshot, decision.refused).snapshot
    entries.push(decision.refused)
    return decision.refused
  }
  const opener = lineage ? 'holdfast/dispatch/children' : `${document.requestingCountry}/system/ncb`
  give('OpenRequest', { request: document, ...(lineage ? { lineage } : {}) }, opener, time)
  return { requestId: id, document, facts, entries, give, refuse }
}

export const passed = (history: History): History => {
  history.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules')
  return history
}

/** As many questions of the rules, each with its answer: two facts more a turn. Its system and an officer answer by turns, as one role alone may not give so many facts. */
export function askAndAnswer(history: History, turns: number, note: string): History {
  const { document } = history
  for (let turn = 0; turn < turns; turn++) {
    const actor = turn % 2 ? `${document.requestingCountry}/officer/a` : `${document.requestingCountry}/system/ncb`
    history.give('AskInformation', { findings: [], question: note }, 'holdfast/validation/rules')
    history.give('ProvideInformation', { note, request: document }, actor)
  }
  return history
}

/** Money that has moved on from the account of a request, to an account of this number in another country. */
export const onwardTo = (account: string): OnwardPayment => ({
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: account } },
  creditorAgent: { bic: 'CREKAEAD' },
})

/** What the engine opens for money that moved onward, once an officer agrees: the same case, in the next country, at the next account. */
export function followMoney(parent: History, moved: Fact, lineage: string[] = []): History {
  const agreed = parent.give('FollowOnward', { report: moved.sequence }, `${parent.document.requestingCountry}/officer/a`)
  if (!isFact(moved, 'MovedOnwardReported') || !moved.data.onward || !isFact(agreed, 'OnwardFollowed'))
    throw new Error('nothing follows this')
  const { country, onward, amount } = moved.data
  const { child } = agreed.data
  const { document } = parent
  const next: FreezeRequest = {
    ...document,
    beneficiaryCountry: country,
    payment: { ...document.payment, ...onward, amount: onward.amount ?? amount },
    parent: { requestId: parent.requestId, hop: child.hop },
  }
  const place = destinationIdOf(document.beneficiaryCountry, accountNumberOf(document.payment.creditor.account))
  return createHistory(next, { requestId: child.requestId, lineage: [...lineage, place], time: moved.time })
}
