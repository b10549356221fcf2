import { childRequestIdOf, destinationIdOf } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  actors,
  ask,
  codeOf,
  command,
  correct,
  declineOnward,
  follow,
  freeze,
  frozen,
  type History,
  history,
  messageOf,
  moved,
  noFunds,
  notFound,
  open,
  opening,
  pass,
  reject,
  reopen,
  request,
  requestId,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type Command, isFact, type OnwardPayment } from '../language/index.ts'
import { decide } from './decide.ts'
import type { StatechartEvent } from './event.ts'
import { chart } from './transition.ts'

/** The destination of the money: an account in the country of the report. */
const onwardTo = (account: string): OnwardPayment => ({
  rail: 'SWIFT',
  executedAt: '2024-07-23T18:00:00+09:00',
  creditor: { name: 'A mule', account: { other: account } },
  creditorAgent: { bic: 'EXMPMYKL' },
})

const verified = () => history(open(), pass())

describe('money that moved onward', () => {
  test('before a hold leaves the rest to be found, and ends the request if it is everything', () => {
    const h = verified()
    h.give(moved('400.00'))
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.view().movedOnward).toMatchObject([{ country: 'MY', amount: usd('400.00') }])
    h.give(moved('600.00', { country: 'PH' }))
    expect(h.states()).toEqual(['closed.movedOnward'])
    expect(h.view().movedOnward.map(({ country, amount }) => `${country} ${amount.value}`)).toEqual(['MY 400.00', 'PH 600.00'])
    expect(h.view().amounts).toMatchObject({ movedOnward: usd('1000.00'), frozen: usd('0.00') })
  })

  test('with no rest ends the request as moved onward, not as without funds', () => {
    for (const given of [noFunds(), notFound()]) {
      const h = verified()
      h.give(moved('400.00'))
      h.give(given)
      expect(h.states()).toEqual(['closed.movedOnward'])
    }
  })

  test('V19: cannot exceed the requested amount', () => {
    const decision = verified().give(moved('1000.01'))
    expect(codeOf(decision)).toBe('AMOUNT_EXCEEDED')
  })

  test('while a part is on hold leaves that part on hold', () => {
    const h = frozen('600.00')
    h.give(moved('400.00'))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().amounts).toMatchObject({ frozen: usd('600.00'), movedOnward: usd('400.00') })
    h.both('InitiateReturn')
    expect(h.states()[2]).toBe('frozen.recovery.returning')
  })

  test('is refused while the whole amount is on hold', () => {
    const h = frozen('1000.00')
    expect(codeOf(h.give(moved('0.01')))).toBe('AMOUNT_EXCEEDED')
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })

  test('is refused before the verification', () => {
    const decision = history(open()).give(moved('1.00'))
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe('this is not possible in state received.assessing, sequence 1')
  })

  test('is accepted while a question is open, or after the acknowledgement', () => {
    const h = verified()
    h.give(ask('bank'))
    h.give(moved('1000.00'))
    expect(h.states()).toEqual(['closed.movedOnward'])
  })
})

