import { type DualApprovalOnceHeld, dualApprovalOnceHeld } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { refusalOf, verified } from '../test/refusal.ts'
import { actors, at, command, expired, freeze, from, frozen, giveBack, pairs, pass, proposalData, reopen, withdraw } from '../test/world.ts'

/** What each does once both have said it. */
const done: Readonly<Record<DualApprovalOnceHeld, { readonly fact: string; readonly state: string }>> = {
  ConfirmFreeze: { fact: 'FreezeConfirmed', state: 'frozen.mandate.confirmed' },
  ExtendFreeze: { fact: 'FreezeExtended', state: 'frozen.mandate.provisional' },
  InitiateReturn: { fact: 'ReturnInitiated', state: 'frozen.recovery.returning' },
  Withdraw: { fact: 'RequestWithdrawn', state: 'closed.withdrawn' },
  Release: { fact: 'FreezeReleased', state: 'closed.released' },
  CloseUnrecovered: { fact: 'ClosedUnrecovered', state: 'closed.unrecovered' },
}

const said = (kind: DualApprovalOnceHeld, actor: string) => from(actor, command(kind, proposalData[kind], 'system'))

describe.each(dualApprovalOnceHeld)('V17: once money is held, %s is for two persons', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]

  test('the first proposes and nothing moves; the second does it, and the fact names both', () => {
    const h = frozen('920.00')
    const before = h.states()
    h.give(said(kind, first))
    expect(h.states()).toEqual(before)
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ActionProposed',
      actor: first,
      phase: 'frozen',
      data: { command: kind, words: expect.stringMatching(/^[a-f0-9]{64}$/), data: proposalData[kind] },
    })
    expect(h.view().proposals).toEqual([{ command: kind, proposedBy: first, sequence: 4 }])
    h.give(said(kind, second))
    expect(h.last()).toMatchObject({
      type: `holdfast.fact.v1.${done[kind].fact}`,
      actor: second,
      data: { ...proposalData[kind], proposedBy: first },
    })
    expect(h.states()).toContain(done[kind].state)
    expect(h.view().proposals).toEqual([])
  })

  test('the same person again is refused, however often', () => {
    const h = frozen('920.00')
    const before = h.states()
    h.give(said(kind, first))
    for (let time = 0; time < 2; time++) {
      const refusal = refusalOf(h, said(kind, first))
      expect(refusal.code).toBe('SAME_PERSON')
      expect(refusal.message).toBe('who proposed it can not agree to it: another person of the same side and role must say the same')
    }
    expect(h.states()).toEqual(before)
    expect(h.view().proposals).toHaveLength(1)
  })

  test('the same person in capitals is the same person', () => {
    const h = frozen('920.00')
    h.give(said(kind, first))
    const [country, role, person = ''] = first.split('/')
    expect(refusalOf(h, said(kind, `${country}/${role}/${person.toUpperCase()}`)).code).toBe('SAME_PERSON')
    h.give(said(kind, second))
    expect(h.states()).toContain(done[kind].state)
  })

  test('where nothing is held there is nothing to propose: it is refused, and a withdrawal is done by one', () => {
    const h = verified()
    if (kind === 'Withdraw') h.give(said(kind, first))
    else expect(refusalOf(h, said(kind, first)).code).toBe(kind === 'ExtendFreeze' ? 'EXTENSION_NOT_ALLOWED' : 'WRONG_STATE')
    expect(h.states()).toEqual([kind === 'Withdraw' ? 'closed.withdrawn' : 'verified.ordering'])
    expect(h.kinds()).not.toContain('ActionProposed')
  })
})

