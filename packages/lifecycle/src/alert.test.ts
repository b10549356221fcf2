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
  type RefusedCommand,
} from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
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
const all = [
  ...deadlines,
  ...childless,
  ...late,
  alertOfErasureWhileParked,
  alertOfWaitingErasure,
  onward,
  alertOf(fact('OrderUndelivered', { why: 'free text' })),
  ...dualApprovalCommands.map(command => proposed(command, 'TL/authority/a.judge')),
].flatMap(alert => Object.values(alert))

describe('what somebody has to look at', () => {
  test('is every deadline that passed, for one side at least', () => {
    for (const alert of deadlines) expect(Object.keys(alert).length).toBeGreaterThan(0)
  })

  test('is a last limit, for both', () => {
    for (const kind of ['verifyHard', 'executeHard', 'informationDecision'])
      expect(Object.keys(alertOf(fact('DeadlineReached', { kind })))).toEqual(['requester', 'beneficiary'])
  })

  test('is money that no request follows, for who asked; not money that one follows', () => {
    for (const alert of childless) expect(alert.requester).toBeDefined()
    expect(alertOf(fact('MovedOnwardReported', { child: { requestId: 'r', hop: 1 } }))).toEqual({})
  })

  test('is money that waits for the word of who asked: how much went where and which report says so, but not to whom it went', () => {
    const { requester, beneficiary } = onward
    expect(requester?.message).toMatch(/^USD 9999999999999999.99 moved onward to MY, .* officer of yours agrees: follow it, or decline/)
    expect(requester).toMatchObject({
      code: 'movedOnward',
      parameters: { amount: { currency: 'USD', value: '9999999999999999.99' }, country: 'MY', report: 1_000 },
    })
    expect(JSON.stringify(requester)).not.toMatch(/mule|0099|EXMP|free text/)
    expect(beneficiary).toBeUndefined()
  })

  test("is an institution's answer that came too late, for both; not any other refusal", () => {
    expect(alertOfRefusal({ data: {} } as RefusedCommand)).toEqual({})
    expect(late.map(({ requester, beneficiary }) => [requester?.code, beneficiary?.code])).toEqual([
      ['lateAnswer', 'lateAnswer'],
      ['lateAnswer.last', 'lateAnswer.last'],
    ])
  })

  test('is an order that did not reach its institution, for both', () => {
    expect(Object.keys(alertOf(fact('OrderUndelivered')))).toEqual(['requester', 'beneficiary'])
  })

  test('is a proposal, for the side that has to agree', () => {
    expect(proposed('Withdraw', 'SG/officer/a.tan')).toEqual({
      requester: {
        code: 'proposed',
        message: expect.stringMatching(/^It is proposed to withdraw the request: .* second person/),
        parameters: { command: 'Withdraw' },
      },
    })
    expect(Object.keys(proposed('Release', 'TL/authority/a.judge'))).toEqual(['beneficiary'])
  })

  test('is nothing else', () => {
    const others = factKinds.filter(kind => !['DeadlineReached', 'HoldExpired', 'ActionProposed', 'OrderUndelivered'].includes(kind))
    for (const kind of others) expect(alertOf(fact(kind, {}))).toEqual({})
  })
})

describe('the code of an alert', () => {
  test('is one of the list, and each of the list is told', () => {
    expect([...new Set(all.map(({ code }) => code))].sort()).toEqual([...alertCodeSchema.options].sort())
  })

  test('is another one where the sentence is another one, its parameters apart', () => {
    const sentences = new Map(all.filter(({ parameters }) => !parameters).map(({ code, message }) => [message, code]))
    expect(new Set(sentences.values()).size).toBe(sentences.size)
  })

  test('says the kind of the deadline, or why nothing follows the money, and whose it is where the sides are told different things', () => {
    for (const [index, { requester, beneficiary }] of deadlines.entries()) {
      const name = `deadline.${deadlineKindSchema.options[index]}`
      const differ = requester && beneficiary && requester.message !== beneficiary.message
      if (requester) expect(requester.code).toBe(differ ? `${name}.requester` : name)
      if (beneficiary) expect(beneficiary.code).toBe(differ ? `${name}.beneficiary` : name)
    }
    expect(childless.map(({ requester }) => requester?.code)).toEqual(childlessReasonSchema.options.map(reason => `unfollowed.${reason}`))
  })

  test('has the parameters that are published, and no others', () => {
    const parameters = all.flatMap(({ parameters }) => (parameters ? [parameters] : []))
    expect(parameters.map(each => alertParametersSchema.safeParse(each).success)).toEqual(parameters.map(() => true))
    expect(parameters).toHaveLength(1 + dualApprovalCommands.length)
  })
})

test('an alert names no person, no account and no period, and is one sentence for people that fits a notice', () => {
  for (const { code, message } of all) {
    if (code !== 'movedOnward') expect(message).toMatch(/^[A-Z][^\d/]{20,}$/)
    // Neither JSON nor the name of a command.
    expect(message).not.toMatch(/[{}"[\]]|[a-z][A-Z]|free text|a\.judge/)
    expect(message.length).toBeLessThan(200)
  }
})
