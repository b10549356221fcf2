import { isFact } from '@holdfast/payment-stop/language'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf } from '../src/engine.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const hourMs = 3_600_000
const usd = (value: string) => ({ currency: 'USD', value })

let world: StoryWorld
beforeAll(async () => {
  world = await startStoryWorld(['TL', 'MY'])
})
afterAll(() => world.stop())

describe('information is requested from the requester (Regulation (EU) 2018/1805 Art. 8; camt.110 RQFI)', () => {
  test('by the rules: the corrected document is assessed again', async () => {
    const requestId = await world.send({ payment: { creditor: { account: { iban: 'TL000020123456789012345' } } } })
    await world.reaches(requestId, 'received.awaitingInformation')
    const words = await world.act(['SG', 'officer'], requestId, 'ProvideInformation', { note: 'It is the account on the invoice' })
    expect(words).toMatchObject({ ok: false, error: { status: 409, code: 'WRONG_STATE' } })
    const opened = await world.fact(requestId, 'RequestOpened')
    if (!isFact(opened, 'RequestOpened')) throw new Error('the history has no opening')
    const request = structuredClone(opened.data.request)
    request.payment.creditor.account = { other: '0020123456789012345' }
    await world.act(['SG', 'officer'], requestId, 'ProvideInformation', { request })
    await world.reaches(requestId, 'verified')
  })

  test('by the desk, which reviews: the answer leads back to the review', async () => {
    const requestId = await world.send({ payment: { creditor: { account: { iban: 'GB29NWBK60161331926819' } } } })
    await world.reaches(requestId, 'received.awaitingReview')
    await world.act(['TL', 'officer', 'maker'], requestId, 'AskInformation', { question: 'Why is the account a British one?' })
    await world.reaches(requestId, 'received.awaitingInformation')
    await world.act(['SG', 'officer'], requestId, 'ProvideInformation', { note: 'It is a virtual account of the bank in Dili' })
    await world.reaches(requestId, 'received.awaitingReview')
    await world.act(['TL', 'officer', 'maker'], requestId, 'ProposeVerification', {})
    await world.act(['TL', 'officer', 'checker'], requestId, 'ApproveVerification', { note: 'Seen the mandate' })
    await world.reaches(requestId, 'verified')
  })

  test('by the bank, once it has its order: the answer reaches it, and the request returns to its earlier state', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'acknowledged', details: {} })
    await world.reaches(requestId, 'verified.ordered')
    await world.answer(order, { kind: 'question', details: { question: 'Which of two payments of that day is it?' } })
    await world.reaches(requestId, 'verified.awaitingInformation')
    await world.act(['SG', 'officer'], requestId, 'ProvideInformation', { note: 'The one at 08:05' })
    await world.reaches(requestId, 'verified.ordered')
    const information = await world.orderOf(requestId, 'information')
    expect(information.data.reason).toContain('The one at 08:05')
  })

  test('without an answer: a reminder after a day, back to the desk after three', async () => {
    const requestId = await world.send({ payment: { creditor: { account: { iban: 'TL000020123456789012345' } } } })
    await world.reaches(requestId, 'received.awaitingInformation')
    world.pass(25 * hourMs)
    const reminder = await world.notification('SG', requestId, body => body.kind === 'alert' && body.fact === 'DeadlineReached')
    expect(reminder).toMatchObject({ kind: 'alert', country: 'SG' })
    world.pass(48 * hourMs)
    await world.reaches(requestId, 'received.awaitingReview')
  })
})