describe('V26: an onward request is proposed', () => {
  test('one hop further, with a deterministic id', () => {
    const report = moved('400.00', { onward: onwardTo('3') })
    const h = verified()
    h.give(report)
    const proposed = { requestId: childRequestIdOf(requestId, report.id), hop: 1 }
    expect(h.last()?.data).toMatchObject({ proposed, onward: { creditor: { account: { other: '3' } } } })
    expect(h.last()?.data).not.toHaveProperty('child')
    expect(h.last()?.data).not.toHaveProperty('childless')
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: usd('400.00'), report: 3 }])
    const again = verified()
    again.give(report)
    expect(again.last()?.data).toEqual(h.last()?.data)
  })

  test('for each report', () => {
    const h = verified()
    h.give(moved('400.00', { onward: onwardTo('3') }))
    h.give(moved('300.00', { onward: onwardTo('4') }))
    for (const { report } of h.view().movedOnward) h.give(follow(report))
    expect(new Set(h.view().movedOnward.map(({ childRequestId }) => childRequestId)).size).toBe(2)
  })

  test('also for money that moved while a part is on hold', () => {
    const h = frozen('600.00')
    h.give(moved('400.00', { onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ proposed: { hop: 1 } })
  })

  test.each([
    ['SAME_COUNTRY', 'into the requesting country', { country: 'SG', onward: onwardTo('3') }],
    ['NOT_A_MEMBER', 'to a country that is not a member', { country: 'XX', onward: onwardTo('3') }],
    ['DENIED_COUNTRY', 'to a denied country', { country: 'VU', onward: onwardTo('3') }],
    ['NO_PARTICULARS', 'to an unknown account', { country: 'MY' }],
    ['HOP_CYCLE', 'back to the account it came from', { country: 'TL', onward: onwardTo('2') }],
  ] as const)('none, as %s: it moved %s', (childless, _where, more) => {
    const h = verified()
    h.give(moved('400.00', more))
    expect(h.last()?.data).toMatchObject({ childless })
    expect(h.last()?.data).not.toHaveProperty('proposed')
    expect(h.view().movedOnward).toEqual([{ country: more.country, amount: usd('400.00'), childless }])
  })

  test('a request without denied countries denies none', () => {
    const { deniedTo: _deniedTo, ...handling } = request.handling
    const h = history(open({ ...request, handling }), pass())
    h.give(moved('400.00', { country: 'VU', onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ proposed: { hop: 1 } })
  })

  test('the same account number in another country is another destination, and so is another account in the same country', () => {
    for (const more of [
      { country: 'MY', onward: onwardTo('2') },
      { country: 'TL', onward: onwardTo('3') },
    ]) {
      const h = verified()
      h.give(moved('400.00', more))
      expect(h.last()?.data).toMatchObject({ proposed: { hop: 1 } })
    }
  })

  test.each([
    [2, { proposed: { hop: 3 } }],
    [3, { childless: 'HOP_LIMIT' }],
  ])('after %i hops: %o', (hop, expected) => {
    const h = history(open({ ...request, parent: { requestId, hop } }), pass())
    h.give(moved('400.00', { onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject(expected)
  })
})

describe('V26: an onward request needs an approval', () => {
  const waiting = (...more: readonly Command[]) => history(open(), pass(), moved('400.00', { onward: onwardTo('3') }), ...more)
  const proposedIn = (h: History) => {
    const report = h.facts.find(fact => isFact(fact, 'MovedOnwardReported'))
    return report && isFact(report, 'MovedOnwardReported') ? report.data.proposed : undefined
  }

  test('by an officer, and the fact has report, country, amount and onward request', () => {
    const h = waiting(follow(3, 'officer', 'The account is known to us'))
    const proposed = proposedIn(h)
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.OnwardFollowed', actor: actors.officer })
    expect(h.last()?.data).toMatchObject({
      report: 3,
      note: 'The account is known to us',
      country: 'MY',
      amount: usd('400.00'),
      child: proposed,
    })
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: usd('400.00'), childRequestId: proposed?.requestId }])
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('which takes effect once, from any officer', () => {
    const h = waiting(follow(3))
    const again = h.give(follow(3, 'secondOfficer'))
    expect(codeOf(again)).toBe('WRONG_STATE')
    expect(messageOf(again)).toMatch(/^fact 3 already has the onward request [0-9a-f-]{36} \(state verified.ordering, sequence 4\)$/)
    expect(codeOf(h.give(declineOnward(3)))).toBe('WRONG_STATE')
  })

  test.each([
    ['the opening', 1, 'fact 1 does not report money moved onward'],
    ['a missing fact', 77, 'fact 77 does not report money moved onward'],
    ['money that cannot have one', 4, 'fact 4 reports money that cannot have an onward request, NO_PARTICULARS'],
  ])('which is refused for %s', (_what, report, message) => {
    const h = waiting(moved('1.00'))
    for (const given of [follow(report), declineOnward(report)]) {
      const decision = h.give(given)
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringContaining(message)])
    }
  })

  test('and can be declined once, which can be reversed', () => {
    const h = waiting(declineOnward(3))
    expect(h.last()?.data).toMatchObject({ report: 3, reason: 'It went back', country: 'MY', amount: usd('400.00') })
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: usd('400.00'), report: 3, declined: true }])
    expect(messageOf(h.give(declineOnward(3)))).toContain('fact 3 was declined')
    h.give(follow(3))
    expect(h.view().movedOnward).toMatchObject([{ childRequestId: proposedIn(h)?.requestId }])
    expect(h.view().movedOnward[0]).not.toHaveProperty('declined')
  })

  test.each([
    [
      'for all of it, which ended the request',
      () => history(open(), pass(), moved('1000.00', { onward: onwardTo('3') })),
      'closed.movedOnward',
    ],
    [
      'while a part is on hold',
      () => history(open(), pass(), freeze('600.00'), moved('400.00', { onward: onwardTo('3') })),
      'frozen.coverage.partial',
    ],
    ['after a withdrawal', () => waiting(withdraw()), 'closed.withdrawn'],
    ['after a rejection', () => waiting(reject()), 'closed.rejected'],
    ['after a reopening', () => waiting(noFunds(), reopen()), 'received.assessing'],
    ['while a question is open', () => waiting(ask('bank')), 'verified.awaitingInformation'],
    ['after the return of the rest', recovered, 'recovered'],
  ] as const)('also %s, without another effect', (_when, world, state) => {
    const h: History = world()
    expect(h.states()[0]).toBe(state)
    const [before, report] = [h.current().state, h.view().movedOnward[0]?.report]
    expect(codeOf(h.give(follow(report)))).toBeUndefined()
    expect(h.last()?.type).toBe('holdfast.fact.v1.OnwardFollowed')
    const { state: after } = h.current()
    expect(after.value).toEqual(before.value)
    expect({ ...after.context, movedOnward: [] }).toEqual({ ...before.context, movedOnward: [] })
    expect(h.last()?.data).not.toHaveProperty('deadlines')
  })

  function recovered(): History {
    const h = history(open(), pass(), freeze('600.00'), moved('400.00', { onward: onwardTo('3') }))
    h.both('InitiateReturn')
    h.give(command('ReportReturn', { amount: usd('600.00'), reference: 'P4-1' }, 'bank'))
    return h
  }

  test.each([
    ['denies that country', { ...request, handling: { ...request.handling, deniedTo: ['MY'] } }, 'DENIED_COUNTRY'],
    ['is at the hop limit', { ...request, parent: { requestId, hop: 3 } }, 'HOP_LIMIT'],
    [
      'concerns the destination account itself',
      { ...request, payment: { ...request.payment, creditor: { name: 'A mule', account: { other: '3' } } } },
      'HOP_CYCLE',
    ],
  ])('which is refused for a request that by now %s; the report can still be declined', (_what, document, reason) => {
    const onward = onwardTo('3')
    const h = history(
      open(),
      pass(),
      moved('400.00', { country: reason === 'HOP_CYCLE' ? 'TL' : 'MY', onward }),
      noFunds(),
      reopen(document),
    )
    const decision = h.give(follow(3))
    expect([codeOf(decision), messageOf(decision)]).toEqual([
      'NOT_FOLLOWED',
      `there can be no onward request for the money of fact 3 any more: ${reason}`,
    ])
    expect(h.view().movedOnward).toMatchObject([{ report: 3 }])
    expect(codeOf(h.give(declineOnward(3)))).toBeUndefined()
  })

  test('and never for the account that the money left, even with another account in the document', () => {
    const elsewhere = { ...request, payment: { ...request.payment, creditor: { name: 'Another', account: { other: '9' } } } }
    const h = history(open(), pass(), moved('400.00', { country: 'TL', onward: onwardTo('9') }), noFunds(), reopen(elsewhere))
    expect(codeOf(h.give(follow(3)))).toBe('NOT_FOLLOWED')
    expect(h.current().state.context.movedOnward[0]?.proposed).toMatchObject({
      from: destinationIdOf('TL', '2'),
      to: destinationIdOf('TL', '9'),
    })
  })

  test('and not for a country that is no longer a member', () => {
    const h = waiting()
    const decision = decide(h.current(), follow(3), { ...policy, isReachable: () => false })
    expect([codeOf(decision), messageOf(decision)]).toEqual(['NOT_FOLLOWED', expect.stringContaining('NOT_A_MEMBER')])
  })

  test('only an officer of the requesting country can approve: no system, bank, desk or other country', () => {
    for (const actor of ['system', 'bank', 'fiu', 'desk', 'judge', 'beneficiarySystem', 'dispatch', 'validation'] as const)
      for (const given of [follow(3, actor), declineOnward(3, actor)]) expect(codeOf(waiting().give(given)), actor).toBe('NOT_PERMITTED')
    expect(codeOf(waiting().give(follow(3, 'stranger')))).toBe('NOT_PERMITTED')
  })

  test('evolve accepts no approval of a report that awaits none', () => {
    const h = waiting(follow(3))
    const { state, sequence } = h.current()
    const data = { report: 3, country: 'MY', amount: usd('400.00'), child: { requestId, hop: 1 }, reason: 'It went back' }
    for (const type of ['OnwardFollowed', 'OnwardDeclined'] as const)
      for (const report of [1, 3])
        expect(
          chart.transition(state, {
            type,
            data: { ...data, report },
            actor: actors.officer,
            time: opening,
            sequence: sequence + 1,
          } as StatechartEvent),
        ).toBe(state)
  })

  test('a report of an older ledger, whose onward request opened at once, has that request', () => {
    const h = verified()
    const child = { requestId: childRequestIdOf(requestId, 'a report'), hop: 1 }
    const data = { amount: usd('400.00'), country: 'MY', onward: onwardTo('3'), child }
    const event = { type: 'MovedOnwardReported', data, actor: actors.bank, time: opening, sequence: 3 } as StatechartEvent
    expect(chart.transition(h.current().state, event).context.movedOnward).toMatchObject([
      { childRequestId: child.requestId, proposed: null },
    ])
  })
})

