import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import { refusalOf, verified } from '../../test/lifecycle/refusal.ts'
import {
  actors,
  at,
  codeOf,
  command,
  evolveEntry,
  expired,
  freeze,
  from,
  frozen,
  giveBack,
  type History,
  interim,
  lodge,
  reopen,
  takeBack,
  usd,
} from '../../test/lifecycle/world.ts'
import { type CommandBody, commandBodies, factDefinitionOf, isFact } from '../language/index.ts'
import { decide } from './decide.ts'
import { parseSnapshot, type RequestSnapshot, serializeSnapshot } from './index.ts'

const challenged = (...values: readonly string[]): History => {
  const h = frozen(...(values.length > 0 ? values : ['920.00']))
  h.give(lodge('bank', {}, at(2)))
  return h
}

const decision = (how: CommandBody<'DecideChallenge'>['decision'], actor: 'judge' | 'secondJudge' = 'judge') =>
  command('DecideChallenge', { decision: how, reference: 'A-3' }, actor, at(3))
const upheld = (actor?: 'judge' | 'secondJudge') => decision('FOR_HOLDER', actor)
const dismissed = (actor?: 'judge' | 'secondJudge') => decision('AGAINST_HOLDER', actor)
const release = (reason: CommandBody<'Release'>['reason'], actor: 'judge' | 'secondJudge' = 'judge') =>
  command('Release', { reason }, actor, at(3))

const openChallenge = (h: History) => h.current().state.context.challenge
const messageFor = (h: History, given: Parameters<typeof refusalOf>[1]) => refusalOf(h, given).message

describe('a challenge is lodged', () => {
  test.each(['bank', 'fiu', 'judge'] as const)('by the %s of the beneficiary country, and the hold stays', actor => {
    const h = frozen('920.00')
    const before = h.view()
    h.give(lodge(actor, { note: 'He says that he sold a boat' }, at(2)))
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ChallengeLodged',
      actor: actors[actor],
      phase: 'frozen',
      data: { decidingBody: 'A court of appeal', reference: 'A-3', date: '2024-07-25', note: 'He says that he sold a boat' },
    })
    expect(openChallenge(h)).toEqual({ lodgedAt: at(2), sequence: 4 })
    const { states, amounts, deadlines } = h.view()
    expect({ states, amounts, deadlines }).toEqual({ states: before.states, amounts: before.amounts, deadlines: before.deadlines })
  })

  test.each(['desk', 'officer', 'system', 'beneficiarySystem'] as const)('but not by the %s', actor => {
    expect(refusalOf(frozen('920.00'), lodge(actor))).toEqual({
      code: 'NOT_PERMITTED',
      message: "this is for the beneficiary country's institution or fiu, or the beneficiary country's authority",
    })
  })

  test('by the authority of another country: without a trace', () => {
    const h = frozen('920.00')
    expect(h.give(from('FR/authority/x', lodge())).outcome).toBe('dropped')
    expect(refusalOf(h, from('SG/authority/x', lodge())).code).toBe('NOT_PERMITTED')
    expect(openChallenge(h)).toBeNull()
  })

  test('but not before money is frozen, and not after the end', () => {
    expect(messageFor(verified(), lodge())).toBe('this is not possible in state verified.ordering, sequence 2')
    const ended = frozen('920.00')
    ended.both('Release')
    expect(messageFor(ended, lodge())).toBe('this is not possible in state closed.released, sequence 5')
  })

  test('but not twice: the second one is refused until the first is decided', () => {
    const h = challenged()
    expect(refusalOf(h, lodge('judge', { reference: 'A-4' }))).toEqual({
      code: 'WRONG_STATE',
      message: `a challenge has been open since ${at(2)}. Another one can be lodged once it is decided (state ${h.states().join(', ')}, sequence 4)`,
    })
    expect(openChallenge(h)).toEqual({ lodgedAt: at(2), sequence: 4 })
    h.give(dismissed())
    h.give(dismissed('secondJudge'))
    h.give(lodge('judge', { reference: 'A-4' }, at(5)))
    expect(openChallenge(h)).toEqual({ lodgedAt: at(5), sequence: 7 })
  })

  test('needs its deciding body, reference and day', () => {
    const whole = { decidingBody: 'A court', reference: 'A-3', date: '2024-07-25' }
    expect(commandBodies.LodgeChallenge.safeParse(whole).success).toBe(true)
    for (const name of Object.keys(whole)) {
      const { [name as keyof typeof whole]: _left, ...rest } = whole
      expect(commandBodies.LodgeChallenge.safeParse(rest).success, name).toBe(false)
    }
  })
})

