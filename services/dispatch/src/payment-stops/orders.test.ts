import { type DeadlineKind, orderSchema } from '@holdfast/payment-stop/language'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEngineSignatureVerifier, createEngineSigner } from '@holdfast/trust'
import { describe, expect, test } from 'vitest'
import { type History, historyOf, opening, usd, verified } from '../../test/history.ts'
import { frameOf, instructionFor, orderOf } from '../../test/of-payment-stops.ts'

const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 5)))

const document = buildRequest({ payment: { amount: usd('1000.00') } })

/** The orders that the facts of a history make necessary. */
const ordersOf = (history: History) =>
  history.steps.flatMap(step => {
    const instruction = instructionFor(step)
    return instruction ? [{ ...instruction, ...orderOf(step.fact, frameOf(history.requestId, document), instruction, signer) }] : []
  })
const shownOf = (history: History) => ordersOf(history).map(({ kind, amount }) => `${kind} ${amount.value}`)
const lastOf = (history: History) => ordersOf(history).at(-1)

/** Lets an armed deadline of this kind expire. */
function passes(history: History, kind: DeadlineKind): void {
  const deadline = history.state().summary.resultingState.deadlines.find(armed => armed.kind === kind)
  if (!deadline) throw new Error(`no ${kind} is armed`)
  history.give('DeadlinePassed', deadline, { at: deadline.dueAt })
}

describe('an institution is ordered to freeze', () => {
  test('the requested amount, once the request is verified and no earlier', () => {
    const history = historyOf(buildRequest({ payment: { amount: usd('1000.00') }, requestedAmount: usd('400.00') }))
    expect(shownOf(history)).toEqual([])
    history.give('PassAssessment', { findings: [] })
    expect(shownOf(history)).toEqual(['freeze 400.00'])
  })

  test('not again because of its own answers', () => {
    const history = verified(document, '900.00')
    history.give('InitiateReturn', { basis: 'CONSENT' })
    history.give('ReportReturn', { amount: usd('900.00'), reference: 'P4' })
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
  })

  test('again after a reopening and verification: the amount not located yet, by another order', () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('250.00'), country: 'MY' })
    history.give('ReportNoFunds', { reason: 'AM04' })
    history.give('Reopen', { reason: 'The bank has found some' })
    history.give('PassAssessment', { findings: [] })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'freeze 750.00'])
    expect(new Set(ordersOf(history).map(({ id }) => id)).size).toBe(2)
    expect(lastOf(history)?.reason).toMatch(/^Reopened/)
  })

  test('again for less, if a part was returned with charges', () => {
    const history = verified(document, '1000.00')
    history.give('InitiateReturn', { basis: 'ORDER' })
    history.give('ReportReturn', { amount: usd('600.00'), charges: usd('15.00'), reference: 'P4' })
    history.give('Release', { reason: 'COURT_ORDER' })
    history.give('Reopen', { reason: 'The decision was set aside' })
    history.give('PassAssessment', { findings: [] })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'release 385.00', 'freeze 385.00'])
  })
})

describe('an institution is ordered to release exactly what is frozen', () => {
  test('when the requester withdraws', () => {
    const history = verified(document, '400.00', '300.00')
    history.give('Withdraw', { reason: 'Paid back, says Ms. Tan' })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'release 700.00'])
    expect(lastOf(history)?.reason).not.toContain('Tan')
  })

  test('when an authority of its country orders the release', () => {
    const history = verified(document, '1000.00')
    history.give('Release', { reason: 'CHALLENGE_UPHELD', authority: 'Court of Appeal', reference: 'A-3' })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'release 1000.00'])
  })

  test('when its authority decides a challenge for the account holder', () => {
    const history = verified(document, '400.00', '300.00')
    history.give('LodgeChallenge', { decidingBody: 'Court of Appeal', reference: 'A-3', date: '2024-07-23' })
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
    history.give('DecideChallenge', { decision: 'FOR_HOLDER', reference: 'A-3', note: 'Says Ms. Tan' })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'release 700.00'])
    expect(lastOf(history)?.reason).toBe('An authority of the beneficiary country ordered it (CHALLENGE_UPHELD)')
  })

  test('not when its authority decides a challenge against the account holder', () => {
    const history = verified(document, '400.00')
    history.give('LodgeChallenge', { decidingBody: 'Court of Appeal', reference: 'A-3', date: '2024-07-23' })
    history.give('DecideChallenge', { decision: 'AGAINST_HOLDER', reference: 'A-3' })
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
  })

  test('less what expired or was returned before', () => {
    const history = verified(document)
    const ends = '2024-07-24T00:00:00.000Z'
    history.give('ReportFreeze', { amount: usd('300.00'), basis: 'VOLUNTARY', expiresAt: ends })
    history.give('ReportFreeze', { amount: usd('200.00'), basis: 'FIU_SUSPENSION' })
    history.give('DeadlinePassed', { kind: 'holdExpiry', dueAt: ends }, { at: ends })
    history.give('InitiateReturn', { basis: 'CONSENT' }, { at: ends })
    history.give('ReportReturn', { amount: usd('50.00'), reference: 'P4' }, { at: ends })
    history.give('Release', { reason: 'WRONG_PARTY' }, { at: ends })
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'release 150.00'])
  })

  test('not when the hold expires, because the law ends it', () => {
    const history = verified(document, '1000.00')
    history.give('DeadlinePassed', { kind: 'holdExpiry', dueAt: '2024-07-26T02:25:00.000Z' }, { at: '2024-07-26T02:25:00.000Z' })
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
  })

  test.each(['FORFEITED', 'CONSENT_REFUSED', 'PAID_ELSEWHERE'] as const)(
    'not when the money goes elsewhere (%s): the institution learns that the hold stays',
    reason => {
      const history = verified(document, '1000.00')
      history.give('CloseUnrecovered', { reason, authority: 'District Court', reference: 'U-1' })
      expect(shownOf(history)).toEqual(['freeze 1000.00', 'information 1000.00'])
      expect(lastOf(history)?.reason).toContain('lifts no hold')
    },
  )
})