describe('refused (USNCB criteria; Regulation (EU) 2018/1805 Art. 8)', () => {
  test.each([
    ['no dual criminality', { attestations: { dualCriminality: false } }, 'NO_DUAL_CRIMINALITY'],
    ['of political, military, religious or racial character', { attestations: { article3: false } }, 'ARTICLE_3'],
  ])('by the rules: %s', async (_why, overrides, code) => {
    const requestId = await world.send(overrides)
    const view = await world.reaches(requestId, 'closed.rejected')
    expect(view).toMatchObject({ rejection: { code }, outcome: { end: 'closed.rejected', reason: code } })
  })

  test.each(['IMMUNITY', 'INCOMPLETE', 'NE_BIS_IN_IDEM'] as const)(
    'by the desk, after the order was sent: %s; the bank is ordered to stop',
    async code => {
      const { requestId } = await world.order()
      await world.act(['TL', 'officer', 'maker'], requestId, 'Reject', { code })
      const view = await world.reaches(requestId, 'closed.rejected')
      expect(view.rejection).toEqual({ code })
      const cancel = await world.orderOf(requestId, 'cancel')
      expect(cancel.data.requestId).toBe(requestId)
    },
  )

  test('for a reason without a code: NARR needs a text', async () => {
    const { requestId } = await world.order()
    const bare = await world.act(['TL', 'officer', 'maker'], requestId, 'Reject', { code: 'NARR' })
    expect(bare).toMatchObject({ ok: false, error: { status: 422 } })
    const told = await world.act(['TL', 'officer', 'maker'], requestId, 'Reject', {
      code: 'NARR',
      text: 'The account is the central bank’s',
    })
    expect(told).toMatchObject({ ok: true })
    const outcome = await world.notification('SG', requestId, body => body.kind === 'outcome')
    expect(outcome).toMatchObject({ kind: 'outcome', outcome: { end: 'closed.rejected', reason: 'NARR' } })
  })
})

describe('there is no money to freeze (AM04, AC03, AC04, NOOR)', () => {
  test.each([
    ['the account is empty', { kind: 'noFunds', details: { reason: 'AM04' } }, 'closed.noFunds'],
    ['the account does not exist', { kind: 'notFound', details: { reason: 'AC03' } }, 'closed.notFound'],
    ['the account is closed', { kind: 'notFound', details: { reason: 'AC04' } }, 'closed.notFound'],
    ['the payment never came', { kind: 'notFound', details: { reason: 'NOOR' } }, 'closed.notFound'],
  ] as const)('%s', async (_why, answer, end) => {
    const { requestId, order } = await world.order()
    await world.answer(order, answer)
    const view = await world.reaches(requestId, end)
    expect(view.outcome).toMatchObject({ end, reason: answer.details.reason, amounts: { frozen: usd('0.00') } })
  })

  test('a part is frozen and the rest is gone: the hold stays and says why', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'frozen', details: { amount: usd('920.00'), basis: 'VOLUNTARY' } })
    await world.answer(order, { kind: 'noFunds', details: { reason: 'AM04' } })
    await world.fact(requestId, 'NoFundsReported')
    const view = await world.reaches(requestId, 'frozen.coverage.partial')
    expect(view).toMatchObject({ shortfallReason: 'AM04', amounts: { frozen: usd('920.00') } })
  })
})