describe('a challenge is decided for the holder', () => {
  const decided = (h = challenged()): History => {
    h.give(upheld())
    h.give(upheld('secondJudge'))
    return h
  }

  test('with dual approval: the first one proposes, and the fact names both', () => {
    const h = challenged()
    h.give(upheld())
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', phase: 'frozen', data: { command: 'DecideChallenge' } })
    expect(codeOf(h.give(upheld()))).toBe('SAME_PERSON')
    h.give(upheld('secondJudge'))
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ChallengeDecided',
      actor: actors.secondJudge,
      phase: 'closed',
      data: { decision: 'FOR_HOLDER', reference: 'A-3', reason: 'CHALLENGE_UPHELD', proposedBy: actors.judge },
    })
  })

  test('as both persons decide the same: other data is another proposal', () => {
    const h = challenged()
    h.give(upheld())
    h.give(dismissed('secondJudge'))
    expect(h.view().proposals.map(({ proposedBy }) => proposedBy)).toEqual([actors.judge, actors.secondJudge])
    expect(h.view().phase).toBe('frozen')
  })

  test('with the end and outcome of a release for that reason', () => {
    const h = decided()
    const released = frozen('920.00')
    released.both('Release', { reason: 'CHALLENGE_UPHELD' })
    const { states, amounts, outcome } = h.view()
    expect(states).toEqual(['closed.released'])
    expect(amounts).toEqual(released.view().amounts)
    expect(outcome).toMatchObject({
      end: 'closed.released',
      reason: 'CHALLENGE_UPHELD',
      amounts: { frozen: usd('920.00'), released: usd('920.00') },
    })
    expect(outcome?.amounts).toEqual(released.view().outcome?.amounts)
    expect(h.view().deadlines.map(({ kind }) => kind)).toEqual(['retention'])
    expect(openChallenge(h)).toBeNull()
  })

  test('and releases what is still on hold, not what was returned', () => {
    const h = challenged('600.00', '320.00')
    h.both('InitiateReturn')
    h.give(giveBack('100.00'))
    decided(h)
    expect(h.view().outcome?.amounts).toMatchObject({ recovered: usd('100.00'), released: usd('820.00') })
  })

  test('and the request can be reopened, frozen and challenged again', () => {
    const h = decided()
    h.give(reopen(undefined, 'officer', at(4)))
    expect(openChallenge(h)).toBeNull()
    h.give(command('PassAssessment', { findings: [] }, 'validation', at(5)))
    h.give(freeze('80.00', {}, at(6)))
    h.give(lodge('bank', {}, at(7)))
    expect(openChallenge(h)).toMatchObject({ lodgedAt: at(7) })
  })
})

describe('a challenge is decided against the holder', () => {
  test('with dual approval: the hold stays, and the challenge is closed', () => {
    const h = challenged()
    const { states, amounts, deadlines } = h.view()
    h.give(dismissed())
    expect(openChallenge(h)).not.toBeNull()
    h.give(dismissed('secondJudge'))
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ChallengeDecided',
      phase: 'frozen',
      data: { decision: 'AGAINST_HOLDER', reference: 'A-3', proposedBy: actors.judge },
    })
    expect(h.last()?.data).not.toHaveProperty('reason')
    expect(h.view()).toMatchObject({ states, amounts, deadlines, proposals: [] })
    expect(openChallenge(h)).toBeNull()
  })

  test('and a proposal of the other decision ends with it', () => {
    const h = challenged()
    h.give(upheld())
    h.give(dismissed())
    h.give(dismissed('secondJudge'))
    h.give(lodge('bank', { reference: 'A-4' }))
    h.give(upheld('secondJudge'))
    expect(h.view().phase).toBe('frozen')
    expect(h.view().proposals.map(({ proposedBy }) => proposedBy)).toEqual([actors.secondJudge])
  })
})

describe('a decision is refused', () => {
  test.each(['bank', 'fiu', 'desk', 'officer', 'system'] as const)('from the %s', actor => {
    const given = command('DecideChallenge', { decision: 'FOR_HOLDER', reference: 'A-3' }, actor)
    expect(refusalOf(challenged(), given)).toEqual({
      code: 'NOT_PERMITTED',
      message: "this is for the beneficiary country's authority",
    })
  })

  test.each([upheld(), dismissed()])('while no challenge is open, and it is not even proposed', given => {
    const h = frozen('920.00')
    expect(refusalOf(h, given)).toEqual({
      code: 'WRONG_STATE',
      message: `no challenge is open, so there is none to decide (state ${h.states().join(', ')}, sequence 3)`,
    })
    expect(h.kinds()).not.toContain('ActionProposed')
  })

  test('once money is no longer frozen', () => {
    const h = challenged()
    h.both('Release')
    expect(messageFor(h, upheld())).toBe('this is not possible in state closed.released, sequence 6')
  })
})

