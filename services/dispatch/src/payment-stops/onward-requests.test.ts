import { type AgreedChild, agreedChildIn, childRequestOf, namesDestination } from '@holdfast/payment-stop/dispatching'
import {
  accountNumberOf,
  type Command,
  commandSchema,
  destinationIn,
  type Fact,
  type FactOf,
  type FreezeRequest,
  freezeRequestSchema,
  type Money,
  type OnwardPayment,
} from '@holdfast/payment-stop/language'
import { destinationIdOf } from '@holdfast/schemas'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type History, historyOf, usd, verified } from '../../test/history.ts'
import { childCommandOf } from '../../test/of-payment-stops.ts'

const document = buildRequest({
  payment: { amount: usd('1000.00') },
  requestedAmount: usd('900.00'),
  handling: { deniedTo: ['VU'], confidentiality: 'CONFIDENTIAL' },
  attachments: [{ name: 'report.pdf', mediaType: 'application/pdf', bytes: 1000, sha256: 'a'.repeat(64) }],
})
const onward: OnwardPayment = {
  rail: 'SWIFT',
  uetr: '9d3c2b1a-4b5a-4968-8776-655443322110',
  executedAt: '2024-07-23T08:30:00+08:00',
  creditor: { name: 'Creek Trading LLC', account: { other: '77001' } },
  creditorAgent: { bic: 'CREKAEAD' },
}

/** The report that money of the request above moved onward, an officer's approval, and the child that follows it. */
function followed(amount = usd('400.00'), payment: OnwardPayment = onward) {
  const history = verified(document)
  const agreed = agreedTo(history, amount, payment)
  return { history, ...agreed, child: childRequestOf(agreed.agreed) }
}

function agreedTo(history: History, amount: Money, payment: OnwardPayment, { actor, country = 'AE', parent = document }: Where = {}) {
  const report = history.give('ReportMovedOnward', { amount, country, onward: payment }, actor ? { actor } : {}).fact
  if (!namesDestination(report)) throw new Error('the report names no destination')
  const { fact, state } = history.give('FollowOnward', { report: report.sequence })
  const agreement = agreedChildIn(fact)
  if (!agreement) throw new Error('no child follows this fact')
  const { because, child } = agreement
  return {
    report,
    fact,
    state,
    agreed: { because, child, report, parent, left: destinationIn(parent, {}), handling: parent.handling } satisfies AgreedChild,
  }
}
interface Where {
  readonly actor?: string
  readonly country?: string
  readonly parent?: FreezeRequest
}

