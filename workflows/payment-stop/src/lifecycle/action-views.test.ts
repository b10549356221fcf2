import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  type ActorName,
  actors,
  asking,
  at,
  command,
  correct,
  declineOnward,
  freeze,
  frozen,
  type History,
  history,
  lodge,
  moved,
  open,
  opening,
  pass,
  proposalData,
  propose,
  review,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type CommandKind, documentOf, isFact } from '../language/index.ts'
import { actionsOf } from './action-views.ts'
import { serializeSnapshot } from './decide.ts'

function actionsFor(h: History, name: ActorName, time = opening, level?: number) {
  const document = h.facts.map(documentOf).findLast(found => found !== undefined)
  if (!document) throw new Error('nothing')
  const proposedIn = (sequence: number) => {
    const fact = h.facts.find(each => each.sequence === sequence)
    return fact && isFact(fact, 'ActionProposed')
      ? { given: { proposedBy: fact.actor, at: fact.time, data: fact.data.data }, stored: fact.data.data }
      : undefined
  }
  const actions = actionsOf(h.current(), { by: { actor: actors[name] }, time, document, level, proposedIn }, policy)
  return new Map(actions.map(action => [action.command, action]))
}
const mayGive = (h: History, name: ActorName, time?: string): CommandKind[] =>
  [...actionsFor(h, name, time).values()].filter(({ may }) => may).map(action => action.command as CommandKind)

