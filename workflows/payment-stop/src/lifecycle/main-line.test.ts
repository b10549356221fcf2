import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  answer,
  approve,
  ask,
  at,
  codeOf,
  command,
  freeze,
  frozen,
  giveBack,
  history,
  notFound,
  open,
  pass,
  propose,
  reject,
  request,
  requestId,
  review,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'

describe('the main line', () => {
  test('a request goes from received to recovered, with a partial return first', () => {
    const h = history(open())
    expect(h.states()).toEqual(['received.assessing'])
    h.give(pass())
    expect(h.states()).toEqual(['verified.ordering'])
    h.give(acknowledge())
    expect(h.states()).toEqual(['verified.ordered'])
    h.give(freeze('920.00'))
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle'])
    h.give(freeze('80.00'))
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.provisional', 'frozen.recovery.idle'])
    h.both('ConfirmFreeze')
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.confirmed', 'frozen.recovery.idle'])
    h.both('InitiateReturn')
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.confirmed', 'frozen.recovery.returning'])
    h.give(giveBack('500.00'))
    expect(h.states()).toEqual(['frozen.coverage.full', 'frozen.mandate.confirmed', 'frozen.recovery.partlyReturned'])
    h.give(giveBack('400.00'))
    expect(h.states()[2]).toBe('frozen.recovery.partlyReturned')
    h.give(giveBack('99.00', '1.00'))
    expect(h.view()).toMatchObject({
      phase: 'recovered',
      states: ['recovered'],
      amounts: { requested: usd('1000.00'), frozen: usd('1000.00'), recovered: usd('999.00'), charges: usd('1.00'), released: usd('0.00') },
    })
    expect(h.kinds()).toEqual([
      'RequestOpened',
      'RequestVerified',
      'OrderAcknowledged',
      'FreezeReported',
      'FreezeReported',
      'ActionProposed',
      'FreezeConfirmed',
      'ActionProposed',
      'ReturnInitiated',
      'ReturnReported',
      'ReturnReported',
      'ReturnReported',
    ])
  })

  test('the whole amount can be frozen at once, and returned at once', () => {
    const h = frozen('1000.00')
    expect(h.states()[0]).toBe('frozen.coverage.full')
    h.both('InitiateReturn')
    h.give(giveBack('1000.00'))
    expect(h.states()).toEqual(['recovered'])
  })

  test('each fact has the data of its command and the resulting state', () => {
    const given = {
      ...freeze('10.00'),
      time: at(2),
      correlationid: 'the-call',
      orderid: '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31',
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    }
    const h = history(open(), pass())
    h.give(given)
    expect(h.last()).toMatchObject({
      specversion: '1.0',
      source: '/holdfast/ledger',
      datacontenttype: 'application/json',
      type: 'holdfast.fact.v1.FreezeReported',
      subject: requestId,
      time: at(2),
      actor: given.actor,
      causationid: given.id,
      correlationid: 'the-call',
      orderid: given.orderid,
      traceparent: given.traceparent,
      sequence: 3,
      phase: 'frozen',
      requestingcountry: 'SG',
      beneficiarycountry: 'TL',
      prevhash: h.facts[1]?.hash,
    })
    expect(h.facts[0]).toMatchObject({ sequence: 1, phase: 'received', prevhash: '0'.repeat(64), correlationid: requestId })
    expect(h.facts[1]).toMatchObject({ phase: 'verified', correlationid: requestId })
    expect(h.facts[1]).not.toHaveProperty('traceparent')
  })

  test('a fact carries the correlation and trace of its cause', () => {
    const h = history({ ...open(), correlationid: 'the-call' })
    expect(h.last()).toMatchObject({ correlationid: 'the-call' })
  })

  test('the same command on the same history gives the same fact, byte for byte', () => {
    const given = [open(), pass(), freeze('10.00')]
    expect(history(...given).facts).toEqual(history(...given).facts)
  })

  test('a reader sees the request, the case and the last change', () => {
    const h = history(open())
    h.give(pass(at(1)))
    expect(h.view()).toMatchObject({
      requestId,
      caseReference: 'CASE-1',
      requestingCountry: 'SG',
      beneficiaryCountry: 'TL',
      sequence: 2,
      openedAt: at(0),
      updatedAt: at(1),
      revision: 1,
      movedOnward: [],
      proposals: [],
    })
    for (const absent of ['parent', 'shortfallReason', 'rejection', 'standingRequestId', 'outcome'])
      expect(h.view()).not.toHaveProperty(absent)
  })

  test('a request can be for less than the payment', () => {
    const h = history(open({ ...request, requestedAmount: usd('700.00') }), pass())
    h.give(freeze('700.00'))
    expect(h.states()[0]).toBe('frozen.coverage.full')
  })
})