describe('the money has moved on (PTNA; Pix MED 2.0)', () => {
  let payments = 0
  /** The payment by which the money left; each call names another. */
  const onwardPayment = () => ({
    rail: 'SWIFT' as const,
    uetr: `2b1c0d9e-8f7a-4b6c-9d5e-${String(++payments).padStart(12, '0')}`,
    executedAt: '2024-07-23T09:45:00+08:00',
    creditor: { name: 'Selat Trading Sdn Bhd', account: { other: '5140012345' } },
    creditorAgent: { bic: 'EXMPMYKL' },
  })

  /** An officer of the requesting country agrees to the latest report. Returns the id of the onward request. */
  async function follow(requestId: string): Promise<string> {
    const report = (await world.view(requestId)).movedOnward.at(-1)?.report
    const agreed = await world.act(['SG', 'officer'], requestId, 'FollowOnward', { report })
    if (!agreed.ok) throw new Error(JSON.stringify(agreed.error))
    return agreed.value.view?.movedOnward.at(-1)?.childRequestId ?? ''
  }

  test('partly abroad: after the requester agrees, a child request opens and the parent shows it', async () => {
    const onward = onwardPayment()
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'frozen', details: { amount: usd('400.00'), basis: 'FIU_SUSPENSION' } })
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('600.00'), country: 'MY', onward } })
    await world.fact(requestId, 'MovedOnwardReported')
    const parent = await world.view(requestId)
    expect(parent.amounts).toMatchObject({ frozen: usd('400.00'), movedOnward: usd('600.00') })
    expect(parent.movedOnward).toEqual([{ country: 'MY', amount: usd('600.00'), report: expect.any(Number) }])
    const alert = await world.notification('SG', requestId, body => body.kind === 'alert' && body.fact === 'MovedOnwardReported')
    expect(alert).toMatchObject({ message: expect.stringContaining('USD 600.00 moved onward to MY') })

    const childId = await follow(requestId)
    const told = await world.notification('SG', requestId, body => body.kind === 'progress' && body.fact === 'OnwardFollowed')
    expect(told).toMatchObject({ data: { child: { requestId: childId } } })
    const child = await world.reaches(childId, 'verified')
    expect(child).toMatchObject({
      requestingCountry: 'SG',
      beneficiaryCountry: 'MY',
      caseReference: parent.caseReference,
      parent: { requestId, hop: 1 },
      amounts: { requested: usd('600.00') },
    })
    const childOrder = await world.orderOf(childId, 'freeze')
    expect(childOrder.data).toMatchObject({ country: 'MY', amount: usd('600.00'), legalBasis: order.data.legalBasis })
    await world.answer(childOrder, { kind: 'frozen', details: { amount: usd('600.00'), basis: 'POLICE_ORDER' } })
    await world.reaches(childId, 'frozen.coverage.full')

    const back = { ...onward, creditor: { name: order.data.payment.creditor.name, account: order.data.payment.creditor.account } }
    const atParent = await clientsOf(world.engine, ['TL', 'officer'], world.now()).desk.show(childId)
    expect(atParent, 'Timor-Leste has no part in the child').toMatchObject({ ok: false, error: { status: 404 } })
    const closing = await world.act(['MY', 'institution', 'bank'], childId, 'ReportMovedOnward', {
      amount: usd('1.00'),
      country: 'TL',
      onward: back,
    })
    expect(closing).toMatchObject({ ok: false, error: { code: expect.stringMatching(/WRONG_STATE|AMOUNT_EXCEEDED/) } })
  })

  test('in a circle: no second request opens for an account that the money passed before', async () => {
    const onward = onwardPayment()
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('1000.00'), country: 'MY', onward } })
    await world.reaches(requestId, 'closed.movedOnward')
    const childId = await follow(requestId)
    expect((await world.view(requestId)).states).toEqual(['closed.movedOnward'])
    const childOrder = await world.orderOf(childId, 'freeze')
    const { account } = order.data.payment.creditor
    await world.answer(childOrder, {
      kind: 'movedOnward',
      details: { amount: usd('1000.00'), country: 'TL', onward: { ...onward, creditor: { name: 'Kamanasa Supplies Lda', account } } },
    })
    await world.reaches(childId, 'closed.movedOnward')
    expect((await world.view(childId)).movedOnward).toEqual([{ country: 'TL', amount: usd('1000.00'), childless: 'HOP_CYCLE' }])
  })

  test('where the requester declines: no request opens, and the alert is settled', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('250.00'), country: 'MY', onward: onwardPayment() } })
    const { sequence: report } = await world.fact(requestId, 'MovedOnwardReported')
    await world.act(['SG', 'officer'], requestId, 'DeclineOnward', { report, reason: 'The victim has this part back' })
    expect((await world.view(requestId)).movedOnward).toEqual([{ country: 'MY', amount: usd('250.00'), report, declined: true }])
    const alerts = await clientsOf(world.engine, ['SG', 'officer'], world.now()).desk.alerts({ limit: 200 })
    expect(alerts.ok && alerts.value.alerts.filter(alert => alert.requestId === requestId)).toEqual([])
  })

  test('to a country that is denied by the time the requester agrees: no request opens', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('1000.00'), country: 'MY', onward: onwardPayment() } })
    const { sequence: report } = await world.fact(requestId, 'MovedOnwardReported')
    const opened = await world.fact(requestId, 'RequestOpened')
    if (!isFact(opened, 'RequestOpened')) throw new Error('the history has no opening')
    const request = { ...opened.data.request, handling: { ...opened.data.request.handling, deniedTo: ['MY'] } }
    await world.act(['SG', 'officer'], requestId, 'Reopen', { reason: 'Not Malaysia', request })
    const refused = await world.act(['SG', 'officer'], requestId, 'FollowOnward', { report })
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 409, code: 'NOT_FOLLOWED', detail: expect.stringContaining('DENIED_COUNTRY') },
    })
  })

  test.each([
    ['back to the requesting country', 'SG', {}, 'SAME_COUNTRY'],
    ['to a denied country', 'MY', { handling: { deniedTo: ['MY'] } }, 'DENIED_COUNTRY'],
  ])('%s: no child, and the requester is notified of the reason', async (_where, country, overrides, childless) => {
    const { requestId, order } = await world.order(overrides)
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('1000.00'), country, onward: onwardPayment() } })
    await world.reaches(requestId, 'closed.movedOnward')
    const told = await world.notification('SG', requestId, body => body.kind === 'progress' && body.fact === 'MovedOnwardReported')
    expect(told).toMatchObject({ data: { childless } })
  })

  test('to an unknown account: the amount is recorded', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('250.00'), country: 'MY', note: 'Cash at a counter' } })
    await world.fact(requestId, 'MovedOnwardReported')
    expect((await world.view(requestId)).movedOnward).toEqual([{ country: 'MY', amount: usd('250.00'), childless: 'NO_PARTICULARS' }])
    await world.answer(order, { kind: 'noFunds', details: { reason: 'AM04' } })
    await world.reaches(requestId, 'closed.movedOnward')
  })
})