describe('the actions of an actor', () => {
  test('are all commands of members, each with the schema of its data or its refusal', () => {
    const h = history(open(), pass())
    const actions = actionsFor(h, 'officer')
    expect([...actions.keys()]).toHaveLength(27)
    expect(actions.get('OpenRequest') ?? actions.get('PassAssessment') ?? actions.get('DeadlinePassed')).toBeUndefined()
    expect(actions.get('Withdraw')).toEqual({
      command: 'Withdraw',
      schema: expect.stringMatching(/^urn:holdfast:schema:command:v1#\/oneOf\/\d+\/properties\/data$/),
      may: true,
      needsApproval: false,
    })
    expect(actions.get('ReportFreeze')).toMatchObject({
      may: false,
      code: 'NOT_PERMITTED',
      message: expect.stringContaining("the beneficiary country's"),
    })
    expect(actions.get('Reopen')).toMatchObject({
      may: false,
      code: 'WRONG_STATE',
      message: 'this is not possible in state verified.ordering, sequence 2',
    })
  })

  test('have no command whose fact is above the level of the ledger', () => {
    const belowAll = 0
    expect(actionsFor(history(open(), pass()), 'officer', opening, belowAll).get('Withdraw')).toMatchObject({
      may: false,
      code: 'WRONG_STATE',
      message: expect.stringContaining('this one is at level 0'),
    })
  })

  test('change with the state of the request, for each role', () => {
    const h = history(open(), pass())
    expect([mayGive(h, 'officer'), mayGive(h, 'judge')]).toEqual([['Withdraw', 'ShareRequest'], []])
    expect(mayGive(h, 'bank')).toEqual([
      'AskInformation',
      'AcknowledgeOrder',
      'ReportFreeze',
      'ReportNoFunds',
      'ReportNotFound',
      'ReportMovedOnward',
      'ReportInterim',
    ])
    h.give(freeze('1000.00'))
    expect(mayGive(h, 'judge', at(1))).toEqual(['ConfirmFreeze', 'ExtendFreeze', 'Release', 'CloseUnrecovered', 'LodgeChallenge'])
    // The whole requested amount is frozen.
    expect(actionsFor(h, 'bank').get('ReportFreeze')).toMatchObject({ may: false, code: 'AMOUNT_EXCEEDED' })
    h.both('InitiateReturn')
    expect(mayGive(h, 'bank')).toEqual(['ReportInterim', 'ReportReturn', 'LodgeChallenge'])
    h.give(lodge())
    expect([mayGive(h, 'bank'), mayGive(h, 'judge', at(1))]).toEqual([
      ['ReportInterim', 'ReportReturn'],
      ['ConfirmFreeze', 'Release', 'CloseUnrecovered', 'DecideChallenge'],
    ])
    h.both('Withdraw')
    expect([mayGive(h, 'officer'), mayGive(h, 'desk'), mayGive(h, 'bank')]).toEqual([
      ['Reopen', 'ShareRequest', 'OrderErasure'],
      ['Reopen', 'ShareRequest'],
      [],
    ])
  })

  test('include the withdrawal of a share for the country that made it and for the requesting country', () => {
    const h = history(open(), pass())
    const withUnitOf = (country: string) =>
      ({ with: { country, unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts' }) as const
    h.give(command('ShareRequest', withUnitOf('FR'), 'officer'))
    expect([mayGive(h, 'officer'), mayGive(h, 'desk')].map(kinds => kinds.includes('WithdrawShare'))).toEqual([true, false])
    h.give(command('ShareRequest', withUnitOf('TL'), 'desk'))
    expect(mayGive(h, 'desk')).toContain('WithdrawShare')
  })

  test('do not depend on the data of the command: sums, bases, reports and documents are tried as they fit', () => {
    const yen = history(open(asking('5', 'JPY')), pass())
    expect(mayGive(yen, 'bank')).toContain('ReportFreeze')
    // Only a court can extend a hold of the FIU. No authority can extend a voluntary hold of a bank.
    expect(mayGive(frozen('10.00'), 'judge', at(1))).toContain('ExtendFreeze')
    const voluntary = history(open(), pass(), freeze('10.00', { basis: 'VOLUNTARY' }))
    expect(actionsFor(voluntary, 'judge', at(1)).get('ExtendFreeze')).toMatchObject({ may: false, code: 'EXTENSION_NOT_ALLOWED' })

    const onward = {
      rail: 'SWIFT',
      executedAt: opening,
      creditor: { name: 'Next', account: { other: '3' } },
      creditorAgent: { bic: 'EXMPMYKL' },
    } as const
    const followed = history(open(), pass(), moved('1.00', { onward }), moved('2.00'))
    expect(mayGive(followed, 'officer')).toEqual(['FollowOnward', 'DeclineOnward', 'Withdraw', 'ShareRequest'])
    followed.give(declineOnward(3))
    expect(mayGive(followed, 'officer')).toEqual(['FollowOnward', 'Withdraw', 'ShareRequest'])
    expect(actionsFor(followed, 'officer').get('DeclineOnward')).toMatchObject({
      message: expect.stringContaining('reports money that cannot have an onward request'),
    })

    // The rules require a document, so a note is not enough.
    const questioned = history(open(), command('AskInformation', { findings: [], question: 'Whose?' }, 'validation'))
    expect(mayGive(questioned, 'officer')).toEqual(['ProvideInformation', 'Withdraw', 'ShareRequest'])
    questioned.give(correct(asking('900.00')))
    expect(mayGive(questioned, 'officer')).toEqual(['Withdraw', 'ShareRequest'])
  })

  test('include the approval of another person’s proposal, with its data', () => {
    const h = frozen('10.00')
    expect(actionsFor(h, 'officer').get('Withdraw')).toMatchObject({ may: true, needsApproval: true })
    expect(actionsFor(h, 'system').get('Withdraw')).toMatchObject({
      may: false,
      code: 'NOT_PERMITTED',
      message: expect.stringContaining('two officers'),
    })
    h.give(command('Release', proposalData.Release, 'judge', at(1)))
    expect(actionsFor(h, 'secondJudge').get('Release')).toMatchObject({
      may: true,
      needsApproval: true,
      second: { sequence: 4, proposedBy: actors.judge, at: at(1), data: proposalData.Release },
    })
    // The proposer may propose something else, but has no proposal of another person to approve.
    expect(actionsFor(h, 'judge').get('Release')).not.toHaveProperty('second')
    expect(actionsFor(h, 'secondOfficer').get('Release')).toMatchObject({ may: false, code: 'NOT_PERMITTED' })
    expect(actionsFor(h, 'secondJudge').get('Withdraw')).toMatchObject({ may: false })
  })

  test('do not include the approval of a proposal of another role', () => {
    const h = frozen('10.00')
    h.give(command('InitiateReturn', proposalData.InitiateReturn, 'bank'))
    expect(actionsFor(h, 'secondBank').get('InitiateReturn')).toHaveProperty('second')
    expect(actionsFor(h, 'fiu').get('InitiateReturn')).toMatchObject({ may: true, needsApproval: true })
    expect(actionsFor(h, 'fiu').get('InitiateReturn')).not.toHaveProperty('second')
  })

  test('do not include a proposal that is no longer possible', () => {
    const h = frozen('10.00')
    h.give(command('Withdraw', proposalData.Withdraw, 'officer'))
    h.both('InitiateReturn')
    expect(actionsFor(h, 'secondOfficer').get('Withdraw')).toHaveProperty('second')
    h.give(command('ReportReturn', { amount: { currency: 'USD', value: '1.00' }, reference: 'P4' }, 'bank'))
    expect(actionsFor(h, 'secondOfficer').get('Withdraw')).toMatchObject({ may: false, code: 'WRONG_STATE' })
  })

  test('do not let an officer approve his own verification', () => {
    const h = history(open(), review(2), propose())
    expect(actionsFor(h, 'desk').get('ApproveVerification')).toMatchObject({ may: false, code: 'SAME_PERSON' })
    expect(mayGive(h, 'secondDesk')).toContain('ApproveVerification')
  })

  test('are shown to an actor whose refusal budget is used up, and leave no record', () => {
    const h = history(open(), pass())
    h.give(withdraw())
    for (let turn = 0; turn < 25; turn++) h.give(withdraw('officer'))
    const before = serializeSnapshot(h.current())
    expect(actionsFor(h, 'officer').get('Withdraw')).toMatchObject({ may: false, code: 'WRONG_STATE' })
    expect(serializeSnapshot(h.current())).toBe(before)
  })
})