describe('a child request for money that moved to the next country', () => {
  test('concerns the onward payment, from the account in the parent request', () => {
    const { child, history } = followed()
    expect(child).toMatchObject({ requestingCountry: 'SG', beneficiaryCountry: 'AE', parent: { requestId: history.requestId, hop: 1 } })
    expect(child.payment).toEqual({
      ...onward,
      amount: usd('400.00'),
      debtor: document.payment.creditor,
      debtorAgent: { bic: document.payment.creditorAgent.bic },
    })
    expect(child.recall).toEqual({ initiated: false })
  })

  test('has the parent’s case, law, victim and restricted countries', () => {
    const { child, report } = followed()
    const { caseReference, contact, offence, attestations, handling, victim, reason, attachments } = document
    expect(child).toMatchObject({ caseReference, contact, offence, attestations, handling, victim, reason, attachments })
    expect(child.reportedAt).toBe(report.time)
  })

  test.each([
    ['the amount that moved, if the payment names none', undefined, undefined, usd('400.00')],
    ['no more than moved, if the payment carried other money', usd('5000.00'), usd('400.00'), usd('5000.00')],
    ['the amount of the payment, if that is less', usd('399.00'), undefined, usd('399.00')],
    [
      'the amount of the payment, if that is in another currency',
      { currency: 'AED', value: '1469.00' },
      undefined,
      { currency: 'AED', value: '1469.00' },
    ],
  ])('requests %s', (_what, paid, requested, amount) => {
    const { child } = followed(usd('400.00'), paid ? { ...onward, amount: paid } : onward)
    expect([child.requestedAmount, child.payment.amount]).toEqual([requested, amount])
  })

  test('does not follow from a report alone, because the requester has not approved', () => {
    const history = verified(document)
    for (const data of [
      { amount: usd('1.00'), country: 'VU', onward },
      { amount: usd('1.00'), country: 'AE' },
      { amount: usd('1.00'), country: 'AE', onward },
    ])
      expect(agreedChildIn(history.give('ReportMovedOnward', data).fact)).toBeUndefined()
    expect(agreedChildIn(history.give('DeclineOnward', { report: 5, reason: 'It went back' }).fact)).toBeUndefined()
  })

  test('follows from a report that the requester’s policy approves, also in an older ledger', () => {
    const eur = (value: string) => ({ currency: 'EUR', value })
    const history = verified(buildRequest({ payment: { amount: eur('1000.00') } }))
    const { fact } = history.give('ReportMovedOnward', { amount: eur('100.00'), country: 'AE', onward })
    expect(agreedChildIn(fact)).toEqual({ because: fact, child: { requestId: expect.any(String), hop: 1 }, report: undefined })
    const { standingPolicy: _policy, ...data } = (fact as FactOf<'MovedOnwardReported'>).data
    expect(agreedChildIn({ ...fact, data } as Fact)).toMatchObject({ child: data.child })
  })

  test('has the latest restricted countries, and the account in the report’s document', () => {
    const { agreed } = followed()
    const handling = { ...document.handling, deniedTo: ['VU', 'MY'] }
    expect(childRequestOf({ ...agreed, handling })).toMatchObject({ handling, payment: { debtor: document.payment.creditor } })
  })

  test('is valid by the schema for any parent and onward payment', () => {
    const { agreed } = followed()
    fc.assert(
      fc.property(requestArbitrary, requestArbitrary, fc.boolean(), (parent, { payment, beneficiaryCountry: country }, told) => {
        const { amount, debtor: _debtor, debtorAgent: _agent, ...rest } = payment
        const data = { ...agreed.report.data, amount: parent.payment.amount, country, onward: told ? { ...rest, amount } : rest }
        const child = childRequestOf({ ...agreed, parent, handling: parent.handling, report: { ...agreed.report, data } })
        expect(freezeRequestSchema.safeParse(child).error?.issues).toBeUndefined()
        expect(child.handling).toEqual(parent.handling)
      }),
      { seed: 20240723 },
    )
  })
})

describe('the command that opens a child request', () => {
  test('comes from the engine because of the requester’s approval, continues the parent’s lineage, and opens the child', () => {
    const { agreed, state, fact, history, child } = followed()
    const { topic, id, key, value } = childCommandOf(agreed, state)
    const command = commandSchema.parse(JSON.parse(value)) as unknown as Command
    expect([topic.name, key]).toEqual(['freeze.commands', agreed.child.requestId])
    expect(command).toMatchObject({
      id,
      subject: agreed.child.requestId,
      causationid: fact.id,
      correlationid: history.requestId,
      actor: 'holdfast/dispatch/children',
      data: { request: child },
    })
    const lineage = (command.data as { lineage: string[] }).lineage
    expect(lineage).toEqual([destinationIdOf('TL', accountNumberOf(document.payment.creditor.account))])
    const opened = historyOf(child, { id: agreed.child.requestId, lineage })
    expect(opened.state().summary).toMatchObject({ ancestors: lineage, parent: { requestId: history.requestId, hop: 1 } })
  })

  test('is identical when it is repeated', () => {
    const { agreed, state } = followed()
    expect(childCommandOf(agreed, state)).toEqual(childCommandOf(agreed, state))
  })

  test('of a grandchild names both earlier accounts, so that the chain cannot become a loop', () => {
    const { agreed, state, child } = followed()
    const { lineage } = JSON.parse(childCommandOf(agreed, state).value).data
    const second = historyOf(child, { id: agreed.child.requestId, lineage })
    second.give('PassAssessment', { findings: [] })
    const by = { actor: 'AE/institution/a.bank' }
    const account = { other: '60012' }
    const third = { ...onward, creditor: { name: 'Harbour Ltd', account }, creditorAgent: { bic: 'HARBHKHH' } }
    const next = agreedTo(second, usd('100.00'), third, { ...by, country: 'HK', parent: child })
    const command = JSON.parse(childCommandOf(next.agreed, next.state).value)
    expect(command.data.lineage).toEqual([...lineage, destinationIdOf('AE', '77001')])
    expect(command.data.request.parent).toEqual({ requestId: agreed.child.requestId, hop: 2 })
    expect(command.correlationid).toBe(second.facts[0]?.correlationid)
    const back = { ...onward, creditor: document.payment.creditor }
    expect(second.give('ReportMovedOnward', { amount: usd('1.00'), country: 'TL', onward: back }, by).fact.data).toMatchObject({
      childless: 'HOP_CYCLE',
    })
  })
})