describe('V26: a standing policy of the requesting country approves in advance', () => {
  const yen = (value: string) => ({ currency: 'JPY', value })
  const document = { ...request, payment: { ...request.payment, amount: yen('9000') } }
  const inYen = () => history(open(document), pass())
  const movedYen = (value: string, account: string, onward: Partial<OnwardPayment> = {}) =>
    command('ReportMovedOnward', { amount: yen(value), country: 'MY', onward: { ...onwardTo(account), ...onward } }, 'bank')

  test('an onward request of at least its minimum, and the fact has the policy', () => {
    const report = movedYen('300', '3')
    const h = inYen()
    h.give(report)
    const child = { requestId: childRequestIdOf(requestId, report.id), hop: 1 }
    expect(h.last()?.data).toMatchObject({ child, standingPolicy: { minimum: yen('300'), childrenMax: 2 } })
    expect(h.last()?.data).not.toHaveProperty('proposed')
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: yen('300'), childRequestId: child.requestId }])
  })

  test('not below its minimum, and not more often than it says, apart from requests that officers decide', () => {
    const h = inYen()
    h.give(movedYen('299', '3'))
    h.give(follow(3))
    for (const account of ['4', '5', '6']) h.give(movedYen('300', account))
    expect(h.view().movedOnward.map(({ report }) => report)).toEqual([undefined, undefined, undefined, 7])
    h.give(follow(7))
    expect(h.view().movedOnward[3]).toHaveProperty('childRequestId')
  })

  test('not for exchanged money, because the amounts cannot be compared', () => {
    const h = inYen()
    h.give(movedYen('300', '3', { amount: usd('2000000.00') }))
    h.give(movedYen('300', '4', { amount: yen('300') }))
    expect(h.view().movedOnward.map(({ report }) => report)).toEqual([3, undefined])
  })

  test('not without a possible onward request', () => {
    const h = inYen()
    h.give({ ...movedYen('300', '3'), data: { amount: yen('300'), country: 'VU', onward: onwardTo('3') } } as Command)
    expect(h.last()?.data).toMatchObject({ childless: 'DENIED_COUNTRY' })
  })

  test('not with an invalid minimum', () => {
    const unreadable = { ...policy, standingPolicyFor: () => ({ minimum: yen('0.5'), childrenMax: 2 }) }
    const decision = decide(inYen().current(), movedYen('300', '3'), unreadable)
    expect(decision.outcome === 'fact' && decision.fact.data).toHaveProperty('proposed')
  })
})

