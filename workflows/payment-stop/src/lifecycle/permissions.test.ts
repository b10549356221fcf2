import { parseActor } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  type ActorName,
  actors,
  answer,
  at,
  codeOf,
  command,
  expired,
  freeze,
  frozen,
  history,
  messageOf,
  open,
  pass,
  request,
  requestId,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type CommandKind, commandKinds } from '../language/index.ts'
import { decide } from './decide.ts'
import { describePermission, isPermitted } from './permissions.ts'

/** Who may give each command, stated independently: a change of the code needs a change here. */
const allowed: Readonly<Record<CommandKind, readonly ActorName[]>> = {
  OpenRequest: ['system', 'officer', 'secondOfficer', 'dispatch'],
  PassAssessment: ['validation'],
  SendToReview: ['validation'],
  AskInformation: ['validation', 'desk', 'secondDesk', 'bank', 'secondBank', 'fiu', 'secondFiu'],
  Reject: ['validation', 'desk', 'secondDesk'],
  MarkDuplicate: ['validation'],
  ProposeVerification: ['desk', 'secondDesk'],
  ApproveVerification: ['desk', 'secondDesk'],
  ProvideInformation: ['system', 'officer', 'secondOfficer'],
  AcknowledgeOrder: ['bank', 'secondBank'],
  ReportFreeze: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  ReportNoFunds: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  ReportNotFound: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  ReportMovedOnward: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  FollowOnward: ['officer', 'secondOfficer'],
  DeclineOnward: ['officer', 'secondOfficer'],
  ReportInterim: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  CorrectAnswer: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  ConfirmFreeze: ['judge', 'secondJudge'],
  ExtendFreeze: ['judge', 'secondJudge'],
  InitiateReturn: ['bank', 'secondBank', 'fiu', 'secondFiu'],
  ReportReturn: ['bank', 'secondBank'],
  Withdraw: ['system', 'officer', 'secondOfficer'],
  Release: ['judge', 'secondJudge'],
  CloseUnrecovered: ['judge', 'secondJudge'],
  Reopen: ['system', 'officer', 'secondOfficer', 'desk', 'secondDesk'],
  ShareRequest: ['officer', 'secondOfficer', 'desk', 'secondDesk'],
  WithdrawShare: ['officer', 'secondOfficer', 'desk', 'secondDesk'],
  ReportUndelivered: ['dispatch'],
  OrderErasure: ['officer', 'secondOfficer', 'judge', 'secondJudge'],
  RecordDestruction: ['dispatch'],
  ConfirmDestruction: ['dispatch'],
  DeadlinePassed: ['clock'],
  LodgeChallenge: ['bank', 'secondBank', 'fiu', 'secondFiu', 'judge', 'secondJudge'],
  DecideChallenge: ['judge', 'secondJudge'],
}

const parties = { requestingCountry: 'SG', beneficiaryCountry: 'TL' }

