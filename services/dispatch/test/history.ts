import { hash } from 'node:crypto'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  type Fact,
  type FreezeRequest,
  type Policy,
} from '@holdfast/payment-stop/language'
import { decide, evolve, evolveByRefusal, type RequestSnapshot } from '@holdfast/payment-stop/lifecycle'
import { accepted, requestIdOf } from '@holdfast/schemas'
import { type PaymentState, type Refused, type Step, stateDefinition } from './of-payment-stops.ts'

const hourMs = 3_600_000
const later = (from: Date, hours: number) => new Date(from.getTime() + hours * hourMs)

export const opening = '2024-07-23T02:25:00.000Z'
export const usd = (value: string) => ({ currency: 'USD', value })

/** Fixed periods: the length of legal periods does not matter for these tests. */
const policy: Policy = {
  defaultExpiry: (_country, _basis, from) => later(from, 72),
  latestExpiry: (_country, _basis, from) => later(from, 720),
  latestExtension: (_country, { expiresAt }) => accepted(later(expiresAt, 240)),
  dueAt: (_kind, _country, from) => later(from, 24),
  warningsOf: (_country, _from, expiresAt) => [later(expiresAt, -4)],
  hopsMax: 3,
  isReachable: () => true,
  personsNeedProof: () => false,
  findAnswerObstacle: () => undefined,
  // In euros, so that amounts in dollars need an officer's decision.
  standingPolicyFor: (_country, currency) => (currency === 'EUR' ? { minimum: { currency, value: '100.00' }, childrenMax: 1 } : undefined),
}

/** The actor of each command, unless a test names one. For dual approval, the second officer repeats it. */
const givers: Readonly<Partial<Record<CommandKind, readonly [string, string?]>>> = {
  OpenRequest: ['SG/system/ncb'],
  PassAssessment: ['holdfast/validation/rules'],
  AskInformation: ['TL/institution/a.bank'],
  ProvideInformation: ['SG/officer/a.tan'],
  Reject: ['TL/officer/a.costa'],
  ConfirmFreeze: ['TL/authority/a.judge', 'TL/authority/b.judge'],
  ExtendFreeze: ['TL/authority/a.judge', 'TL/authority/b.judge'],
  InitiateReturn: ['TL/institution/a.bank', 'TL/institution/b.bank'],
  Release: ['TL/authority/a.judge', 'TL/authority/b.judge'],
  CloseUnrecovered: ['TL/authority/a.judge', 'TL/authority/b.judge'],
  DecideChallenge: ['TL/authority/a.judge', 'TL/authority/b.judge'],
  Withdraw: ['SG/officer/a.tan', 'SG/officer/b.lim'],
  OrderErasure: ['SG/officer/a.tan', 'SG/officer/b.lim'],
  Reopen: ['SG/officer/a.tan'],
  FollowOnward: ['SG/officer/a.tan'],
  DeclineOnward: ['SG/officer/a.tan'],
  DeadlinePassed: ['holdfast/clock/ledger'],
}

/**
 * A request as the ledger decides it and dispatch derives its state, each fact at the next even offset of the ledger.
 */
export interface History {
  readonly requestId: string
  /** Sends a command, and its approval if it needs one; returns the step of its fact. */
  give<K extends CommandKind>(kind: K, data: CommandBody<K>, by?: { readonly actor?: string; readonly at?: string }): Step
  /** Sends a command that is refused, and returns dispatch's step for the refusal. */
  refuse<K extends CommandKind>(kind: K, data: CommandBody<K>, by?: { readonly actor?: string; readonly at?: string }): Refused
  readonly steps: readonly Step[]
  readonly refusals: readonly Refused[]
  readonly facts: readonly Fact[]
  state(): PaymentState
}

interface Opening {
  readonly id?: string
  /** For a request that the engine opens: a child, with the accounts where its money was. */
  readonly lineage?: string[]
}

export function historyOf(document: FreezeRequest, { id = requestIdOf('SG', document.caseReference), lineage }: Opening = {}): History {
  const steps: Step[] = []
  const refusals: Refused[] = []
  let ledger: RequestSnapshot | undefined
  let state: PaymentState | undefined

  function decided(kind: CommandKind, data: unknown, actor: string, at: string) {
    const command = {
      specversion: '1.0',
      id: `${id}/${steps.length}/${refusals.length}`,
      source: '/test',
      type: commandType(kind),
      subject: id,
      time: at,
      actor,
      data,
    } as Command
    return decide(ledger, command, policy)
  }

  function once(kind: CommandKind, data: unknown, actor: string, at: string): Step {
    const decision = decided(kind, data, actor, at)
    if (decision.outcome !== 'fact') throw new Error(`${kind} made no fact: ${JSON.stringify(decision)}`)
    // Replaces the hash chain of the trust package: any digest that binds a fact to the one before is sufficient.
    const fact = { ...decision.fact, hash: hash('sha256', JSON.stringify(decision.fact)) } as Fact
    const offset = steps.length * 2
    const next = stateDefinition.evolve(state, fact, offset)
    if (!next.accepted || !next.state) throw new Error(`the state refused a decided fact: ${fact.type}`)
    const step = { fact, offset, before: state, state: next.state as PaymentState }
    state = step.state
    ledger = evolve(ledger, fact).snapshot
    steps.push(step)
    return step
  }

  const history: History = {
    requestId: id,
    give(kind, data, { actor, at = opening } = {}) {
      const [first = 'TL/institution/a.bank', second] = actor === undefined ? (givers[kind] ?? []) : [actor]
      const step = once(kind, data, first, at)
      return second !== undefined && step.fact.type.endsWith('.ActionProposed') ? once(kind, data, second, at) : step
    },
    refuse(kind, data, { actor = givers[kind]?.[0] ?? 'TL/institution/a.bank', at = opening } = {}) {
      const decision = decided(kind, data, actor, at)
      if (decision.outcome !== 'refused') throw new Error(`${kind} was not refused: ${JSON.stringify(decision)}`)
      const next = stateDefinition.evolveRefusal(state, decision.refused)
      if (!next?.accepted || !next.state) throw new Error('the state dropped a decided refusal')
      const refused = { refused: decision.refused, offset: steps.length * 2 - 1, before: state, state: next.state as PaymentState }
      state = refused.state
      ledger = evolveByRefusal(ledger, decision.refused).snapshot
      refusals.push(refused)
      return refused
    },
    steps,
    refusals,
    get facts() {
      return steps.map(({ fact }) => fact)
    },
    state() {
      if (!state) throw new Error('nothing is open')
      return state
    },
  }
  if (lineage) history.give('OpenRequest', { request: document, lineage }, { actor: 'holdfast/dispatch/children' })
  else history.give('OpenRequest', { request: document })
  return history
}

/** A verified request with this amount frozen, if any. */
export function verified(document: FreezeRequest, ...held: readonly string[]): History {
  const history = historyOf(document)
  history.give('PassAssessment', { findings: [] })
  for (const value of held) history.give('ReportFreeze', { amount: usd(value), basis: 'FIU_SUSPENSION' })
  return history
}
