import { featureLevel } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy, timerHours } from '../../test/lifecycle/policy.ts'
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
} from '../../test/lifecycle/world.ts'
import type { CommandBody, Fact } from '../language/index.ts'
import { decide } from './decide.ts'
import { alertOf } from './index.ts'

// V30: the data of a request is erased after its retention period, or by dual approval. The intent is on record before
// the erasure, and the confirmation after it.

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
const isErased = /no longer retained/

describe('an erasure can be ordered', () => {
  test.each([
    ['by two members of the authority, for a closed request', ended, 'judge', 'secondJudge'],
    ['by two officers of the requesting country', ended, 'officer', 'secondOfficer'],
    ['for a recovered request', recovered, 'judge', 'secondJudge'],
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

  test('but not by one person, nor by persons of two countries', () => {
    const h = ended()
    h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect(codeOf(h.give(command('OrderErasure', proposalData.OrderErasure, 'judge')))).toBe('SAME_PERSON')
    h.give(command('OrderErasure', proposalData.OrderErasure, 'officer'))
    expect(h.kinds()).not.toContain('ErasureOrdered')
    expect(codeOf(h.give(command('OrderErasure', proposalData.OrderErasure, 'desk')))).toBe('NOT_PERMITTED')
  })

  test('but not for an open request', () => {
    for (const h of [history(open()), history(open(), pass()), frozen('920.00')]) {
      const decision = h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringContaining('an open request cannot be erased')])
    }
  })

  test('only once', () => {
    const h = ended()
    h.both('OrderErasure')
    const again = h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect([codeOf(again), messageOf(again)]).toEqual(['WRONG_STATE', expect.stringMatching(isErased)])
    expect(codeOf(h.give(passed({ kind: 'retention', dueAt: at(timerHours.retention) })))).toBe('WRONG_STATE')
  })

  test('with a proposal that ends if the request is reopened or its retention period ends', () => {
    const ofReopened = ended()
    ofReopened.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    ofReopened.give(reopen())
    expect(ofReopened.view().proposals).toEqual([])
    const ofOver = ended()
    ofOver.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    retentionOver(ofOver)
    expect(ofOver.view().proposals).toEqual([])
  })

  test('with an alert for the proposer’s country that warns of an irreversible step', () => {
    const h = ended()
    h.give(command('OrderErasure', proposalData.OrderErasure, 'judge'))
    expect(alertOf(h.last() as Fact)).toMatchObject({
      beneficiary: { code: 'proposed', message: expect.stringContaining('erase the data of the request for good') },
    })
  })
})

describe.each([
  ['after the retention period', (h: History) => retentionOver(h)],
  ['after an erasure order', (h: History) => h.both('OrderErasure')],
] as const)('once %s', (_how, erase) => {
  test('a request cannot be reopened', () => {
    const h = ended()
    erase(h)
    const decision = h.give(reopen())
    expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', expect.stringMatching(isErased)])
  })

  test('the engine records the destruction of the keys and then its confirmation, without a change of state', () => {
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

describe('the destruction of keys', () => {
  test('is refused for an open request, and during the retention period', () => {
    for (const h of [frozen('920.00'), ended()]) {
      const decision = h.give(record())
      expect([codeOf(decision), messageOf(decision)]).toEqual(['WRONG_STATE', 'the retention period of this request has not ended'])
    }
  })

  test('is recorded by dispatch only', () => {
    const h = ended()
    retentionOver(h)
    for (const actor of ['validation', 'officer', 'judge', 'clock'] as const) {
      const decision = decide(h.current(), { ...record(), actor: actors[actor] }, policy, featureLevel)
      expect(codeOf(decision)).toBe('NOT_PERMITTED')
    }
  })
})
