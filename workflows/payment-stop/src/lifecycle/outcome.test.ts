import { describe, expect, test } from 'vitest'
import {
  approve,
  ask,
  asking,
  at,
  command,
  correct,
  expired,
  freeze,
  frozen,
  giveBack,
  type History,
  history,
  moved,
  noFunds,
  notFound,
  open,
  pass,
  propose,
  reject,
  reopen,
  request,
  requestId,
  review,
  takeBack,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { outcomeSchema } from '../language/index.ts'
import { outcomeOf } from './outcome.ts'

const outcome = (h: History) => {
  const report = outcomeOf(h.current())
  expect(h.view().outcome).toEqual(report)
  if (report) expect(outcomeSchema.parse(report)).toEqual(report)
  return report
}
const doneByTwo = (kind: 'Release' | 'CloseUnrecovered' | 'Withdraw') => {
  const h = frozen('920.00')
  h.both(kind)
  return h
}

describe('V29: an ended request has an outcome', () => {
  test('and an open one has none', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('920.00'), history(open(), reject(), reopen())])
      expect(outcome(h)).toBeUndefined()
  })

  test.each([
    ['closed.rejected', 'IMMUNITY', () => history(open(), reject())],
    [
      'closed.duplicate',
      undefined,
      () => history(open(), command('MarkDuplicate', { standingRequestId: requestId, findings: [] }, 'validation')),
    ],
    ['closed.withdrawn', undefined, () => history(open(), withdraw())],
    ['closed.noFunds', 'AM04', () => history(open(), pass(), noFunds())],
    ['closed.notFound', 'AC03', () => history(open(), pass(), notFound('AC03'))],
    ['closed.movedOnward', undefined, () => history(open(), pass(), moved('1000.00'))],
    ['closed.movedOnward', 'AM04', () => history(open(), pass(), moved('1.00'), noFunds())],
    ['closed.movedOnward', 'AC04', () => history(open(), pass(), moved('1.00'), notFound('AC04'))],
    ['closed.released', 'WRONG_PARTY', () => doneByTwo('Release')],
    ['closed.unrecovered', 'FORFEITED', () => doneByTwo('CloseUnrecovered')],
    ['closed.withdrawn', undefined, () => doneByTwo('Withdraw')],
    ['closed.expired', undefined, () => history(open(), pass(), freeze('920.00'), expired(at(168)))],
    ['recovered', undefined, () => recovered()],
  ])('with its end (%s) and reason (%s)', (end, reason, world) => {
    const report = outcome(world())
    expect(report).toMatchObject({ end })
    expect(report?.reason).toBe(reason)
  })

  test('with the returned money and its charges', () => {
    const h = history(open(), pass(), moved('80.00'), freeze('900.00'))
    h.both('InitiateReturn')
    h.give(giveBack('500.00', '3.00'))
    h.give(giveBack('390.00', '7.00'))
    expect(outcome(h)?.amounts).toEqual({
      requested: usd('1000.00'),
      frozen: usd('900.00'),
      recovered: usd('890.00'),
      charges: usd('10.00'),
      movedOnward: usd('80.00'),
      released: usd('0.00'),
    })
  })

  test('with released money, which counts as frozen and as released', () => {
    const h = frozen('500.00', '420.00')
    h.both('InitiateReturn')
    h.give(giveBack('100.00', '1.00'))
    h.both('CloseUnrecovered')
    expect(outcome(h)?.amounts).toEqual({
      requested: usd('1000.00'),
      frozen: usd('920.00'),
      recovered: usd('100.00'),
      charges: usd('1.00'),
      movedOnward: usd('0.00'),
      released: usd('819.00'),
    })
  })

  test('V19: without counting money twice that was released and frozen again', () => {
    const h = history(open(), pass(), freeze('1000.00'), expired(at(168)), reopen(undefined, 'officer', at(169)), pass(at(169)))
    h.give(freeze('1000.00', {}, at(170)))
    h.both('InitiateReturn', {}, at(171))
    h.give(giveBack('990.00', '10.00', at(172)))
    expect(outcome(h)?.amounts).toMatchObject({
      requested: usd('1000.00'),
      frozen: usd('1000.00'),
      recovered: usd('990.00'),
      released: usd('0.00'),
    })
  })

  test('V19: with no more frozen than a corrected document requests', () => {
    const h = history(open(), pass(), freeze('1000.00'), expired(at(168)), reopen(asking('300.00')), reject())
    expect(outcome(h)?.amounts).toMatchObject({ requested: usd('300.00'), frozen: usd('300.00'), released: usd('300.00') })
  })

  test('without amounts if the requested amount is invalid', () => {
    const h = history(open({ ...request, payment: { ...request.payment, amount: { currency: 'JPY', value: '10.50' } } }), reject())
    expect(outcome(h)).toEqual({ end: 'closed.rejected', reason: 'IMMUNITY', openedAt: at(0), endedAt: at(0) })
  })
})

