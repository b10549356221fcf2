import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import { refusalOf, verified } from '../../test/lifecycle/refusal.ts'
import { freeze, frozen, giveBack, moved, noFunds, notFound, pass, reopen, request, usd, withdraw } from '../../test/lifecycle/world.ts'
import { actionsOf } from './action-views.ts'
import { correctionHint, reopeningHint } from './contradiction.ts'
import { evolve } from './decide.ts'

const reasons = ['AC03', 'AC04', 'NOOR'] as const

describe('an answer that contradicts an earlier report', () => {
  test.each(reasons)('is refused if money is on hold and it says not found (%s)', reason => {
    const h = frozen('600.00')
    h.give(noFunds())
    const refusal = refusalOf(h, notFound(reason))
    expect(refusal.code).toBe('WRONG_STATE')
    expect(refusal.message).toContain('money of this payment is on hold or was returned, so the payment was found')
    expect(refusal.message).toContain('answer noFunds')
    expect(h.view()).toMatchObject({ shortfallReason: 'AM04', amounts: { frozen: usd('600.00') } })
    expect(h.lastRefused()?.data).toMatchObject({ command: 'ReportNotFound', data: { reason } })
  })

  test.each(reasons)('is refused if money was returned (%s)', reason => {
    const h = frozen('600.00', '300.00')
    h.both('InitiateReturn')
    h.give(giveBack('600.00'))
    expect(refusalOf(h, notFound(reason)).code).toBe('WRONG_STATE')
  })

  test.each(['AC03', 'NOOR'] as const)('is refused if money moved onward (%s)', reason => {
    const h = verified(moved('400.00'))
    expect(refusalOf(h, notFound(reason))).toMatchObject({
      code: 'WRONG_STATE',
      message: expect.stringContaining('money of this payment has moved onward, so the payment was found'),
    })
    expect(h.states()).toEqual(['verified.ordering'])
  })

  test('is not offered among the actions', () => {
    const h = frozen('600.00')
    const { actor } = notFound()
    const asking = { by: { actor }, time: freeze('1.00').time, document: request, proposedIn: () => undefined }
    expect(actionsOf(h.current(), asking, policy).find(each => each.command === 'ReportNotFound')).toMatchObject({ code: 'WRONG_STATE' })
  })
})

describe('the refusal of a contradiction says what to do', () => {
  const ended = verified(notFound('NOOR'))

  test.each([
    ['not found, while a part is on hold', frozen('600.00'), notFound('NOOR'), 'WRONG_STATE', correctionHint],
    ['not found, while all of it is on hold', frozen('1000.00'), notFound('NOOR'), 'WRONG_STATE', correctionHint],
    ['no funds, while all of it is on hold', frozen('1000.00'), noFunds(), 'WRONG_STATE', correctionHint],
    ['all moved onward, while money is on hold', frozen('600.00'), moved('1000.00'), 'AMOUNT_EXCEEDED', correctionHint],
    ['another hold, while money is on hold', frozen('600.00'), freeze('500.00'), 'AMOUNT_EXCEEDED', correctionHint],
    ['a hold, after money moved onward', verified(moved('600.00')), freeze('1000.00'), 'AMOUNT_EXCEEDED', correctionHint],
    ['a hold, after a wrong answer ended the request', ended, freeze('600.00'), 'WRONG_STATE', reopeningHint],
    ['no funds, after a wrong answer ended the request', ended, noFunds(), 'WRONG_STATE', reopeningHint],
    ['not found, after a wrong answer ended the request', verified(noFunds()), notFound('NOOR'), 'WRONG_STATE', reopeningHint],
    ['moved onward, after a wrong answer ended the request', ended, moved('400.00'), 'WRONG_STATE', reopeningHint],
    ['a hold, after all money moved onward', verified(moved('1000.00')), freeze('1.00'), 'WRONG_STATE', reopeningHint],
  ])('%s', (_answer, h, given, code, how) => {
    expect(refusalOf(h, given)).toEqual({ code, message: expect.stringContaining(how) })
  })

  test('has no such hint without an earlier report', () => {
    expect(refusalOf(verified(), freeze('1000.01')).message).not.toContain(correctionHint)
    expect(refusalOf(verified(withdraw()), freeze('1.00')).message).not.toContain(reopeningHint)
  })
})

describe('not a contradiction is', () => {
  test('a closed account that money has left', () => {
    const h = verified(moved('400.00'))
    h.give(notFound('AC04'))
    expect(h.states()).toEqual(['closed.movedOnward'])
  })

  test('more money that is found after a report of no more money', () => {
    const h = frozen('600.00')
    h.give(noFunds())
    expect(h.give(freeze('100.00')).outcome).toBe('fact')
    expect(h.view()).toMatchObject({ amounts: { frozen: usd('700.00') } })
    expect(h.view()).not.toHaveProperty('shortfallReason')
  })

  test('money that is found after the request ended as not found and was reopened', () => {
    const h = verified(notFound('NOOR'))
    expect(refusalOf(h, freeze('600.00')).code).toBe('WRONG_STATE')
    h.give(reopen())
    h.give(pass())
    expect(h.give(freeze('600.00')).outcome).toBe('fact')
  })
})

test('a history of an older version with the contradiction as a fact keeps its resulting state', () => {
  const h = frozen('600.00')
  h.give(noFunds())
  const [last] = h.facts.slice(-1)
  if (!last) throw new Error('there is no fact')
  const before = evolve(evolve(undefined, h.facts[0] ?? last).snapshot, h.facts[1] ?? last).snapshot
  const held = evolve(before, h.facts[2] ?? last).snapshot
  const older = { ...last, type: 'holdfast.fact.v1.NotFoundReported', data: { ...last.data, reason: 'NOOR' } } as typeof last
  const { accepted, snapshot } = evolve(held, older)
  expect([accepted, snapshot?.state.context.shortfall?.reason]).toEqual([true, 'NOOR'])
})