describe('an institution that has frozen nothing gets a cancellation', () => {
  test.each([
    ['withdrawn', (history: History) => history.give('Withdraw', { reason: 'Paid back' })],
    ['refused by the desk', (history: History) => history.give('Reject', { code: 'IMMUNITY' })],
  ])('when a request is %s after its order was sent', (_how, end) => {
    const history = verified(document)
    end(history)
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'cancel 1000.00'])
    const unordered = historyOf(document)
    end(unordered)
    expect(shownOf(unordered)).toEqual([])
  })

  test('but not if only an earlier revision had an order', () => {
    const history = verified(document)
    history.give('ReportNotFound', { reason: 'NOOR' })
    history.give('Reopen', { reason: 'Found' })
    history.give('Withdraw', { reason: 'Paid back' })
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
  })
})

describe('an institution is chased', () => {
  test('at each missed deadline of the order', () => {
    const history = verified(document)
    for (const kind of ['acknowledge', 'acknowledgeEscalation', 'interimAnswer', 'execute', 'executeHard'] as const) passes(history, kind)
    expect(
      ordersOf(history)
        .slice(1)
        .map(({ kind, reason }) => `${kind}: ${reason.slice(0, 16)}`),
    ).toEqual(['chase: Acknowledge the ', 'chase: Acknowledge the ', 'chase: Hold what is the', 'chase: Hold what is the'])
  })

  test('for the rest, if a part has moved onward', () => {
    const history = verified(document)
    history.give('ReportMovedOnward', { amount: usd('100.00'), country: 'MY' })
    passes(history, 'execute')
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'chase 900.00'])
  })

  test('for money that it must return and still has frozen', () => {
    const history = verified(document, '500.00')
    history.give('InitiateReturn', { basis: 'ORDER' })
    history.give('ReportReturn', { amount: usd('200.00'), reference: 'P4' })
    passes(history, 'returnPayment')
    passes(history, 'returnPayment')
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'chase 300.00', 'chase 300.00'])
  })

  test('for the consent of the account holder', () => {
    const history = verified(document, '500.00')
    history.give('ReportInterim', { reason: 'RQDA' })
    passes(history, 'consentAnswer')
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'chase 500.00'])
  })

  test('not while its own question waits for an answer', () => {
    const history = verified(document)
    history.give('AskInformation', { question: 'Which of two?' })
    passes(history, 'execute')
    expect(shownOf(history)).toEqual(['freeze 1000.00'])
  })

  test('not for tasks of others', () => {
    const early = historyOf(document)
    for (const kind of ['verify', 'verifyHard'] as const) passes(early, kind)
    const late = verified(document, '1000.00')
    passes(late, 'holdWarning')
    expect([...shownOf(early), ...shownOf(late)]).toEqual(['freeze 1000.00'])
  })
})

describe('an institution that asked a question', () => {
  test('receives the answer unchanged', () => {
    const history = verified(document)
    history.give('AskInformation', { question: 'Which of two?' })
    history.give('ProvideInformation', { note: 'The one at 08:05' })
    expect(lastOf(history)).toMatchObject({ kind: 'information', reason: 'The one at 08:05', amount: usd('1000.00') })
  })

  test('learns that no answer came', () => {
    const history = verified(document)
    history.give('AskInformation', { question: 'Which of two?' })
    passes(history, 'informationReminder')
    passes(history, 'informationDecision')
    expect(shownOf(history)).toEqual(['freeze 1000.00', 'information 1000.00'])
  })

  test('gets no answers to questions from before its order', () => {
    const history = historyOf(document)
    history.give('AskInformation', { question: 'Which account?' }, { actor: 'holdfast/validation/rules' })
    history.give('ProvideInformation', { request: document })
    history.give('AskInformation', { question: 'Still: which?' }, { actor: 'holdfast/validation/rules' })
    passes(history, 'informationDecision')
    expect(shownOf(history)).toEqual([])
  })
})

test('an order contains the data of the request and is valid by the schema', () => {
  const history = verified(document, '1000.00')
  history.give('Withdraw', { reason: 'Paid back' })
  for (const { topic, id, key, value, kind, reason, amount } of ordersOf(history)) {
    const order = orderSchema.parse(JSON.parse(value))
    expect(createEngineSignatureVerifier([signer.key])(order)).toBeUndefined()
    expect([topic.name, key, id, order.id]).toEqual(['freeze.orders.tl', history.requestId, order.data.orderId, id])
    expect(order).toMatchObject({ correlationid: history.requestId, time: opening })
    expect(history.facts.map(fact => fact.id)).toContain(order.causationid)
    expect(order.data).toMatchObject({ kind, reason, amount, ...frameOf(history.requestId, document), discloseToHolder: false })
  }
})