describe('V29: the outcome has times in seconds from the opening', () => {
  test('to the verification, to the first hold, and to the last return', () => {
    const h = history(open(), pass(at(1)), freeze('500.00', {}, at(3)), freeze('420.00', {}, at(5)))
    h.both('InitiateReturn', {}, at(24))
    h.give(giveBack('900.00', undefined, at(48)))
    h.give(giveBack('20.00', undefined, at(72.5)))
    expect(outcome(h)).toMatchObject({
      openedAt: at(0),
      endedAt: at(72.5),
      secondsToVerify: 3_600,
      secondsToFreeze: 10_800,
      secondsToRecover: 261_000,
    })
  })

  test('for the steps that it reached', () => {
    expect(Object.keys(outcome(history(open(), reject())) ?? {})).not.toContain('secondsToVerify')
    const verified = history(open(), pass(at(1)), noFunds())
    expect(outcome(verified)).toMatchObject({ secondsToVerify: 3_600 })
    expect(outcome(verified)).not.toHaveProperty('secondsToFreeze')
    const held = history(open(), pass(at(1)), freeze('920.00', {}, at(2)), expired(at(170)))
    expect(outcome(held)).toMatchObject({ secondsToFreeze: 7_200, endedAt: at(170) })
    expect(outcome(held)).not.toHaveProperty('secondsToRecover')
  })

  test('in whole seconds, and never negative if clocks differ', () => {
    expect(outcome(history(open(), pass(new Date(Date.parse(at(0)) + 1_500).toISOString()), noFunds()))?.secondsToVerify).toBe(2)
    expect(outcome(history(open(), pass(at(-1)), noFunds()))?.secondsToVerify).toBe(0)
  })

  test('for verification by officers and by the rules', () => {
    const h = history(open(), review(), propose(), { ...approve(), time: at(2) }, noFunds())
    expect(outcome(h)).toMatchObject({ secondsToVerify: 7_200 })
  })

  test('to the first hold that was not corrected', () => {
    const corrected = history(open(), pass(at(1)), freeze('500.00', {}, at(3)), takeBack('frozen'), noFunds())
    expect(outcome(corrected)).not.toHaveProperty('secondsToFreeze')
    const heldAgain = history(open(), pass(at(1)), freeze('500.00', {}, at(3)), takeBack('frozen'), freeze('500.00', {}, at(5)))
    heldAgain.both('Release')
    expect(outcome(heldAgain)?.secondsToFreeze).toBe(18_000)
  })

  test('to the first other hold, even if that one ended before the correction', () => {
    const long = { basis: 'FIU_SUSPENSION', expiresAt: at(300) } as const
    const h = history(open(), pass(at(1)), freeze('100.00', long, at(2)), freeze('200.00', {}, at(3)), freeze('300.00', {}, at(4)))
    h.give(expired(at(171)))
    expect(h.view().amounts?.frozen).toEqual(usd('400.00'))
    h.give(takeBack('frozen', 3))
    h.both('Release')
    expect(outcome(h)?.secondsToFreeze).toBe(3 * 3600)
  })

  test('to the first occurrence, if it was reopened, verified and frozen again', () => {
    const h = history(open(), pass(at(1)), freeze('920.00', {}, at(2)), expired(at(170)), reopen(undefined, 'officer', at(200)))
    h.give(ask('validation'))
    h.give(correct(request))
    h.give(pass(at(201)))
    h.give(freeze('920.00', {}, at(202)))
    h.give(expired(at(370), at(371)))
    expect(outcome(h)).toMatchObject({ secondsToVerify: 3_600, secondsToFreeze: 7_200, endedAt: at(371), end: 'closed.expired' })
  })
})

test('V29: the reason is that of the latest end', () => {
  const h = history(open(), reject(), reopen(), withdraw())
  expect(outcome(h)).toMatchObject({ end: 'closed.withdrawn' })
  expect(outcome(h)).not.toHaveProperty('reason')
})

function recovered(): History {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  h.give(giveBack('920.00'))
  return h
}
