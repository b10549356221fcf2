import {
  accountNumberOf,
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  type Fact,
  type FreezeRequest,
  isFact,
  type LedgerRecord,
  type OnwardPayment,
} from '@holdfast/payment-stop/language'
import { createPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import { decide, evolve, evolveByRefusal, type RequestSnapshot } from '@holdfast/payment-stop/lifecycle'
import { destinationIdOf, type RefusedCommand, requestIdOf } from '@holdfast/schemas'
import { chainFact } from '@holdfast/trust'

export const usd = (value: string) => ({ currency: 'USD', value })
const opening = '2024-07-23T02:25:00.000Z'

/** The history of a request as the ledger writes it. */
export interface History {
  readonly requestId: string
  readonly document: FreezeRequest
  readonly facts: readonly Fact[]
  /** Facts and refused commands, as the ledger has them. */
  readonly entries: readonly LedgerRecord[]
  /** Decides a command and returns its fact. Throws if there is none. */
  give<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: string, time?: string): Fact
  /** Decides a command and returns the record of its refusal. Throws if there is none. */
  refuse<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: string, time?: string): RefusedCommand
}

const policy = createPolicy(loadProfiles())

interface Opening {
  readonly requestId?: string
  readonly lineage?: string[]
  readonly time?: string
  /** Encrypts commands, as an endpoint does before they reach the ledger. */
  readonly encrypt?: (command: Command) => Command
}

/** A history that starts with the opening of this request, by its country or, with a lineage, by the engine. */
export function createHistory(
  document: FreezeRequest,
  { requestId, lineage, time = opening, encrypt = command => command }: Opening = {},
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
    return decide(snapshot, encrypt(command), policy)
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

/**
 * Asks and answers this many questions, two facts each. System and officer answer in rotation, because of the history
 * quota per role.
 */
export function askAndAnswer(history: History, turns: number, note: string): History {
  const { document } = history
  for (let turn = 0; turn < turns; turn++) {
    const actor = turn % 2 ? `${document.requestingCountry}/officer/a` : `${document.requestingCountry}/system/ncb`
    history.give('AskInformation', { findings: [], question: note }, 'holdfast/validation/rules')
    history.give('ProvideInformation', { note, request: document }, actor)
  }
  return history
}

/** Money that moved from the account of a request to this account in another country. */
export const onwardTo = (account: string): OnwardPayment => ({
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: account } },
  creditorAgent: { bic: 'CREKAEAD' },
})

/**
 * The onward request that the engine opens after an officer's decision: the same case, in the next country, at the next
 * account.
 */
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
