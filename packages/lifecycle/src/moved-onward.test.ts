import { type Command, childRequestIdOf, destinationIdOf, isFact, type OnwardPayment } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
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
} from '../test/world.ts'
import { decide } from './decide.ts'
import type { StatechartEvent } from './event.ts'
import { transition } from './transition.ts'

/** Where the money went: an account in the country of the report. */
const onwardTo = (account: string): OnwardPayment => ({
  rail: 'SWIFT',
  executedAt: '2024-07-23T18:00:00+09:00',
  creditor: { name: 'A mule', account: { other: account } },
  creditorAgent: { bic: 'EXMPMYKL' },
})

const verified = () => history(open(), pass())

describe('money that moved onward', () => {
  test('before any is held: a part leaves the rest to be found, all of it ends the request', () => {
    const h = verified()
    h.give(moved('400.00'))
    expect(h.states()).toEqual(['verified.ordering'])
    expect(h.view().movedOnward).toMatchObject([{ country: 'MY', amount: usd('400.00') }])
    h.give(moved('600.00', { country: 'PH' }))
    expect(h.states()).toEqual(['closed.movedOnward'])
    expect(h.view().movedOnward.map(({ country, amount }) => `${country} ${amount.value}`)).toEqual(['MY 400.00', 'PH 600.00'])
    expect(h.view().amounts).toMatchObject({ movedOnward: usd('1000.00'), frozen: usd('0.00') })
  })

  test('and nothing else of it is there: the request ends as moved onward, not as without funds', () => {
    for (const given of [noFunds(), notFound()]) {
      const h = verified()
      h.give(moved('400.00'))
      h.give(given)
      expect(h.states()).toEqual(['closed.movedOnward'])
    }
  })

  test('V19: more than was requested does not move onward', () => {
    const decision = verified().give(moved('1000.01'))
    expect(codeOf(decision)).toBe('AMOUNT_EXCEEDED')
  })

  test('while a part is held: the rest may have moved, and the part stays held', () => {
    const h = frozen('600.00')
    h.give(moved('400.00'))
    expect(h.states()[0]).toBe('frozen.coverage.partial')
    expect(h.view().amounts).toMatchObject({ frozen: usd('600.00'), movedOnward: usd('400.00') })
    h.both('InitiateReturn')
    expect(h.states()[2]).toBe('frozen.recovery.returning')
  })

  test('nothing of an amount that is held in full has moved', () => {
    const h = frozen('1000.00')
    expect(codeOf(h.give(moved('0.01')))).toBe('AMOUNT_EXCEEDED')
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })

  test('it is not reported of a request that is not verified', () => {
    const decision = history(open()).give(moved('1.00'))
    expect(codeOf(decision)).toBe('WRONG_STATE')
    expect(messageOf(decision)).toBe('ReportMovedOnward is not possible in state received.assessing, sequence 1')
  })

  test('also where a question is open, or the order acknowledged', () => {
    const h = verified()
    h.give(ask('bank'))
    h.give(moved('1000.00'))
    expect(h.states()).toEqual(['closed.movedOnward'])
  })
})