describe('a release', () => {
  const mustBeDecided = (h: History) =>
    `a challenge is open. Decide it with DecideChallenge, which releases the money if the holder is right (state ${h.states().join(', ')}, sequence ${h.current().sequence})`

  test('because a challenge was upheld is refused while one is open', () => {
    const h = challenged()
    expect(refusalOf(h, release('CHALLENGE_UPHELD'))).toEqual({ code: 'WRONG_STATE', message: mustBeDecided(h) })
    expect(h.kinds()).not.toContain('ActionProposed')
  })

  test('because a challenge was upheld is not approved if one was lodged after its proposal', () => {
    const h = frozen('920.00')
    h.give(release('CHALLENGE_UPHELD'))
    h.give(lodge())
    expect(messageFor(h, release('CHALLENGE_UPHELD', 'secondJudge'))).toBe(mustBeDecided(h))
    expect(h.view().phase).toBe('frozen')
  })

  test('for another reason is possible while a challenge is open, and closes it', () => {
    const h = challenged()
    h.both('Release', { reason: 'COURT_ORDER' })
    expect(h.view().outcome).toMatchObject({ end: 'closed.released', reason: 'COURT_ORDER' })
    expect(openChallenge(h)).toBeNull()
  })

  test('because a challenge was upheld is possible without an open one, as in ledgers of before', () => {
    const never = frozen('920.00')
    never.both('Release', { reason: 'CHALLENGE_UPHELD' })
    expect(never.view().outcome).toMatchObject({ end: 'closed.released', reason: 'CHALLENGE_UPHELD' })
    const later = challenged()
    later.give(dismissed())
    later.give(dismissed('secondJudge'))
    later.both('Release', { reason: 'CHALLENGE_UPHELD' })
    expect(later.states()).toEqual(['closed.released'])
  })
})

describe('an open challenge', () => {
  test('leaves other commands as they are', () => {
    const h = challenged()
    h.both('ConfirmFreeze')
    h.give(interim('RQDA'))
    expect(h.states()).toContain('frozen.mandate.confirmed')
    expect(openChallenge(h)).toEqual({ lodgedAt: at(2), sequence: 4 })
  })

  test.each<[string, (h: History) => void]>([
    ['the hold ends', h => h.give(expired(h.view().deadlines.find(({ kind }) => kind === 'holdExpiry')?.dueAt ?? ''))],
    ['the only hold is corrected', h => h.give(takeBack('frozen'))],
    ['the request is withdrawn', h => h.both('Withdraw')],
  ])('ends when %s', (_how, end) => {
    const h = challenged()
    end(h)
    expect(h.view().phase).not.toBe('frozen')
    expect(openChallenge(h)).toBeNull()
  })

  test('is in the stored state, which is the same after a replay', () => {
    const h = challenged()
    const stored = parseSnapshot(serializeSnapshot(h.current()))
    expect(stored.state.context.challenge).toEqual({ lodgedAt: at(2), sequence: 4 })
    let replayed: RequestSnapshot | undefined
    for (const entry of h.entries) replayed = evolveEntry(replayed, entry).snapshot
    expect(replayed).toEqual(h.current())
  })
})

describe('older versions', () => {
  test('do not read the facts, because both need feature level 2', () => {
    expect(['ChallengeLodged', 'ChallengeDecided'].map(kind => factDefinitionOf(kind)?.featureLevel)).toEqual([2, 2])
    const decided = decide(frozen('920.00').current(), lodge(), policy, 1)
    expect(decided.outcome === 'refused' && decided.refused.data).toMatchObject({
      code: 'WRONG_STATE',
      message: 'this needs a ledger of level 2, and this one is at level 1: some services of the engine cannot read it yet',
    })
  })

  test('wrote facts that lead to the same states as before', () => {
    const h = frozen('920.00')
    h.both('Release', { reason: 'CHALLENGE_UPHELD' })
    const fact = h.last()
    expect(fact && isFact(fact, 'FreezeReleased') && fact.data.resultingState).toMatchObject({ states: ['closed.released'] })
    expect(JSON.stringify(h.facts)).not.toContain('"challenge"')
  })
})