describe('V26: an onward request that the engine opens', () => {
  const places = [destinationIdOf('TL', '2'), destinationIdOf('TH', '7')]
  const childDocument = {
    ...request,
    beneficiaryCountry: 'MY',
    parent: { requestId, hop: 1 },
    payment: { ...request.payment, creditor: { name: 'A mule', account: { other: '3' } } },
  }
  const openChild = (more: object = {}) => command('OpenRequest', { request: childDocument, lineage: places, ...more }, 'dispatch')
  const bank = 'MY/institution/a.bank'

  test('shows its parent', () => {
    const h = history(openChild())
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view().parent).toEqual({ requestId, hop: 1 })
    expect(h.last()).toMatchObject({ actor: actors.dispatch, data: { lineage: places } })
  })

  test('cannot lead back to an earlier account of the money', () => {
    for (const [country, account] of [
      ['TL', '2'],
      ['TH', '7'],
      ['MY', '3'],
    ] as const) {
      const h = history(openChild(), pass())
      h.give({ ...moved('1.00', { country, onward: onwardTo(account) }), actor: bank })
      expect(h.last()?.data, country).toMatchObject({ childless: 'HOP_CYCLE' })
    }
  })

  test('is opened by dispatch, and by no other service', () => {
    for (const actor of [actors.validation, actors.clock])
      expect(decide(undefined, { ...openChild(), actor }, policy)).toMatchObject({
        outcome: 'dropped',
        dropReason: 'late',
        refusal: { code: 'NOT_PERMITTED' },
      })
    expect(history(openChild()).give(openChild())).toMatchObject({
      outcome: 'dropped',
      dropReason: 'late',
      refusal: { code: 'ALREADY_OPEN' },
    })
  })

  const said = 'only the engine may set the lineage, and only in an onward request'

  test('only the engine may set the lineage', () => {
    for (const lineage of [places, []])
      expect(decide(undefined, command('OpenRequest', { request: childDocument, lineage }, 'officer'), policy)).toEqual({
        outcome: 'dropped',
        dropReason: 'stray',
        refusal: { code: 'NOT_PERMITTED', message: said },
      })
    // A member may name a parent in its own request. The rules check it against the parent.
    expect(decide(undefined, command('OpenRequest', { request: childDocument }, 'officer'), policy).outcome).toBe('fact')
  })

  test('is refused without a parent or a lineage', () => {
    for (const data of [{ request, lineage: places }, { request: childDocument }])
      expect(decide(undefined, command('OpenRequest', data, 'dispatch'), policy)).toEqual({
        outcome: 'dropped',
        dropReason: 'late',
        refusal: { code: 'NOT_PERMITTED', message: said },
      })
  })

  test('keeps its parent, so a corrected document cannot escape the hop limit', () => {
    const others = [
      { ...childDocument, parent: undefined },
      { ...childDocument, parent: { requestId, hop: 2 } },
      { ...childDocument, parent: { requestId: childRequestIdOf(requestId, 'another'), hop: 1 } },
    ].map(({ parent, ...document }) => (parent ? { ...document, parent } : document))
    for (const document of others) {
      const asked = history(openChild(), ask('validation'))
      const decision = asked.give(correct(document))
      expect(codeOf(decision)).toBe('NOT_PERMITTED')
      expect(messageOf(decision)).toBe('the engine opened this onward request, so its parent cannot change')
      const ended = history(openChild(), reject('validation'))
      expect(codeOf(ended.give(reopen(document)))).toBe('NOT_PERMITTED')
    }
    const corrected = history(openChild(), ask('validation'), correct({ ...childDocument, requestedAmount: usd('5.00') }))
    expect(corrected.states()).toEqual(['received.assessing'])
    expect(corrected.view().parent).toEqual({ requestId, hop: 1 })
  })

  test('the parent of a request that a member sent can be corrected', () => {
    const { parent: _parent, ...without } = { ...childDocument, beneficiaryCountry: 'TL' }
    const h = history(open({ ...request, parent: { requestId, hop: 1 } }), ask('validation'))
    h.give(correct(without))
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view()).not.toHaveProperty('parent')
  })

  test('can have an onward request itself', () => {
    const h = history(openChild(), pass())
    h.give({ ...freeze('1000.00'), actor: bank })
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.last()).toMatchObject({ requestingcountry: 'SG', beneficiarycountry: 'MY' })
  })
})