describe('V18: who may give a command', () => {
  test.each(commandKinds)('%s: only these roles', kind => {
    const may = (Object.keys(actors) as ActorName[]).filter(name => {
      const parsed = parseActor(actors[name])
      return parsed.ok && isPermitted(parsed.value, kind, parties)
    })
    expect(may.sort()).toEqual([...allowed[kind]].sort())
  })

  test.each([
    ['OpenRequest', "the requesting country's system or officer, or the engine's dispatch"],
    ['ReportFreeze', "the beneficiary country's institution or fiu"],
    ['Withdraw', "the requesting country's system or officer"],
    ['DeadlinePassed', "the engine's clock"],
    ['ProposeVerification', "the beneficiary country's officer"],
    ['AcknowledgeOrder', "the beneficiary country's institution"],
    ['Release', "the beneficiary country's authority"],
    ['LodgeChallenge', "the beneficiary country's institution or fiu, or the beneficiary country's authority"],
    ['Reject', "the engine's validation, or the beneficiary country's officer"],
  ] as const)('%s is described as for %s', (kind, said) => {
    expect(describePermission(kind)).toBe(said)
  })

  test.each([
    ['the beneficiary country withdraws', withdraw('desk'), "this is for the requesting country's system or officer"],
    [
      'the requesting country freezes',
      command('ReportFreeze', { amount: usd('1.00'), basis: 'COURT' }, 'officer'),
      "this is for the beneficiary country's institution or fiu",
    ],
    [
      'an officer lets a hold expire',
      command('DeadlinePassed', { kind: 'holdExpiry', dueAt: at(168) }, 'desk', at(168)),
      "this is for the engine's clock",
    ],
    [
      'the bank confirms its own hold',
      command('ConfirmFreeze', { instrument: 'COURT_ORDER', authority: 'C', reference: 'R', date: '2024-07-26' }, 'bank'),
      "this is for the beneficiary country's authority",
    ],
  ])('%s: refused and recorded, without an effect', (_name, given, said) => {
    const h = frozen('920.00')
    const before = h.states()
    const decision = h.give(given)
    expect(codeOf(decision)).toBe('NOT_PERMITTED')
    expect(messageOf(decision)).toBe(said)
    expect(h.lastRefused()).toMatchObject({ type: 'holdfast.refusal.v1', actor: given.actor })
    expect(h.states()).toEqual(before)
  })

  test('only the engine’s clock lets a hold expire', () => {
    const h = frozen('920.00')
    expect(h.give({ ...expired(at(168)), actor: actors.validation })).toMatchObject({
      outcome: 'dropped',
      dropReason: 'late',
      refusal: { code: 'NOT_PERMITTED' },
    })
    h.give(expired(at(168)))
    expect(h.states()).toEqual(['closed.expired'])
  })

  test('only the requesting country answers a question', () => {
    const h = history(open(), command('AskInformation', { question: 'Which account?' }, 'validation'))
    expect(codeOf(h.give({ ...answer(), actor: actors.desk }))).toBe('NOT_PERMITTED')
  })
})

describe('V18: who opens a request', () => {
  test.each(['system', 'officer'] as const)('the %s of the requesting country', actor => {
    expect(history(command('OpenRequest', { request }, actor)).states()).toEqual(['received.assessing'])
  })

  test('no country in the name of another, without a record', () => {
    for (const actor of ['stranger', 'desk'] as const)
      expect(decide(undefined, command('OpenRequest', { request }, actor), policy)).toEqual({
        outcome: 'dropped',
        dropReason: 'stray',
        refusal: {
          code: 'NOT_PERMITTED',
          message: "this is for the requesting country's system or officer, or the engine's dispatch",
        },
      })
  })

  test('a request is opened once; another opening with its id is reported to operators', () => {
    const h = history(open())
    expect(h.give(open())).toEqual({
      outcome: 'dropped',
      dropReason: 'stray',
      refusal: { code: 'ALREADY_OPEN', message: 'a request with this id already exists' },
    })
    expect(h.facts).toHaveLength(1)
  })
})

describe('a country without a part in a request', () => {
  test('leaves no record, and does not learn that it exists', () => {
    const h = frozen('920.00')
    const length = h.facts.length
    expect(h.give(withdraw('stranger'))).toEqual({
      outcome: 'dropped',
      dropReason: 'stray',
      refusal: { code: 'NOT_PERMITTED', message: 'FR has no part in this request' },
    })
    expect(h.facts).toHaveLength(length)
  })

  test('or an invalid actor is refused', () => {
    const h = history(open())
    expect(h.give({ ...withdraw(), actor: 'a person' })).toEqual({
      outcome: 'dropped',
      dropReason: 'stray',
      refusal: { code: 'NOT_PERMITTED', message: '"a person" is not an actor' },
    })
  })

  test('a request that was never opened accepts no command of members or the engine', () => {
    expect(decide(undefined, freeze('1.00'), policy)).toEqual({
      outcome: 'dropped',
      dropReason: 'stray',
      refusal: { code: 'REQUEST_UNKNOWN', message: 'no request has this id' },
    })
    expect(decide(undefined, pass(), policy)).toMatchObject({ outcome: 'dropped', dropReason: 'late' })
    expect(decide(undefined, { ...pass(), subject: requestId }, policy)).toMatchObject({ refusal: { code: 'REQUEST_UNKNOWN' } })
  })
})