describe('V17: the second says the same', () => {
  test('other words make another proposal, whoever says them', () => {
    const h = frozen('920.00')
    h.give(command('Release', { reason: 'WRONG_PARTY' }, 'judge'))
    h.give(command('Release', { reason: 'NOT_CONFIRMED' }, 'secondJudge'))
    h.give(command('Release', { reason: 'CHALLENGE_UPHELD' }, 'judge'))
    expect(h.view().proposals.map(({ proposedBy }) => proposedBy)).toEqual([actors.judge, actors.secondJudge, actors.judge])
    // The first words, from the one who had said others: now two have said them.
    h.give(command('Release', { reason: 'WRONG_PARTY' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.released'])
    expect(h.last()?.data).toMatchObject({ reason: 'WRONG_PARTY', proposedBy: actors.judge })
  })

  test('the order of their properties does not make the words others', () => {
    const h = frozen('920.00')
    h.give(command('CloseUnrecovered', { reason: 'FORFEITED', authority: 'A court', reference: 'R-3' }, 'judge'))
    h.give(command('CloseUnrecovered', { reference: 'R-3', authority: 'A court', reason: 'FORFEITED' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.unrecovered'])
  })

  test('the same words of another command are other words', () => {
    const h = frozen('920.00')
    const order = { authority: 'A court', reference: 'R-1', date: '2024-07-24' }
    h.give(command('ConfirmFreeze', { instrument: 'COURT_ORDER', ...order }, 'judge'))
    h.give(command('ExtendFreeze', { basis: 'COURT', ...order }, 'secondJudge'))
    expect(h.view().proposals.map(proposal => proposal.command)).toEqual(['ConfirmFreeze', 'ExtendFreeze'])
  })

  test('another role of the same country is not the second person', () => {
    const h = frozen('920.00')
    h.give(said('InitiateReturn', actors.bank))
    h.give(said('InitiateReturn', actors.fiu))
    expect(h.states()[2]).toBe('frozen.recovery.idle')
    expect(h.view().proposals).toHaveLength(2)
    h.give(said('InitiateReturn', actors.secondFiu))
    expect(h.last()?.data).toMatchObject({ proposedBy: actors.fiu })
    expect(h.states()[2]).toBe('frozen.recovery.returning')
  })

  test('the same role of another country is not asked at all', () => {
    const h = frozen('920.00')
    h.give(said('Release', actors.judge))
    expect(refusalOf(h, said('Release', 'SG/authority/c.judge')).code).toBe('NOT_PERMITTED')
    expect(h.give(said('Release', 'FR/authority/c.judge')).outcome).toBe('dropped')
    expect(h.view().phase).toBe('frozen')
  })

  test('what is agreed is no longer proposed, and what else is proposed stays', () => {
    const h = frozen('920.00')
    h.give(said('Release', actors.judge))
    h.give(command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, reference: 'R-9' }, 'judge'))
    h.both('ConfirmFreeze')
    expect(h.view().proposals.map(proposal => proposal.command)).toEqual(['Release'])
  })

  test('of very many proposals the oldest is forgotten', () => {
    const h = frozen('920.00')
    for (let number = 0; number < 9; number++) h.give(command('Release', { reason: 'NARR', note: `Number ${number}` }, 'judge'))
    expect(h.view().proposals).toHaveLength(8)
    h.give(command('Release', { reason: 'NARR', note: 'Number 0' }, 'secondJudge'))
    expect(h.view().phase).toBe('frozen')
    h.give(command('Release', { reason: 'NARR', note: 'Number 8' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.released'])
  })
})

describe('V17: a proposal of what can not be done is refused for the reason of the act', () => {
  test.each([
    [
      'a hold is confirmed to an end that is over',
      command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, expiresAt: at(0) }, 'judge'),
      'HOLD_TOO_LONG',
    ],
    [
      'a hold is extended beyond the law',
      command('ExtendFreeze', { ...proposalData.ExtendFreeze, expiresAt: at(9_000) }, 'judge'),
      'HOLD_TOO_LONG',
    ],
    [
      'a hold is extended by whom the law does not name',
      command('ExtendFreeze', { ...proposalData.ExtendFreeze, basis: 'PROSECUTOR' }, 'judge'),
      'EXTENSION_NOT_ALLOWED',
    ],
  ])('%s', (_what, given, code) => {
    const h = frozen('920.00')
    expect(refusalOf(h, given).code).toBe(code)
    expect(h.view().proposals).toEqual([])
  })

  test('a return that has begun is not begun again', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    const refusal = refusalOf(h, command('InitiateReturn', { basis: 'ORDER' }, 'bank'))
    expect(refusal.code).toBe('WRONG_STATE')
    expect(refusal.message).toBe(
      'InitiateReturn is not possible in state frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.returning, sequence 5',
    )
    expect(h.view().proposals).toEqual([])
  })

  test('once money has come back nobody withdraws', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(giveBack('1.00'))
    expect(refusalOf(h, said('Withdraw', actors.officer)).code).toBe('WRONG_STATE')
  })

  test('what was possible when it was proposed may no longer be: the second person is told why not', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(said('Withdraw', actors.officer))
    h.give(giveBack('1.00'))
    expect(refusalOf(h, said('Withdraw', actors.secondOfficer)).code).toBe('WRONG_STATE')
    expect(h.view().phase).toBe('frozen')
  })

  test('confirmed without an end, a hold is not confirmed again; a later one with an end is', () => {
    const h = frozen('600.00')
    h.both('ConfirmFreeze')
    expect(refusalOf(h, command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, reference: 'R-2' }, 'judge')).code).toBe('WRONG_STATE')
    h.give(freeze('400.00'))
    h.both('ConfirmFreeze', { reference: 'R-2' })
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.FreezeConfirmed' })
    expect(h.view().deadlines.map(({ kind }) => kind)).toEqual(['confirmedHoldReview'])
    expect(h.view().proposals).toEqual([])
  })
})

describe('V17: a proposal ends with what it was about', () => {
  test('when the hold lapses it is forgotten, and does not count when money is held again', () => {
    const h = frozen('920.00')
    h.give(said('Release', actors.judge))
    h.give(expired(at(168)))
    expect(h.view().proposals).toEqual([])
    h.give(reopen(undefined, 'officer', at(169)))
    h.give(pass(at(169)))
    h.give(freeze('920.00', {}, at(170)))
    h.give(said('Release', actors.secondJudge))
    expect(h.view().phase).toBe('frozen')
    expect(h.view().proposals).toHaveLength(1)
  })
})

describe('V17: a request is withdrawn', () => {
  test.each(['system', 'officer'] as const)('by the %s alone while nothing is held', actor => {
    const h = verified(withdraw(actor))
    expect(h.states()).toEqual(['closed.withdrawn'])
    expect(h.last()?.data).not.toHaveProperty('proposedBy')
  })

  test('by two officers once money is held, and by no system', () => {
    const h = frozen('920.00')
    const refusal = refusalOf(h, withdraw('system'))
    expect(refusal.code).toBe('NOT_PERMITTED')
    expect(refusal.message).toBe('once money is held, two officers of the requesting country withdraw')
    // What else a system may give is refused for its own reason.
    expect(refusalOf(h, reopen(undefined, 'system')).code).toBe('WRONG_STATE')
    h.both('Withdraw')
    expect(h.states()).toEqual(['closed.withdrawn'])
  })

  test('also while its return is being prepared', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.both('Withdraw')
    expect(h.states()).toEqual(['closed.withdrawn'])
  })
})