describe('forged authority (ADCC, invented stop orders)', () => {
  test('an answer without a valid token does not become a fact', async () => {
    const { requestId, order } = await world.order()
    const before = await world.kinds(requestId)
    await world.engine.streams.publish('freeze.answers', [
      {
        key: requestId,
        value: JSON.stringify({
          specversion: '1.0',
          id: 'forged',
          source: '/institutions/tl',
          type: 'holdfast.answer.v1',
          subject: requestId,
          time: world.now().toISOString(),
          datacontenttype: 'application/json',
          data: {
            orderId: order.data.orderId,
            requestId,
            institution: { bic: order.data.institution.bic },
            kind: 'frozen',
            details: { amount: usd('1000.00'), basis: 'COURT' },
          },
        }),
        headers: { authorization: 'Bearer forged' },
      },
    ])
    await world.answer(order, { kind: 'acknowledged', details: {} })
    await world.reaches(requestId, 'verified.ordered')
    expect(await world.kinds(requestId)).toEqual([...before, 'OrderAcknowledged'])
  })

  test('one person of an authority alone cannot confirm or lift a hold', async () => {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' } })
    await world.reaches(requestId, 'frozen.coverage.full')
    const release = { reason: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'R-1' }
    const alone = await world.act(['TL', 'authority', 'one'], requestId, 'Release', release)
    expect(alone).toMatchObject({ ok: true, value: { outcome: 'proposed', view: { phase: 'frozen' } } })
    const again = await world.act(['TL', 'authority', 'one'], requestId, 'Release', release)
    expect(again).toMatchObject({ ok: false, error: { code: 'SAME_PERSON' } })
    const elsewhere = await world.act(['TL', 'institution', 'two'], requestId, 'Release', release)
    expect(elsewhere).toMatchObject({ ok: false, error: { code: 'NOT_PERMITTED' } })
    expect((await world.refused(requestId)).data).toMatchObject({ command: 'Release', code: 'SAME_PERSON' })
    await world.reaches(requestId, 'frozen.coverage.full')
  })
})