describe('a request that ends before money is frozen', () => {
  const inAssessing = () => history(open())
  const inReview = () => history(open(), review())
  const inQuestion = () => history(open(), ask('validation'))
  const inOrdering = () => history(open(), pass())
  const inOrdered = () => history(open(), pass(), acknowledge())

  test.each([
    ['assessed', inAssessing],
    ['reviewed', inReview],
    ['asked about', inQuestion],
    ['ordered', inOrdering],
    ['acknowledged', inOrdered],
  ])('can be rejected, or withdrawn by one person, while it is %s', (_state, world) => {
    const rejected = world()
    rejected.give(reject())
    expect(rejected.states()).toEqual(['closed.rejected'])
    expect(rejected.view().rejection).toEqual({ code: 'IMMUNITY' })
    const withdrawn = world()
    withdrawn.give(withdraw())
    expect(withdrawn.states()).toEqual(['closed.withdrawn'])
  })

  test('is rejected by the rules, or is a duplicate that names the original request', () => {
    const rejected = history(open(), reject('validation'))
    expect(rejected.states()).toEqual(['closed.rejected'])
    const duplicate = history(open(), command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation'))
    expect(duplicate.states()).toEqual(['closed.duplicate'])
    expect(duplicate.view().standingRequestId).toBe(requestId)
  })

  test('can be a duplicate only while it is assessed', () => {
    const h = inReview()
    expect(codeOf(h.give(command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation')))).toBe('WRONG_STATE')
    expect(h.states()).toEqual(['received.awaitingReview'])
  })

  test.each([
    ['the money is gone (AM04)', command('ReportNoFunds', { reason: 'AM04' }, 'bank'), 'closed.noFunds'],
    ['the account is closed (AC04)', notFound('AC04'), 'closed.notFound'],
    ['the account is another (AC03)', notFound('AC03'), 'closed.notFound'],
    ['the payment never came (NOOR)', notFound('NOOR'), 'closed.notFound'],
  ])('ends when the bank reports that %s, with or without an acknowledgement', (_what, given, state) => {
    for (const world of [inOrdering, inOrdered]) {
      const h = world()
      h.give(given)
      expect(h.states()).toEqual([state])
    }
  })

  test('has no answer to an order that was not sent', () => {
    for (const world of [inAssessing, inReview, inQuestion])
      for (const given of [acknowledge(), freeze('1.00'), notFound(), giveBack('1.00')]) {
        const h = world()
        const before = h.states()
        expect(codeOf(h.give(given))).toBe('WRONG_STATE')
        expect(h.states()).toEqual(before)
      }
  })

  test('an order is acknowledged once, and not after a hold', () => {
    const h = inOrdered()
    expect(codeOf(h.give(acknowledge()))).toBe('WRONG_STATE')
    expect(codeOf(frozen('1.00').give(acknowledge()))).toBe('WRONG_STATE')
  })

  test('a frozen request cannot be rejected, reviewed or asked about', () => {
    for (const given of [reject(), review(), ask('bank'), ask('desk'), propose(), approve(), answer()]) {
      const h = frozen('1.00')
      const decision = h.give(given)
      expect(codeOf(decision)).toBe('WRONG_STATE')
      expect(h.view().phase).toBe('frozen')
    }
  })
})
