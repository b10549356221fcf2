import type { RefusedCommand } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import {
  alertCodeSchema,
  alertParametersSchema,
  childlessReasonSchema,
  deadlineKindSchema,
  dualApprovalCommands,
  type Fact,
  type FactKind,
  factKinds,
  factType,
} from '../language/index.ts'
import { alertOf, alertOfErasureWhileParked, alertOfRefusal, alertOfWaitingErasure } from './alert.ts'

const fact = (kind: FactKind, data: object = {}, actor = 'TL/institution/a.bank') =>
  ({ type: factType(kind), requestingcountry: 'SG', beneficiarycountry: 'TL', actor, data }) as unknown as Fact

const moved = (data: object) => ({
  ...fact('MovedOnwardReported', {
    amount: { currency: 'USD', value: '9999999999999999.99' },
    country: 'MY',
    onward: { creditor: { name: 'A mule', account: { other: '00990011' } }, creditorAgent: { bic: 'EXMPMYKL' } },
    note: 'free text',
    ...data,
  }),
  sequence: 1_000,
})
const proposed = (command: string, actor: string) => alertOf(fact('ActionProposed', { command, data: { reason: 'free text' } }, actor))

const deadlines = deadlineKindSchema.options.map(kind => alertOf(fact(kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached', { kind })))
const childless = childlessReasonSchema.options.map(reason => alertOf(moved({ childless: reason })))
const onward = alertOf(moved({ proposed: { requestId: 'r', hop: 1 } }))
const late = [{ late: true }, { late: true, last: true }].map(data =>
  alertOfRefusal({ data: { ...data, data: { note: 'free text' } } } as unknown as RefusedCommand),
)
const decided = ['FOR_HOLDER', 'AGAINST_HOLDER'].map(decision => alertOf(fact('ChallengeDecided', { decision, note: 'free text' })))
const lodged = alertOf(fact('ChallengeLodged', { decidingBody: 'free text' }))
const all = [
  lodged,
  ...decided,
  ...deadlines,
  ...childless,
  ...late,
  alertOfErasureWhileParked,
  alertOfWaitingErasure,
  onward,
  alertOf(fact('OrderUndelivered', { why: 'free text' })),
  ...dualApprovalCommands.map(command => proposed(command, 'TL/authority/a.judge')),
].flatMap(alert => Object.values(alert))

describe('an alert', () => {
  test('is raised by every missed deadline, for at least one country', () => {
    for (const alert of deadlines) expect(Object.keys(alert).length).toBeGreaterThan(0)
  })

  test('is raised by a final time limit, for both countries', () => {
    for (const kind of ['verifyHard', 'executeHard', 'informationDecision'])
      expect(Object.keys(alertOf(fact('DeadlineReached', { kind })))).toEqual(['requester', 'beneficiary'])
  })

  test('is raised by money without an onward request, for the requesting country, and not by money with one', () => {
    for (const alert of childless) expect(alert.requester).toBeDefined()
    expect(alertOf(fact('MovedOnwardReported', { child: { requestId: 'r', hop: 1 } }))).toEqual({})
  })

  test('is raised by money that awaits a decision: with amount, country and report, but not the account holder', () => {
    const { requester, beneficiary } = onward
    expect(requester?.message).toMatch(
      /^USD 9999999999999999.99 moved onward to MY, .* decision of your country: approve an onward request, or decline/,
    )
    expect(requester).toMatchObject({
      code: 'movedOnward',
      parameters: { amount: { currency: 'USD', value: '9999999999999999.99' }, country: 'MY', report: 1_000 },
    })
    expect(JSON.stringify(requester)).not.toMatch(/mule|0099|EXMP|free text/)
    expect(beneficiary).toBeUndefined()
  })

  test("is raised by an institution's late answer, for both countries, and not by another refusal", () => {
    expect(alertOfRefusal({ data: {} } as RefusedCommand)).toEqual({})
    expect(late.map(({ requester, beneficiary }) => [requester?.code, beneficiary?.code])).toEqual([
      ['lateAnswer', 'lateAnswer'],
      ['lateAnswer.last', 'lateAnswer.last'],
    ])
  })

  test('is raised by an undelivered order, for both countries', () => {
    expect(Object.keys(alertOf(fact('OrderUndelivered')))).toEqual(['requester', 'beneficiary'])
  })

  test('is raised by a challenge of the freeze and by its decision, for both countries', () => {
    const challenge = {
      code: 'challengeLodged',
      message: 'The account holder has challenged the freeze: an authority of the beneficiary country has to record the decision',
    }
    expect(lodged).toEqual({ requester: challenge, beneficiary: challenge })
    const upheld = {
      code: 'challengeDecided.FOR_HOLDER',
      message: 'The challenge of the freeze was upheld: the money is released',
    }
    const dismissed = {
      code: 'challengeDecided.AGAINST_HOLDER',
      message: 'The challenge of the freeze was dismissed: the hold stays',
    }
    expect(decided).toEqual([
      { requester: upheld, beneficiary: upheld },
      { requester: dismissed, beneficiary: dismissed },
    ])
  })

  test('is raised by a proposal, for the country that has to approve it', () => {
    expect(proposed('Withdraw', 'SG/officer/a.tan')).toEqual({
      requester: {
        code: 'proposed',
        message: expect.stringMatching(/^It is proposed to withdraw the request: a different person/),
        parameters: { command: 'Withdraw' },
      },
    })
    expect(Object.keys(proposed('Release', 'TL/authority/a.judge'))).toEqual(['beneficiary'])
  })

  test('is raised by nothing else', () => {
    const raising = ['DeadlineReached', 'HoldExpired', 'ActionProposed', 'OrderUndelivered', 'ChallengeLodged', 'ChallengeDecided']
    const others = factKinds.filter(kind => !raising.includes(kind))
    for (const kind of others) expect(alertOf(fact(kind, {}))).toEqual({})
  })
})

describe('the code of an alert', () => {
  test('is one of the published list, and each of the list is used', () => {
    expect([...new Set(all.map(({ code }) => code))].sort()).toEqual([...alertCodeSchema.options].sort())
  })

  test('differs where the sentence differs, apart from parameters', () => {
    const sentences = new Map(all.filter(({ parameters }) => !parameters).map(({ code, message }) => [message, code]))
    expect(new Set(sentences.values()).size).toBe(sentences.size)
  })

  test('has the kind of the deadline or the reason without onward request, and the country if both have different sentences', () => {
    for (const [index, { requester, beneficiary }] of deadlines.entries()) {
      const name = `deadline.${deadlineKindSchema.options[index]}`
      const differ = requester && beneficiary && requester.message !== beneficiary.message
      if (requester) expect(requester.code).toBe(differ ? `${name}.requester` : name)
      if (beneficiary) expect(beneficiary.code).toBe(differ ? `${name}.beneficiary` : name)
    }
    expect(childless.map(({ requester }) => requester?.code)).toEqual(childlessReasonSchema.options.map(reason => `unfollowed.${reason}`))
  })

  test('has only published parameters', () => {
    const parameters = all.flatMap(({ parameters }) => (parameters ? [parameters] : []))
    expect(parameters.map(each => alertParametersSchema.safeParse(each).success)).toEqual(parameters.map(() => true))
    expect(parameters).toHaveLength(1 + dualApprovalCommands.length)
  })
})

test('an alert names no person, account or period, and is one sentence that fits into a notification', () => {
  for (const { code, message } of all) {
    if (code !== 'movedOnward') expect(message).toMatch(/^[A-Z][^\d/]{20,}$/)
    // Neither JSON nor the name of a command.
    expect(message).not.toMatch(/[{}"[\]]|[a-z][A-Z]|free text|a\.judge/)
    expect(message.length).toBeLessThan(200)
  }
})

test.each([
  ['ConfirmFreeze', 'confirm the hold'],
  ['ExtendFreeze', 'extend the hold'],
  ['InitiateReturn', 'initiate the return'],
  ['Withdraw', 'withdraw the request'],
  ['Release', 'release the money'],
  ['CloseUnrecovered', 'close the request without recovery'],
  ['OrderErasure', 'erase the data of the request for good'],
  ['DecideChallenge', 'decide the challenge of the account holder'],
])('an alert of a proposal says what would happen: %s', (command, what) => {
  expect(Object.values(proposed(command, 'TL/authority/a.judge')).map(({ message }) => message)).toEqual([
    `It is proposed to ${what}: a different person of your country with the same role must approve it`,
  ])
})
