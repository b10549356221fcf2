import { createHash } from 'node:crypto'
import {
  type Command,
  type CommandBody,
  type CommandKind,
  commandType,
  consequenceIdOf,
  type Fact,
  type FreezeRequest,
  factKindOf,
  freezeRequestSchema,
  isFact,
  requestIdOf,
} from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { transition as xstateTransition } from 'xstate'
import { type Decision, decide, factsMax } from './decide.ts'
import type { HoldPolicy } from './fact-of-command.ts'
import { fold, initialState, parseSnapshot, type RequestSnapshot, serializeSnapshot, transition } from './snapshot.ts'
import { type StatechartEvent, statechart } from './statechart.ts'
import { deadlinesOf, statesOf, viewOf } from './view.ts'

const day = 24 * 3_600_000
const holds: HoldPolicy = {
  defaultExpiry: (_country, _basis, from) => new Date(from.getTime() + 7 * day),
  latestExpiry: (_country, _basis, from) => new Date(from.getTime() + 30 * day),
}

const request: FreezeRequest = freezeRequestSchema.parse({
  caseReference: 'CASE-1',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  reportedAt: '2024-07-23T10:20:00+08:00',
  contact: { unit: 'Duty desk', email: 'desk@ncb.example', phone: '+6500000000' },
  offence: {
    typology: 'BEC_INVOICE',
    authorisation: 'AUTHORISED_DECEIVED',
    legalBasis: 'Cheating',
    facts: 'The victim paid a false supplier.',
  },
  attestations: { dualCriminality: true, article3: true },
  handling: { purpose: 'FREEZE_AND_RECOVER', confidentiality: 'RESTRICTED', discloseToHolder: false },
  victim: { kind: 'LEGAL', name: 'A trading house', country: 'SG' },
  payment: {
    rail: 'SWIFT',
    amount: { currency: 'USD', value: '1000.00' },
    executedAt: '2024-07-19T11:20:00+08:00',
    debtor: { name: 'A trading house', account: { other: '1' } },
    debtorAgent: { bic: 'EXMPSGSG' },
    creditor: { name: 'A false supplier', account: { other: '2' } },
    creditorAgent: { bic: 'EXMPTLDL' },
  },
  reason: 'FRAD',
  recall: { initiated: true },
})

const requestId = requestIdOf('SG', 'key-1')
const actors = {
  requester: 'SG/system/ncb',
  stranger: 'FR/officer/x',
  validation: 'holdfast/validation/rules',
  clock: 'holdfast/clock/ledger',
  maker: 'TL/officer/maker',
  checker: 'TL/officer/checker',
  bank: 'TL/institution/bank',
  authority: 'TL/authority/court',
} as const

