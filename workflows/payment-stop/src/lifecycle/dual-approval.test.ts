import { describe, expect, test } from 'vitest'
import { refusalOf, verified } from '../../test/lifecycle/refusal.ts'
import {
  actors,
  at,
  command,
  expired,
  freeze,
  from,
  frozen,
  frozenFor,
  giveBack,
  pairs,
  pass,
  proposalData,
  reopen,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type DualApprovalOnceFrozen, dualApprovalOnceFrozen } from '../language/index.ts'

/** The fact and state of each command after the approval. */
const done: Readonly<Record<DualApprovalOnceFrozen, { readonly fact: string; readonly state: string }>> = {
  ConfirmFreeze: { fact: 'FreezeConfirmed', state: 'frozen.mandate.confirmed' },
  ExtendFreeze: { fact: 'FreezeExtended', state: 'frozen.mandate.provisional' },
  InitiateReturn: { fact: 'ReturnInitiated', state: 'frozen.recovery.returning' },
  Withdraw: { fact: 'RequestWithdrawn', state: 'closed.withdrawn' },
  Release: { fact: 'FreezeReleased', state: 'closed.released' },
  CloseUnrecovered: { fact: 'ClosedUnrecovered', state: 'closed.unrecovered' },
  DecideChallenge: { fact: 'ChallengeDecided', state: 'closed.released' },
}

const said = (kind: DualApprovalOnceFrozen, actor: string) => from(actor, command(kind, proposalData[kind], 'system'))

describe.each(dualApprovalOnceFrozen)('V17: once money is frozen, %s needs dual approval', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]

  test('the first command is a proposal without effect, the second one is the approval, and the fact names both persons', () => {
    const h = frozenFor(kind)
    const before = h.states()
    h.give(said(kind, first))
    expect(h.states()).toEqual(before)
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ActionProposed',
      actor: first,
      phase: 'frozen',
      data: { command: kind, proposalDigest: expect.stringMatching(/^[a-f0-9]{64}$/), data: proposalData[kind] },
    })
    expect(h.view().proposals).toEqual([{ command: kind, proposedBy: first, sequence: h.current().sequence }])
    h.give(said(kind, second))
    expect(h.last()).toMatchObject({
      type: `holdfast.fact.v1.${done[kind].fact}`,
      actor: second,
      data: { ...proposalData[kind], proposedBy: first },
    })
    expect(h.states()).toContain(done[kind].state)
    expect(h.view().proposals).toEqual([])
  })

  test('the proposer cannot approve, however often', () => {
    const h = frozenFor(kind)
    const before = h.states()
    h.give(said(kind, first))
    for (let time = 0; time < 2; time++) {
      const refusal = refusalOf(h, said(kind, first))
      expect(refusal.code).toBe('SAME_PERSON')
      expect(refusal.message).toBe(
        'you proposed this action, so you cannot approve it. Another person of your country with the same role must approve it',
      )
    }
    expect(h.states()).toEqual(before)
    expect(h.view().proposals).toHaveLength(1)
  })

  test('upper case does not make another person', () => {
    const h = frozenFor(kind)
    h.give(said(kind, first))
    const [country, role, person = ''] = first.split('/')
    expect(refusalOf(h, said(kind, `${country}/${role}/${person.toUpperCase()}`)).code).toBe('SAME_PERSON')
    h.give(said(kind, second))
    expect(h.states()).toContain(done[kind].state)
  })

  test('without frozen money there is no proposal: the command is refused, and one officer can withdraw', () => {
    const h = verified()
    if (kind === 'Withdraw') h.give(said(kind, first))
    else expect(refusalOf(h, said(kind, first)).code).toBe(kind === 'ExtendFreeze' ? 'EXTENSION_NOT_ALLOWED' : 'WRONG_STATE')
    expect(h.states()).toEqual([kind === 'Withdraw' ? 'closed.withdrawn' : 'verified.ordering'])
    expect(h.kinds()).not.toContain('ActionProposed')
  })
})