describe('V26: a child request is proposed to follow the money', () => {
  test('one hop on, with an id that is the same wherever it is made', () => {
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

  test('each report has a child of its own', () => {
    const h = verified()
    h.give(moved('400.00', { onward: onwardTo('3') }))
    h.give(moved('300.00', { onward: onwardTo('4') }))
    for (const { report } of h.view().movedOnward) h.give(follow(report))
    expect(new Set(h.view().movedOnward.map(({ childRequestId }) => childRequestId)).size).toBe(2)
  })

  test('also of what moved while a part is held', () => {
    const h = frozen('600.00')
    h.give(moved('400.00', { onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ proposed: { hop: 1 } })
  })

  test.each([
    ['SAME_COUNTRY', 'into the requesting country', { country: 'SG', onward: onwardTo('3') }],
    ['NOT_A_MEMBER', 'where no request can go', { country: 'XX', onward: onwardTo('3') }],
    ['DENIED_COUNTRY', 'to a country that must not be told', { country: 'VU', onward: onwardTo('3') }],
    ['NO_PARTICULARS', 'and nobody says where to', { country: 'MY' }],
    ['HOP_CYCLE', 'back to the account it came from', { country: 'TL', onward: onwardTo('2') }],
  ] as const)('none, as %s: it moved %s', (childless, _where, more) => {
    const h = verified()
    h.give(moved('400.00', more))
    expect(h.last()?.data).toMatchObject({ childless })
    expect(h.last()?.data).not.toHaveProperty('proposed')
    expect(h.view().movedOnward).toEqual([{ country: more.country, amount: usd('400.00'), childless }])
  })

  test('a request that names no country to be kept from is kept from none', () => {
    const { deniedTo: _deniedTo, ...handling } = request.handling
    const h = history(open({ ...request, handling }), pass())
    h.give(moved('400.00', { country: 'VU', onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ proposed: { hop: 1 } })
  })

  test('another account of the same number is another place in another country, as is another account in the same one', () => {
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

describe('V26: nothing follows the money before its requester agrees', () => {
  const waiting = (...more: readonly Command[]) => history(open(), pass(), moved('400.00', { onward: onwardTo('3') }), ...more)
  const proposedIn = (h: History) => {
    const report = h.facts.find(fact => isFact(fact, 'MovedOnwardReported'))
    return report && isFact(report, 'MovedOnwardReported') ? report.data.proposed : undefined
  }

  test('an officer of it agrees, and the fact names report, country, amount and child', () => {
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

  test('twice is once, whoever says it', () => {
    const h = waiting(follow(3))
    const again = h.give(follow(3, 'secondOfficer'))
    expect(codeOf(again)).toBe('WRONG_STATE')
    expect(messageOf(again)).toMatch(/^fact 3 is followed already, by request [0-9a-f-]{36} \(state verified.ordering, sequence 4\)$/)
    expect(codeOf(h.give(declineOnward(3)))).toBe('WRONG_STATE')
  })

  test.each([
    ['the opening', 1, 'fact 1 reports no money that moved onward'],
    ['what is not there', 77, 'fact 77 reports no money that moved onward'],
    ['what nothing can follow', 4, 'fact 4 reports money that no request can follow, NO_PARTICULARS'],
  ])('%s is not followed', (_what, report, message) => {
    const h = waiting(moved('1.00'))
    for (const given of [follow(report), declineOnward(report)]) {
      const decision = h.give(given)
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringContaining(message)])
    }
  })

  test('a no settles it, is said once, and can be taken back', () => {
    const h = waiting(declineOnward(3))
    expect(h.last()?.data).toMatchObject({ report: 3, reason: 'It went back', country: 'MY', amount: usd('400.00') })
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: usd('400.00'), report: 3, declined: true }])
    expect(messageOf(h.give(declineOnward(3)))).toContain('fact 3 has been declined')
    h.give(follow(3))
    expect(h.view().movedOnward).toMatchObject([{ childRequestId: proposedIn(h)?.requestId }])
    expect(h.view().movedOnward[0]).not.toHaveProperty('declined')
  })

  test.each([
    [
      'of all of it, which ends the request',
      () => history(open(), pass(), moved('1000.00', { onward: onwardTo('3') })),
      'closed.movedOnward',
    ],
    [
      'while a part is held',
      () => history(open(), pass(), freeze('600.00'), moved('400.00', { onward: onwardTo('3') })),
      'frozen.coverage.partial',
    ],
    ['once it was withdrawn', () => waiting(withdraw()), 'closed.withdrawn'],
    ['once it was rejected', () => waiting(reject()), 'closed.rejected'],
    ['once it was reopened', () => waiting(noFunds(), reopen()), 'received.assessing'],
    ['while a question is open', () => waiting(ask('bank')), 'verified.awaitingInformation'],
    ['once what was held is back', recovered, 'recovered'],
  ] as const)('also %s: it changes nothing else', (_when, world, state) => {
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
    ['is kept from that country', { ...request, handling: { ...request.handling, deniedTo: ['MY'] } }, 'DENIED_COUNTRY'],
    ['has come as far as is followed', { ...request, parent: { requestId, hop: 3 } }, 'HOP_LIMIT'],
    [
      'is about the very account that the money went to',
      { ...request, payment: { ...request.payment, creditor: { name: 'A mule', account: { other: '3' } } } },
      'HOP_CYCLE',
    ],
  ])('a request that by now %s is not followed any more; the report waits on, to be declined', (_what, document, reason) => {
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
      `no request can follow the money of fact 3 any more: ${reason}`,
    ])
    expect(h.view().movedOnward).toMatchObject([{ report: 3 }])
    expect(codeOf(h.give(declineOnward(3)))).toBeUndefined()
  })

  test('nor back to the account that it left, whatever account the document is about by now', () => {
    const elsewhere = { ...request, payment: { ...request.payment, creditor: { name: 'Another', account: { other: '9' } } } }
    const h = history(open(), pass(), moved('400.00', { country: 'TL', onward: onwardTo('9') }), noFunds(), reopen(elsewhere))
    expect(codeOf(h.give(follow(3)))).toBe('NOT_FOLLOWED')
    expect(h.current().state.context.movedOnward[0]?.proposed).toMatchObject({
      from: destinationIdOf('TL', '2'),
      to: destinationIdOf('TL', '9'),
    })
  })

  test('nor where the country is no member any more', () => {
    const h = waiting()
    const decision = decide(h.current(), follow(3), { ...policy, isReachable: () => false })
    expect([codeOf(decision), messageOf(decision)]).toEqual(['NOT_FOLLOWED', expect.stringContaining('NOT_A_MEMBER')])
  })

  test('its officer alone says so: no system, no bank, no desk, no stranger', () => {
    for (const actor of ['system', 'bank', 'fiu', 'desk', 'judge', 'beneficiarySystem', 'dispatch', 'validation'] as const)
      for (const given of [follow(3, actor), declineOnward(3, actor)]) expect(codeOf(waiting().give(given)), actor).toBe('NOT_PERMITTED')
    expect(codeOf(waiting().give(follow(3, 'stranger')))).toBe('NOT_PERMITTED')
  })

  test('a fold takes no word on what does not wait', () => {
    const h = waiting(follow(3))
    const { state, sequence } = h.current()
    const data = { report: 3, country: 'MY', amount: usd('400.00'), child: { requestId, hop: 1 }, reason: 'It went back' }
    for (const type of ['OnwardFollowed', 'OnwardDeclined'] as const)
      for (const report of [1, 3])
        expect(
          transition(state, {
            type,
            data: { ...data, report },
            actor: actors.officer,
            time: opening,
            sequence: sequence + 1,
          } as StatechartEvent),
        ).toBe(state)
  })

  test('a report of an older ledger, whose child opened at once, has its child', () => {
    const h = verified()
    const child = { requestId: childRequestIdOf(requestId, 'a report'), hop: 1 }
    const data = { amount: usd('400.00'), country: 'MY', onward: onwardTo('3'), child }
    const event = { type: 'MovedOnwardReported', data, actor: actors.bank, time: opening, sequence: 3 } as StatechartEvent
    expect(transition(h.current().state, event).context.movedOnward).toMatchObject([{ childRequestId: child.requestId, proposed: null }])
  })
})

describe('V26: a standing policy of the requesting country agrees beforehand', () => {
  const yen = (value: string) => ({ currency: 'JPY', value })
  const document = { ...request, payment: { ...request.payment, amount: yen('9000') } }
  const inYen = () => history(open(document), pass())
  const movedYen = (value: string, account: string, onward: Partial<OnwardPayment> = {}) =>
    command('ReportMovedOnward', { amount: yen(value), country: 'MY', onward: { ...onwardTo(account), ...onward } }, 'bank')

  test('to a child for as much as its minimum, and the fact says by which policy', () => {
    const report = movedYen('300', '3')
    const h = inYen()
    h.give(report)
    const child = { requestId: childRequestIdOf(requestId, report.id), hop: 1 }
    expect(h.last()?.data).toMatchObject({ child, standingPolicy: { minimum: yen('300'), childrenMax: 2 } })
    expect(h.last()?.data).not.toHaveProperty('proposed')
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: yen('300'), childRequestId: child.requestId }])
  })

  test('not for less, and not oftener than it says: what waits or was agreed to by an officer does not count', () => {
    const h = inYen()
    h.give(movedYen('299', '3'))
    h.give(follow(3))
    for (const account of ['4', '5', '6']) h.give(movedYen('300', account))
    expect(h.view().movedOnward.map(({ report }) => report)).toEqual([undefined, undefined, undefined, 7])
    h.give(follow(7))
    expect(h.view().movedOnward[3]).toHaveProperty('childRequestId')
  })

  test('not where the money was exchanged on its way, as the amounts can not be compared', () => {
    const h = inYen()
    h.give(movedYen('300', '3', { amount: usd('2000000.00') }))
    h.give(movedYen('300', '4', { amount: yen('300') }))
    expect(h.view().movedOnward.map(({ report }) => report)).toEqual([3, undefined])
  })

  test('not to what nothing may follow', () => {
    const h = inYen()
    h.give({ ...movedYen('300', '3'), data: { amount: yen('300'), country: 'VU', onward: onwardTo('3') } } as Command)
    expect(h.last()?.data).toMatchObject({ childless: 'DENIED_COUNTRY' })
  })

  test('not with a minimum that can not be read', () => {
    const unreadable = { ...policy, followsOnward: () => ({ minimum: yen('0.5'), childrenMax: 2 }) }
    const decision = decide(inYen().current(), movedYen('300', '3'), unreadable)
    expect(decision.outcome === 'fact' && decision.fact.data).toHaveProperty('proposed')
  })
})