let commandCount = 0
function command<K extends CommandKind>(kind: K, data: CommandBody<K>, actor: keyof typeof actors, time = '2024-07-25T10:00:00Z'): Command {
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

/** Stands in for trust's hash chain: any hash that binds a fact to the one before it will do here. */
const chained = (fact: object): Fact => ({ ...fact, hash: createHash('sha256').update(JSON.stringify(fact)).digest('hex') }) as Fact

/** A request as the ledger keeps it: decides, chains, folds. */
function history() {
  let snapshot: RequestSnapshot | undefined
  const facts: Fact[] = []
  const give = (given: Command): Decision => {
    const decision = decide(snapshot, given, holds)
    if (decision.outcome === 'fact') {
      const fact = chained(decision.fact)
      facts.push(fact)
      snapshot = fold(snapshot, fact).snapshot
    }
    return decision
  }
  const current = () => {
    if (!snapshot) throw new Error('nothing is open')
    return snapshot
  }
  return { give, facts, current, states: () => statesOf(current()), view: () => viewOf(current()) }
}

const usd = (value: string) => ({ currency: 'USD', value })
const open = () => command('OpenRequest', { request }, 'requester')
const pass = () => command('PassAssessment', { findings: [] }, 'validation')
const freeze = (value: string, expiresAt?: string) =>
  command('ReportFreeze', { amount: usd(value), basis: 'FIU_SUSPENSION', ...(expiresAt ? { expiresAt } : {}) }, 'bank')
const giveBack = (value: string, charges?: string) =>
  command('ReportReturn', { amount: usd(value), ...(charges ? { charges: usd(charges) } : {}), reference: 'P4-1' }, 'bank')
const initiate = () => command('InitiateReturn', { basis: 'CONSENT' }, 'bank')

const codeOf = (decision: Decision): unknown => {
  if (decision.outcome === 'dropped') return decision.refusal.code
  if (decision.outcome !== 'fact' || !isFact(decision.fact as Fact, 'CommandRefused')) return undefined
  return (decision.fact.data as { code: unknown }).code
}

function frozen(...values: string[]) {
  const h = history()
  for (const c of [open(), pass(), ...values.map(value => freeze(value))]) h.give(c)
  return h
}

describe('the main line', () => {
  test('a request travels from received to recovered, in part first', () => {
    const h = history()
    h.give(open())
    expect(h.states()).toEqual(['received.assessing'])
    h.give(pass())
    expect(h.states()).toEqual(['verified.ordering'])
    h.give(command('AcknowledgeOrder', { orderId: requestId }, 'bank'))
    expect(h.states()).toEqual(['verified.ordered'])
    h.give(freeze('920.00'))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle'])
    h.give(freeze('80.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
    h.give(command('ConfirmFreeze', { instrument: 'COURT_ORDER', authority: 'A court', reference: 'R-1', date: '2024-07-26' }, 'authority'))
    expect(h.view().deadlines).toEqual([])
    h.give(initiate())
    h.give(giveBack('500.00'))
    expect(h.states()[2]).toBe('frozen.recovery.partlyReturned')
    h.give(giveBack('499.00', '1.00'))
    expect(h.view()).toMatchObject({
      phase: 'recovered',
      sequence: 9,
      amounts: { requested: usd('1000.00'), frozen: usd('1000.00'), recovered: usd('999.00'), charges: usd('1.00') },
    })
    expect(h.facts.map(factKindOf)).not.toContain('CommandRefused')
  })

  test('a command that was applied is not applied again', () => {
    const h = history()
    h.give(open())
    h.give(pass())
    const report = freeze('10.00')
    h.give(report)
    expect(h.give(report)).toEqual({ outcome: 'applied' })
    expect(h.view().amounts.frozen).toEqual(usd('10.00'))
  })

  test('a history that is full takes no more, not even a refusal', () => {
    const full = { ...frozen().current(), sequence: factsMax }
    expect(decide(full, freeze('1.00'), holds)).toMatchObject({ outcome: 'dropped', refusal: { code: 'HISTORY_FULL' }, byMember: true })
  })

  test('a second opening of the same request is dropped', () => {
    const h = history()
    h.give(open())
    expect(codeOf(h.give(open()))).toBe('ALREADY_OPEN')
  })
})

describe('ends before any money is held', () => {
  test.each([
    ['Reject', command('Reject', { code: 'ARTICLE_3', findings: [] }, 'validation'), 'closed.rejected'],
    ['MarkDuplicate', command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation'), 'closed.duplicate'],
    ['Withdraw', command('Withdraw', { reason: 'The bank returned it by itself' }, 'requester'), 'closed.withdrawn'],
  ])('%s ends a request that is being assessed', (_name, given, state) => {
    const h = history()
    h.give(open())
    h.give(given)
    expect(h.states()).toEqual([state])
  })

  test.each([
    ['AM04', command('ReportNoFunds', { reason: 'AM04' }, 'bank'), 'closed.noFunds'],
    ['AC04', command('ReportNotFound', { reason: 'AC04' }, 'bank'), 'closed.notFound'],
  ])('the bank answers %s', (_name, given, state) => {
    const h = frozen()
    h.give(given)
    expect(h.states()).toEqual([state])
  })
})

describe('review and information', () => {
  test('four eyes: who proposed a verification can not approve it', () => {
    const h = history()
    h.give(open())
    h.give(command('SendToReview', { findings: [] }, 'validation'))
    h.give(command('ProposeVerification', {}, 'maker'))
    expect(codeOf(h.give(command('ApproveVerification', {}, 'maker')))).toBe('SAME_PERSON')
    h.give(command('ApproveVerification', {}, 'checker'))
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('no officer verifies a request that the rules have not assessed', () => {
    const h = history()
    h.give(open())
    expect(codeOf(h.give(command('ApproveVerification', {}, 'maker')))).toBe('WRONG_STATE')
    expect(h.states()).toEqual(['received.assessing'])
  })

  test('the engine is not the second person of a review', () => {
    const h = history()
    h.give(open())
    h.give(command('SendToReview', { findings: [] }, 'validation'))
    h.give(command('ProposeVerification', {}, 'maker'))
    expect(h.give(pass()).outcome).toBe('dropped')
    expect(h.states()).toEqual(['received.awaitingReview'])
  })

  test('nobody can approve what nobody proposed', () => {
    const h = history()
    h.give(open())
    h.give(command('SendToReview', { findings: [] }, 'validation'))
    expect(codeOf(h.give(command('ApproveVerification', {}, 'checker')))).toBe('WRONG_STATE')
  })

  test('a corrected document is assessed again, and its amount counts', () => {
    const h = history()
    h.give(open())
    h.give(command('AskInformation', { findings: [] }, 'validation'))
    expect(h.states()).toEqual(['received.awaitingInformation'])
    h.give(command('ProvideInformation', { request: { ...request, requestedAmount: usd('700.00') } }, 'requester'))
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view().amounts.requested).toEqual(usd('700.00'))
  })

  test('a correction does not change whose request it is', () => {
    const h = history()
    h.give(open())
    h.give(command('AskInformation', { findings: [] }, 'validation'))
    expect(codeOf(h.give(command('ProvideInformation', { request: { ...request, beneficiaryCountry: 'MY' } }, 'requester')))).toBe(
      'NOT_PERMITTED',
    )
  })

  test('an amount that has no minor units can not be verified', () => {
    const h = history()
    h.give(
      command(
        'OpenRequest',
        { request: { ...request, payment: { ...request.payment, amount: { currency: 'JPY', value: '10.50' } } } },
        'requester',
      ),
    )
    expect(h.view().amounts.requested).toBeUndefined()
    expect(codeOf(h.give(pass()))).toBe('WRONG_STATE')
  })
})

describe('sums of money', () => {
  test('more than requested is not frozen, and the refusal is kept', () => {
    const h = frozen('920.00')
    expect(codeOf(h.give(freeze('80.01')))).toBe('AMOUNT_EXCEEDED')
    expect(h.facts.map(factKindOf).at(-1)).toBe('CommandRefused')
    expect(h.view().amounts.frozen).toEqual(usd('920.00'))
  })

  test('charges count against what was frozen', () => {
    const h = frozen('920.00')
    h.give(initiate())
    expect(codeOf(h.give(giveBack('920.00', '0.01')))).toBe('AMOUNT_EXCEEDED')
  })

  test('another currency is refused', () => {
    const h = frozen()
    expect(codeOf(h.give(command('ReportFreeze', { amount: { currency: 'EUR', value: '1.00' }, basis: 'COURT' }, 'bank')))).toBe(
      'CURRENCY_MISMATCH',
    )
  })
})

describe('withdrawal', () => {
  test('a held amount can be withdrawn, returned money can not', () => {
    const h = frozen('920.00')
    h.give(initiate())
    h.give(giveBack('1.00'))
    expect(codeOf(h.give(command('Withdraw', { reason: 'Settled' }, 'requester')))).toBe('WRONG_STATE')
    const held = frozen('920.00')
    held.give(command('Withdraw', { reason: 'Settled' }, 'requester'))
    expect(held.states()).toEqual(['closed.withdrawn'])
    expect(held.view().deadlines).toEqual([])
  })
})

describe('a hold that nobody confirms', () => {
  const expire = (dueAt: string, time = dueAt) => command('DeadlinePassed', { kind: 'holdExpiry', dueAt }, 'clock', time)

  test('lapses by itself when its time is over, and never earlier', () => {
    const h = frozen('920.00')
    const [deadline] = h.view().deadlines
    expect(deadline?.dueAt).toBe('2024-08-01T10:00:00.000Z')
    expect(h.give(expire('2024-08-01T10:00:00.000Z', '2024-08-01T09:59:59.000Z')).outcome).toBe('dropped')
    h.give(expire('2024-08-01T10:00:00.000Z'))
    expect(h.states()).toEqual(['closed.expired'])
  })

  test('of two holds, one may lapse while the other stays', () => {
    const h = frozen()
    h.give(freeze('600.00', '2024-07-27T10:00:00Z'))
    h.give(freeze('400.00', '2024-07-28T10:00:00Z'))
    h.give(expire('2024-07-27T10:00:00Z'))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().amounts.frozen).toEqual(usd('400.00'))
    expect(h.give(expire('2024-07-27T10:00:00Z', '2024-07-29T00:00:00Z')).outcome).toBe('dropped')
  })

  test('a late answer of the bank is kept as a refusal that names the state', () => {
    const h = frozen('920.00')
    h.give(expire('2024-08-01T10:00:00.000Z'))
    expect(codeOf(h.give(freeze('80.00')))).toBe('WRONG_STATE')
    expect(h.facts.at(-1)?.data).toMatchObject({ state: 'closed.expired', command: 'ReportFreeze', data: { amount: usd('80.00') } })
  })

  test('the law of the freezing country bounds it', () => {
    const h = frozen()
    expect(codeOf(h.give(freeze('1.00', '2024-09-25T10:00:00Z')))).toBe('HOLD_TOO_LONG')
    expect(codeOf(h.give(freeze('1.00', '2024-07-25T10:00:00Z')))).toBe('HOLD_TOO_LONG')
  })
})

describe('who may', () => {
  test.each([
    ['a stranger withdraws', command('Withdraw', { reason: 'x' }, 'stranger')],
    ['the beneficiary side withdraws', command('Withdraw', { reason: 'x' }, 'maker')],
    ['the requester freezes', command('ReportFreeze', { amount: usd('1.00'), basis: 'COURT' }, 'requester')],
    ['an officer lets a hold expire', command('DeadlinePassed', { kind: 'holdExpiry', dueAt: '2024-08-01T10:00:00.000Z' }, 'maker')],
  ])('%s: refused, nothing changes', (_name, given) => {
    const h = frozen('920.00')
    const before = h.states()
    expect(codeOf(h.give(given))).toBe('NOT_PERMITTED')
    expect(h.states()).toEqual(before)
  })

  test('a country without a part in the request leaves no trace in its history', () => {
    const h = frozen('920.00')
    const length = h.facts.length
    expect(h.give(command('Withdraw', { reason: 'x' }, 'stranger'))).toMatchObject({ outcome: 'dropped', byMember: true })
    expect(h.facts).toHaveLength(length)
  })

  test('a country does not open a request in the name of another', () => {
    expect(codeOf(decide(undefined, command('OpenRequest', { request }, 'stranger'), holds))).toBe('NOT_PERMITTED')
  })
})

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  ...[open, pass, initiate].map(make => fc.constant(null).map(make)),
  fc.constantFrom('Reject', 'review', 'propose', 'approve', 'ask', 'provide', 'withdraw', 'noFunds', 'confirm', 'expire').map(name => {
    if (name === 'Reject') return command('Reject', { code: 'NARR', findings: [] }, 'validation')
    if (name === 'review') return command('SendToReview', { findings: [] }, 'validation')
    if (name === 'propose') return command('ProposeVerification', {}, 'maker')
    if (name === 'approve') return command('ApproveVerification', {}, 'checker')
    if (name === 'ask') return command('AskInformation', { findings: [] }, 'validation')
    if (name === 'provide') return command('ProvideInformation', { request }, 'requester')
    if (name === 'withdraw') return command('Withdraw', { reason: 'x' }, 'requester')
    if (name === 'noFunds') return command('ReportNoFunds', { reason: 'AM04' }, 'bank')
    if (name === 'confirm')
      return command('ConfirmFreeze', { instrument: 'COURT_ORDER', authority: 'C', reference: 'R', date: '2024-07-26' }, 'authority')
    return command('DeadlinePassed', { kind: 'holdExpiry', dueAt: '2024-07-27T10:00:00Z' }, 'clock', '2024-07-27T10:00:01Z')
  }),
  fc.integer({ min: 1, max: 120_000 }).map(cents => freeze((cents / 100).toFixed(2), cents % 3 ? '2024-07-27T10:00:00Z' : undefined)),
  fc
    .tuple(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 0, max: 500 }))
    .map(([a, c]) => giveBack((a / 100).toFixed(2), (c / 100).toFixed(2))),
)

/** Walks that get past the first two steps most of the time. */
const walks = fc.array(anyCommand, { maxLength: 40 }).map(rest => [open(), pass(), ...rest])

describe('properties', () => {
  test('the sums hold whatever is sent', () => {
    fc.assert(
      fc.property(walks, commands => {
        const h = history()
        for (const c of commands) {
          h.give(c)
          const { requestedMinor, frozenMinor, recoveredMinor, chargesMinor, holds: held } = h.current().state.context
          expect(BigInt(frozenMinor)).toBeLessThanOrEqual(BigInt(requestedMinor ?? '0'))
          expect(BigInt(recoveredMinor) + BigInt(chargesMinor)).toBeLessThanOrEqual(BigInt(frozenMinor))
          if (h.view().phase !== 'frozen') expect(held).toEqual([])
        }
      }),
      { numRuns: 1000, seed: 7 },
    )
  })

  test('facts repeated or out of order never change what the accepted order makes', () => {
    fc.assert(
      fc.property(walks, fc.array(fc.nat(200), { maxLength: 60 }), (commands, noise) => {
        const h = history()
        for (const c of commands) h.give(c)
        let snapshot: RequestSnapshot | undefined
        h.facts.forEach((fact, i) => {
          for (const n of noise.slice(i, i + 3)) {
            const stray = h.facts[n % h.facts.length]
            // The next fact itself is not noise.
            if (stray && stray !== fact) expect(fold(snapshot, stray)).toEqual({ accepted: false, snapshot })
          }
          const step = fold(snapshot, fact)
          expect(step.accepted).toBe(true)
          snapshot = step.snapshot
        })
        expect(snapshot && serializeSnapshot(snapshot)).toEqual(serializeSnapshot(h.current()))
      }),
      { numRuns: 1000, seed: 8 },
    )
  })

  test("a late writer's second fact can not follow another's first", () => {
    const ours = frozen()
    const theirs = history()
    for (const given of [open(), pass()]) theirs.give(given)
    // Both wrote from the same opening: theirs landed later and was dropped, and so must be what they built on it.
    let snapshot: RequestSnapshot | undefined
    for (const fact of ours.facts) snapshot = fold(snapshot, fact).snapshot
    theirs.give(freeze('5.00'))
    const late = theirs.facts.at(-1)
    if (!late) throw new Error('nothing was written')
    expect(late.sequence).toBe((snapshot?.sequence ?? 0) + 1)
    expect(fold(snapshot, late)).toEqual({ accepted: false, snapshot })
  })

  test('a stored snapshot is the snapshot', () => {
    fc.assert(
      fc.property(walks, anyCommand, (commands, next) => {
        const h = history()
        for (const c of commands) h.give(c)
        const stored = parseSnapshot(serializeSnapshot(h.current()))
        expect(viewOf(stored)).toEqual(h.view())
        expect(decide(stored, next, holds)).toEqual(decide(h.current(), next, holds))
      }),
      { numRuns: 1000, seed: 9 },
    )
  })

  test("the fast transition gives what XState's public transition gives", () => {
    fc.assert(
      fc.property(walks, commands => {
        const h = history()
        for (const c of commands) h.give(c)
        let fast = initialState
        let slow = initialState
        for (const fact of h.facts) {
          const kind = factKindOf(fact)
          if (kind === 'CommandRefused') continue
          const event = { type: kind, data: fact.data, actor: fact.actor } as StatechartEvent
          fast = transition(fast, event)
          slow = xstateTransition(statechart, slow, event)[0]
          expect(fast.value).toEqual(slow.value)
          expect(fast.context).toEqual(slow.context)
        }
      }),
      { numRuns: 1000, seed: 10 },
    )
  })

  test('a refused event returns the same snapshot object', () => {
    expect(transition(initialState, { type: 'ReturnInitiated', data: { basis: 'CONSENT' }, actor: 'TL/institution/bank' })).toBe(
      initialState,
    )
  })

  test('deadlines come earliest first', () => {
    const h = frozen()
    h.give(freeze('1.00', '2024-07-30T10:00:00Z'))
    h.give(freeze('1.00', '2024-07-27T10:00:00+09:00'))
    expect(deadlinesOf(h.current()).map(deadline => deadline.dueAt)).toEqual(['2024-07-27T10:00:00+09:00', '2024-07-30T10:00:00Z'])
  })
})