describe('V17: an approval matches its proposal', () => {
  test('other data is another proposal, from any person', () => {
    const h = frozen('920.00')
    h.give(command('Release', { reason: 'WRONG_PARTY' }, 'judge'))
    h.give(command('Release', { reason: 'NOT_CONFIRMED' }, 'secondJudge'))
    h.give(command('Release', { reason: 'CHALLENGE_UPHELD' }, 'judge'))
    expect(h.view().proposals.map(({ proposedBy }) => proposedBy)).toEqual([actors.judge, actors.secondJudge, actors.judge])
    // The proposer of other data approves the first proposal.
    h.give(command('Release', { reason: 'WRONG_PARTY' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.released'])
    expect(h.last()?.data).toMatchObject({ reason: 'WRONG_PARTY', proposedBy: actors.judge })
  })

  test('whatever the order of its properties', () => {
    const h = frozen('920.00')
    h.give(command('CloseUnrecovered', { reason: 'FORFEITED', authority: 'A court', reference: 'R-3' }, 'judge'))
    h.give(command('CloseUnrecovered', { reference: 'R-3', authority: 'A court', reason: 'FORFEITED' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.unrecovered'])
  })

  test('only for the same command', () => {
    const h = frozen('920.00')
    const order = { authority: 'A court', reference: 'R-1', date: '2024-07-24' }
    h.give(command('ConfirmFreeze', { instrument: 'COURT_ORDER', ...order }, 'judge'))
    h.give(command('ExtendFreeze', { basis: 'COURT', ...order }, 'secondJudge'))
    expect(h.view().proposals.map(proposal => proposal.command)).toEqual(['ConfirmFreeze', 'ExtendFreeze'])
  })

  test('only from the same role of the country', () => {
    const h = frozen('920.00')
    h.give(said('InitiateReturn', actors.bank))
    h.give(said('InitiateReturn', actors.fiu))
    expect(h.states()[2]).toBe('frozen.recovery.idle')
    expect(h.view().proposals).toHaveLength(2)
    h.give(said('InitiateReturn', actors.secondFiu))
    expect(h.last()?.data).toMatchObject({ proposedBy: actors.fiu })
    expect(h.states()[2]).toBe('frozen.recovery.returning')
  })

  test('only from the same country', () => {
    const h = frozen('920.00')
    h.give(said('Release', actors.judge))
    expect(refusalOf(h, said('Release', 'SG/authority/c.judge')).code).toBe('NOT_PERMITTED')
    expect(h.give(said('Release', 'FR/authority/c.judge')).outcome).toBe('dropped')
    expect(h.view().phase).toBe('frozen')
  })

  test('and ends it, while other proposals stay', () => {
    const h = frozen('920.00')
    h.give(said('Release', actors.judge))
    h.give(command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, reference: 'R-9' }, 'judge'))
    h.both('ConfirmFreeze')
    expect(h.view().proposals.map(proposal => proposal.command)).toEqual(['Release'])
  })

  test('the oldest of very many proposals is dropped', () => {
    const h = frozen('920.00')
    for (let number = 0; number < 9; number++) h.give(command('Release', { reason: 'NARR', note: `Number ${number}` }, 'judge'))
    expect(h.view().proposals).toHaveLength(8)
    h.give(command('Release', { reason: 'NARR', note: 'Number 0' }, 'secondJudge'))
    expect(h.view().phase).toBe('frozen')
    h.give(command('Release', { reason: 'NARR', note: 'Number 8' }, 'secondJudge'))
    expect(h.states()).toEqual(['closed.released'])
  })
})

describe('V17: an impossible proposal is refused like the command itself', () => {
  test.each([
    [
      'a hold is confirmed with an end in the past',
      command('ConfirmFreeze', { ...proposalData.ConfirmFreeze, expiresAt: at(0) }, 'judge'),
      'HOLD_TOO_LONG',
    ],
    [
      'a hold is extended beyond the law',
      command('ExtendFreeze', { ...proposalData.ExtendFreeze, expiresAt: at(9_000) }, 'judge'),
      'HOLD_TOO_LONG',
    ],
    [
      'a hold is extended by an authority that the law does not name',
      command('ExtendFreeze', { ...proposalData.ExtendFreeze, basis: 'PROSECUTOR' }, 'judge'),
      'EXTENSION_NOT_ALLOWED',
    ],
  ])('%s', (_what, given, code) => {
    const h = frozen('920.00')
    expect(refusalOf(h, given).code).toBe(code)
    expect(h.view().proposals).toEqual([])
  })

  test('a return that began cannot begin again', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    const refusal = refusalOf(h, command('InitiateReturn', { basis: 'ORDER' }, 'bank'))
    expect(refusal.code).toBe('WRONG_STATE')
    expect(refusal.message).toBe(
      'this is not possible in state frozen.coverage.partial, frozen.mandate.provisional, frozen.recovery.returning, sequence 5',
    )
    expect(h.view().proposals).toEqual([])
  })

  test('no officer can withdraw after a return', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(giveBack('1.00'))
    expect(refusalOf(h, said('Withdraw', actors.officer)).code).toBe('WRONG_STATE')
  })

  test('the approval is refused with its reason if the proposal is no longer possible', () => {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(said('Withdraw', actors.officer))
    h.give(giveBack('1.00'))
    expect(refusalOf(h, said('Withdraw', actors.secondOfficer)).code).toBe('WRONG_STATE')
    expect(h.view().phase).toBe('frozen')
  })

  test('a hold confirmed without an end cannot be confirmed again; a later hold with an end can', () => {
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

describe('V17: a proposal ends with its hold', () => {
  test('and does not count when money is frozen again after the hold expired', () => {
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

describe('V17: a request can be withdrawn', () => {
  test.each(['system', 'officer'] as const)('by the %s alone while no money is frozen', actor => {
    const h = verified(withdraw(actor))
    expect(h.states()).toEqual(['closed.withdrawn'])
    expect(h.last()?.data).not.toHaveProperty('proposedBy')
  })

  test('by two officers once money is frozen, but not by a system', () => {
    const h = frozen('920.00')
    const refusal = refusalOf(h, withdraw('system'))
    expect(refusal.code).toBe('NOT_PERMITTED')
    expect(refusal.message).toBe('once money is frozen, two officers of the requesting country must withdraw the request')
    // Other commands of a system are refused for their own reason.
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
