import { describe, expect, test } from 'vitest'
import { refusalOf, verified } from '../../test/lifecycle/refusal.ts'
import {
  actors,
  command,
  follow,
  freeze,
  from,
  frozen,
  giveBack,
  moved,
  noFunds,
  pass,
  proposalData,
  reopen,
  request,
  takeBack,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { parseSnapshot, serializeSnapshot } from './decide.ts'

const onward = {
  rail: 'SWIFT',
  executedAt: '2024-07-23T18:00:00+08:00',
  creditor: { name: 'A mule', account: { other: '3' } },
  creditorAgent: { bic: 'EXMPMYKL' },
} as const

describe('an institution can correct', () => {
  test('its only hold, and then has to execute the order again', () => {
    const h = frozen('400.00')
    expect(h.give(takeBack('frozen')).outcome).toBe('fact')
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.AnswerCorrected',
      data: { corrects: 'frozen', report: 3, amount: usd('400.00'), reason: 'It was another account' },
    })
    expect(h.states()).toEqual(['verified.ordered'])
    expect(h.view().amounts).toMatchObject({ frozen: usd('0.00'), released: usd('0.00') })
    expect(h.view().deadlines.map(({ kind }) => kind)).toEqual(['execute', 'executeHard'])
    expect(h.give(freeze('1000.00')).outcome).toBe('fact')
    expect(h.states()).toContain('frozen.coverage.full')
  })

  test('one of its holds, while the others keep their ends and proposals', () => {
    const h = frozen('400.00', '600.00')
    expect(h.states()).toContain('frozen.coverage.full')
    h.give(command('ConfirmFreeze', proposalData.ConfirmFreeze, 'judge'))
    expect(h.give(takeBack('frozen', 3)).outcome).toBe('fact')
    expect(h.states()).toEqual(['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle'])
    expect(h.view()).toMatchObject({ amounts: { frozen: usd('600.00') }, proposals: [{ command: 'ConfirmFreeze' }] })
    expect(h.give(freeze('400.00')).outcome).toBe('fact')
  })

  test('a report of money moved onward, which can then be frozen', () => {
    const h = verified(moved('400.00', { onward }), moved('100.00'))
    expect(h.give(takeBack('movedOnward', 3)).outcome).toBe('fact')
    expect(h.view()).toMatchObject({ amounts: { movedOnward: usd('100.00') }, movedOnward: [{ amount: usd('100.00') }] })
    expect(refusalOf(h, follow(3)).code).toBe('WRONG_STATE')
    expect(h.give(freeze('900.00')).outcome).toBe('fact')
  })

  test('a report of no more money', () => {
    const h = frozen('400.00')
    h.give(noFunds())
    expect(refusalOf(h, takeBack('notFound')).code).toBe('WRONG_STATE')
    expect(h.give(takeBack('noFunds')).outcome).toBe('fact')
    expect(h.view()).not.toHaveProperty('shortfallReason')
    expect(refusalOf(h, takeBack('noFunds')).code).toBe('WRONG_STATE')
  })

  test('a report that ended the request, after it was reopened', () => {
    const h = verified(moved('1000.00'))
    expect(refusalOf(h, takeBack('movedOnward')).message).toContain('can reopen the request')
    h.give(reopen())
    h.give(pass())
    expect(h.give(takeBack('movedOnward')).outcome).toBe('fact')
    expect(h.give(freeze('1000.00')).outcome).toBe('fact')
  })
})

describe('an answer cannot be corrected', () => {
  const confirmed = frozen('400.00')
  confirmed.both('ConfirmFreeze')
  const extended = frozen('400.00')
  extended.both('ExtendFreeze')
  const returning = frozen('400.00')
  returning.both('InitiateReturn')
  const returned = frozen('400.00')
  returned.both('InitiateReturn')
  returned.give(giveBack('100.00'))
  const released = frozen('400.00')
  released.both('Release')
  const followed = verified(moved('400.00', { onward }), follow(3))
  const short = frozen('400.00')
  short.give(noFunds())
  const childOf = (h: typeof followed) => h.view().movedOnward?.[0]?.childRequestId
  const elsewhere = verified(moved('400.00'), withdraw())
  elsewhere.give(reopen({ ...request, payment: { ...request.payment, creditorAgent: { bic: 'LORSTLDL' } } }))
  elsewhere.give(pass())

  const again = 'If a wrong answer ended it, the requesting country or the desk can reopen the request'
  test.each([
    [
      'after an authority confirmed it',
      confirmed,
      takeBack('frozen'),
      'an authority has confirmed or extended the hold, so only its release can end it',
    ],
    [
      'after an authority extended it',
      extended,
      takeBack('frozen'),
      'an authority has confirmed or extended the hold, so only its release can end it',
    ],
    ['after its return began', returning, takeBack('frozen'), 'the return of the hold has begun, so the answer cannot be corrected'],
    ['after money was returned', returned, takeBack('frozen'), 'the return of the hold has begun, so the answer cannot be corrected'],
    ['after the hold was released', released, takeBack('frozen'), `the request has ended. ${again}`],
    [
      'after the onward request was opened',
      followed,
      takeBack('movedOnward'),
      `request ${childOf(followed)} already follows this money. Withdraw that request first`,
    ],
    ['if another institution gave it', elsewhere, takeBack('movedOnward'), 'this report is from the former institution of the request'],
    [
      'if there is none with that number',
      frozen('1.00'),
      takeBack('frozen', 2),
      'there is no such hold: it was released, has expired or was returned',
    ],
    ['if no money moved onward', frozen('1.00'), takeBack('movedOnward'), 'there is no such report of money moved onward'],
    ['if no money was missing', frozen('1.00'), takeBack('noFunds'), 'there is no report of missing funds to correct'],
    ['if another fact reported the missing money', short, takeBack('noFunds', 1), 'there is no report of missing funds to correct'],
    ['if the payment was found and its money was gone', short, takeBack('notFound'), 'there is no report of missing funds to correct'],
  ])('%s', (_when, h, given, message) => {
    expect(refusalOf(h, given)).toEqual({ code: 'WRONG_STATE', message })
  })
})

test('an actor who may not answer for the institution may not correct its answers', () => {
  for (const actor of [actors.officer, actors.judge, actors.desk])
    expect(refusalOf(frozen('1.00'), from(actor, takeBack('frozen'))).code).toBe('NOT_PERMITTED')
})

test('an answer can be corrected in a restored state', () => {
  const { state } = parseSnapshot(serializeSnapshot(frozen('400.00').current()))
  expect(state.context.holds[0]?.report).toBe(3)
})
