import { type CommandBody, type Fact, featureLevel } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy, timerHours } from '../test/policy.ts'
import {
  actors,
  at,
  codeOf,
  command,
  frozen,
  giveBack,
  type History,
  history,
  messageOf,
  open,
  pass,
  passed,
  proposalData,
  reject,
  reopen,
} from '../test/world.ts'
import { decide } from './decide.ts'
import { alertOf } from './index.ts'

// V30: what was said of a request is destroyed when its time is over, or when two persons order it; that is known before it is done, and confirmed after.

const ended = () => history(open(), reject())
function recovered(): History {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  h.give(giveBack('920.00'))
  return h
}
const retentionOver = (h: History) => h.give(passed({ kind: 'retention', dueAt: at(timerHours.retention) }))
const record = (because: CommandBody<'RecordDestruction'>['because'] = 'RETENTION_OVER') =>
  command('RecordDestruction', { because, keys: 2, intendedAt: at(1), destroyedAt: at(1) }, 'dispatch')
const confirm = () => command('ConfirmDestruction', { confirmedAt: at(2) }, 'dispatch')
const isErased = /no longer kept/

describe('an erasure is ordered', () => {
  test.each([
    ['by two of the authority, of a request that is closed', ended, 'judge', 'secondJudge'],
    ['by two officers of the requester', ended, 'officer', 'secondOfficer'],
    ['of a request that is recovered', recovered, 'judge', 'secondJudge'],
  ] as const)('%s', (_how, world, first, second) => {
    const h = world()
    const before = h.states()
    h.give(command('OrderErasure', proposalData.OrderErasure, first))
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.ActionProposed', data: { command: 'OrderErasure' } })
    expect(h.view().proposals).toHaveLength(1)
    h.give(command('OrderErasure', proposalData.OrderErasure, second))
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.ErasureOrdered',
      actor: actors[second],
      data: { ...proposalData.OrderErasure, proposedBy: actors[first] },
    })
    expect([h.states(), h.view().proposals, h.view().deadlines]).toEqual([before, [], []])
  })

  test('by no one alone, and by nobody of two sides', () => {
    const h = ended()
    h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect(codeOf(h.give(command('OrderErasure', proposalData.OrderErasure, 'judge')))).toBe('SAME_PERSON')
    h.give(command('OrderErasure', proposalData.OrderErasure, 'officer'))
    expect(h.kinds()).not.toContain('ErasureOrdered')
    expect(codeOf(h.give(command('OrderErasure', proposalData.OrderErasure, 'desk')))).toBe('NOT_PERMITTED')
  })

  test('of nothing that is still worked on: it has to end first', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('920.00')]) {
      const decision = h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringContaining('erased once it has ended')])
    }
  })

  test('once', () => {
    const h = ended()
    h.both('OrderErasure')
    const again = h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect([codeOf(again), messageOf(again)]).toEqual(['WRONG_STATE', expect.stringMatching(isErased)])
    expect(codeOf(h.give(passed({ kind: 'retention', dueAt: at(timerHours.retention) })))).toBe('WRONG_STATE')
  })

  test('and is forgotten as a proposal where the request is reopened, or its time is over, before the second person agrees', () => {
    const ofReopened = ended()
    ofReopened.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    ofReopened.give(reopen())
    expect(ofReopened.view().proposals).toEqual([])
    const ofOver = ended()
    ofOver.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    retentionOver(ofOver)
    expect(ofOver.view().proposals).toEqual([])
  })

  test('and alerts the side that proposed it, in words of what can not be undone', () => {
    const h = ended()
    h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect(alertOf(h.last() as Fact)).toMatchObject({
      beneficiary: { code: 'proposed', message: expect.stringContaining('destroy for good what was said of the request') },
    })
  })
})

describe.each([
  ['its time is over', (h: History) => retentionOver(h)],
  ['its erasure is ordered', (h: History) => h.both('OrderErasure')],
] as const)('once %s', (_how, erase) => {
  test('a request is not taken up again', () => {
    const h = ended()
    erase(h)
    const decision = h.give(reopen())
    expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringMatching(isErased)])
  })

  test('the engine says that the keys are destroyed, and then that this is on record; neither changes the state', () => {
    const h = ended()
    erase(h)
    const [before, { phase }] = [h.states(), h.view()]
    h.give(record('ERASURE_ORDERED'))
    expect(h.last()).toMatchObject({
      type: 'holdfast.fact.v1.KeysDestroyed',
      critical: false,
      phase,
      data: { because: 'ERASURE_ORDERED', keys: 2, destroyedAt: at(1) },
    })
    h.give(confirm())
    expect(h.last()).toMatchObject({ type: 'holdfast.fact.v1.DestructionConfirmed', critical: false, data: { confirmedAt: at(2) } })
    expect(h.states()).toEqual(before)
  })
})

describe('that keys are destroyed', () => {
  test('is not said of a request that is worked on, nor of one that has ended and is still kept', () => {
    for (const h of [frozen('920.00'), ended()]) {
      const decision = h.give(record())
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', 'the words of this request may still be kept'])
    }
  })

  test('is for dispatch to say and for nobody else', () => {
    const h = ended()
    retentionOver(h)
    for (const actor of ['validation', 'officer', 'judge', 'clock'] as const) {
      const decision = decide(h.current(), { ...record(), actor: actors[actor] }, policy, featureLevel)
      expect(codeOf(decision)).toBe('NOT_PERMITTED')
    }
  })
})
