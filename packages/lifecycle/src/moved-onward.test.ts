import { childRequestIdOf, type OnwardPayment, placeIdOf } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../test/policy.ts'
import {
  actors,
  ask,
  codeOf,
  command,
  correct,
  freeze,
  frozen,
  history,
  messageOf,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  reject,
  reopen,
  request,
  requestId,
  usd,
} from '../test/world.ts'
import { decide } from './decide.ts'

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

describe('V26: a child request follows the money', () => {
  test('one hop on, with an id that is the same wherever it is made', () => {
    const report = moved('400.00', { onward: onwardTo('3') })
    const h = verified()
    h.give(report)
    const child = { requestId: childRequestIdOf(requestId, report.id), hop: 1 }
    expect(h.last()?.data).toMatchObject({ child, onward: { creditor: { account: { other: '3' } } } })
    expect(h.last()?.data).not.toHaveProperty('childless')
    expect(h.view().movedOnward).toEqual([{ country: 'MY', amount: usd('400.00'), childRequestId: child.requestId }])
    const again = verified()
    again.give(report)
    expect(again.last()?.data).toEqual(h.last()?.data)
  })

  test('each report has a child of its own', () => {
    const h = verified()
    h.give(moved('400.00', { onward: onwardTo('3') }))
    h.give(moved('300.00', { onward: onwardTo('4') }))
    expect(new Set(h.view().movedOnward.map(({ childRequestId }) => childRequestId)).size).toBe(2)
  })

  test('also of what moved while a part is held', () => {
    const h = frozen('600.00')
    h.give(moved('400.00', { onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ child: { hop: 1 } })
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
    expect(h.last()?.data).not.toHaveProperty('child')
    expect(h.view().movedOnward).toEqual([{ country: more.country, amount: usd('400.00'), childless }])
  })

  test('a request that names no country to be kept from is kept from none', () => {
    const { deniedTo: _deniedTo, ...handling } = request.handling
    const h = history(open({ ...request, handling }), pass())
    h.give(moved('400.00', { country: 'VU', onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject({ child: { hop: 1 } })
  })

  test('another account of the same number is another place in another country, as is another account in the same one', () => {
    for (const more of [
      { country: 'MY', onward: onwardTo('2') },
      { country: 'TL', onward: onwardTo('3') },
    ]) {
      const h = verified()
      h.give(moved('400.00', more))
      expect(h.last()?.data).toMatchObject({ child: { hop: 1 } })
    }
  })

  test.each([
    [2, { child: { hop: 3 } }],
    [3, { childless: 'HOP_LIMIT' }],
  ])('after %i hops: %o', (hop, expected) => {
    const h = history(open({ ...request, parent: { requestId, hop } }), pass())
    h.give(moved('400.00', { onward: onwardTo('3') }))
    expect(h.last()?.data).toMatchObject(expected)
  })
})

describe('V26: a child that the engine opens', () => {
  const places = [placeIdOf('TL', '2'), placeIdOf('TH', '7')]
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