describe('V26: a child that the engine opens', () => {
  const places = [destinationIdOf('TL', '2'), destinationIdOf('TH', '7')]
  const childDocument = {
    ...request,
    beneficiaryCountry: 'MY',
    parent: { requestId, hop: 1 },
    payment: { ...request.payment, creditor: { name: 'A mule', account: { other: '3' } } },
  }
  const openChild = (more: object = {}) => command('OpenRequest', { request: childDocument, lineage: places, ...more }, 'dispatch')
  const bank = 'MY/institution/a.bank'

  test('knows its parent, and shows it', () => {
    const h = history(openChild())
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view().parent).toEqual({ requestId, hop: 1 })
    expect(h.last()).toMatchObject({ actor: actors.dispatch, data: { lineage: places } })
  })

  test('is not followed back to any place where the money has been', () => {
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

  test('is opened by the engine’s dispatch and nobody else of the engine', () => {
    for (const actor of [actors.validation, actors.clock])
      expect(decide(undefined, { ...openChild(), actor }, policy)).toMatchObject({
        outcome: 'dropped',
        because: 'late',
        refusal: { code: 'NOT_PERMITTED' },
      })
    expect(history(openChild()).give(openChild())).toMatchObject({ outcome: 'dropped', because: 'late', refusal: { code: 'ALREADY_OPEN' } })
  })

  const said = 'where the money was before is for the engine to say, of a child request'

  test('a member is not believed where the money was before', () => {
    for (const lineage of [places, []])
      expect(decide(undefined, command('OpenRequest', { request: childDocument, lineage }, 'officer'), policy)).toEqual({
        outcome: 'dropped',
        because: 'stray',
        refusal: { code: 'NOT_PERMITTED', message: said },
      })
    // Of its own request a member may say what it follows; the rules hold that against the parent.
    expect(decide(undefined, command('OpenRequest', { request: childDocument }, 'officer'), policy).outcome).toBe('fact')
  })

  test('the engine opens no request without a parent, and none without saying where the money was', () => {
    for (const data of [{ request, lineage: places }, { request: childDocument }])
      expect(decide(undefined, command('OpenRequest', data, 'dispatch'), policy)).toEqual({
        outcome: 'dropped',
        because: 'late',
        refusal: { code: 'NOT_PERMITTED', message: said },
      })
  })

  test('keeps its parent: no corrected document takes it from under the limit of hops', () => {
    const others = [
      { ...childDocument, parent: undefined },
      { ...childDocument, parent: { requestId, hop: 2 } },
      { ...childDocument, parent: { requestId: childRequestIdOf(requestId, 'another'), hop: 1 } },
    ].map(({ parent, ...document }) => (parent ? { ...document, parent } : document))
    for (const document of others) {
      const asked = history(openChild(), ask('validation'))
      const decision = asked.give(correct(document))
      expect(codeOf(decision)).toBe('NOT_PERMITTED')
      expect(messageOf(decision)).toBe('the engine opened this request for money that moved onward: what it follows does not change')
      const ended = history(openChild(), reject('validation'))
      expect(codeOf(ended.give(reopen(document)))).toBe('NOT_PERMITTED')
    }
    const corrected = history(openChild(), ask('validation'), correct({ ...childDocument, requestedAmount: usd('5.00') }))
    expect(corrected.states()).toEqual(['received.assessing'])
    expect(corrected.view().parent).toEqual({ requestId, hop: 1 })
  })

  test('of a child that a member sent, the requester may correct what it follows', () => {
    const { parent: _parent, ...without } = { ...childDocument, beneficiaryCountry: 'TL' }
    const h = history(open({ ...request, parent: { requestId, hop: 1 } }), ask('validation'))
    h.give(correct(without))
    expect(h.states()).toEqual(['received.assessing'])
    expect(h.view()).not.toHaveProperty('parent')
  })

  test('its money moves as any other', () => {
    const h = history(openChild(), pass())
    h.give({ ...freeze('1000.00'), actor: bank })
    expect(h.states()[0]).toBe('frozen.coverage.full')
    expect(h.last()).toMatchObject({ requestingcountry: 'SG', beneficiarycountry: 'MY' })
  })
})
