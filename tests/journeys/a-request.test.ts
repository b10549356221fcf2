import { answerSchema, factKindOf, type Notification, type Order } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backends, clusterBackend, describeOnBackends } from '../src/backends.ts'
import { clientsOf, type Engine, eventsIn, eventually, type Person, reaches, submit, together, tokenOf } from '../src/engine.ts'

const requester: Person = ['SG', 'system', 'ncb']
const officers = [
  ['SG', 'officer', 'first'],
  ['SG', 'officer', 'second'],
] as const
const judges = [
  ['TL', 'authority', 'first'],
  ['TL', 'authority', 'second'],
] as const
const usd = (value: string) => ({ currency: 'USD', value })
/** Long enough to report the hold before it ends on a slow machine, short enough to wait for its end. */
const heldMs = 8_000

// On Kafka and Redis in every tier: there each service is a process of its own.
describeOnBackends('the lifecycle of a request', { on: [...new Set([...backends, clusterBackend])] }, backend => {
  let engine: Engine
  let bank: Institution
  const orders = new Map<string, Order>()
  let count = backend.name === 'embedded' ? 0 : 100_000

  beforeAll(async () => {
    engine = await backend.start()
    bank = await startBank(engine, {
      // This bank sends only the answers that the test gives it.
      plan: () => [],
      onOrder: order => orders.set(`${order.data.requestId}/${order.data.kind}`, order),
    })
  })
  afterAll(async () => {
    await bank.stop()
    await engine.stop()
  })

  const next = (overrides: Parameters<typeof buildRequestNumber>[1] = {}) => {
    count += 1
    return {
      document: buildRequestNumber(count, { ...overrides, payment: { amount: usd('1000.00'), ...overrides.payment } }),
      key: `key-${count}`,
    }
  }
  const send = async (overrides?: Parameters<typeof buildRequestNumber>[1]) => {
    const { document, key } = next(overrides)
    return submit(engine, requester, document, key)
  }
  /** Sends requests until one is in the same partition as another. Returns its id. */
  async function sendBehind(requestId: string): Promise<string> {
    const partitionOf = (id: string) => engine.streams.partitionOf(topics.ledger.name, id)
    const wanted = await partitionOf(requestId)
    for (;;) {
      const later = await send()
      if ((await partitionOf(later)) === wanted) return later
    }
  }
  const orderOf = (requestId: string, kind: 'freeze' | 'release') =>
    eventually(async () => orders.get(`${requestId}/${kind}`), `the ${kind} order of ${requestId}`)
  const act = (
    person: Person,
    requestId: string,
    command: Parameters<ReturnType<typeof clientsOf>['desk']['act']>[1],
    data: unknown,
    key = `${command}-${count}`,
  ) => clientsOf(engine, person).desk.act(requestId, command, data, { idempotencyKey: `${key}-${requestId.slice(0, 8)}` })

  test('received, verified, frozen in part and then whole, confirmed, returned in part and then whole: recovered', async () => {
    const requestId = await send()
    const order = await orderOf(requestId, 'freeze')
    // V28: the order forbids tipping off the account holder.
    expect(order.data).toMatchObject({ amount: usd('1000.00'), country: 'TL', requestingCountry: 'SG', discloseToHolder: false })
    await bank.answer(order, { kind: 'acknowledged', details: { reference: 'ACK-7' } })
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('920.00'), basis: 'VOLUNTARY' } })
    const partial = await reaches(engine, requestId, 'frozen.coverage.partial')
    expect(partial.request.amounts).toMatchObject({ requested: usd('1000.00'), frozen: usd('920.00'), recovered: usd('0.00') })
    expect(partial.request.deadlines.map(({ kind }) => kind)).toEqual(['holdWarning', 'holdWarning', 'holdWarning', 'holdExpiry'])
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('80.00'), basis: 'FIU_SUSPENSION' } })
    await reaches(engine, requestId, 'frozen.coverage.full')
    const confirmed = await together(engine, judges, requestId, 'ConfirmFreeze', {
      instrument: 'COURT_ORDER',
      authority: 'District Court of Dili',
      reference: 'C-1',
      date: '2024-07-26',
    })
    expect(confirmed.view?.deadlines.map(({ kind }) => kind)).toEqual(['confirmedHoldReview'])
    const byOrder = { kind: 'returnInitiated', details: { basis: 'ORDER', reference: 'C-1' } } as const
    await bank.answer(order, byOrder)
    await bank.answer(order, { ...byOrder, person: 'second' })
    await bank.answer(order, { kind: 'returned', details: { amount: usd('500.00'), reference: 'P4-1' } })
    await reaches(engine, requestId, 'frozen.recovery.partlyReturned')
    await bank.answer(order, { kind: 'returned', details: { amount: usd('485.00'), charges: usd('15.00'), reference: 'P4-2' } })
    const { request, history } = await reaches(engine, requestId, 'recovered')
    expect(request.amounts).toEqual({
      requested: usd('1000.00'),
      frozen: usd('1000.00'),
      recovered: usd('985.00'),
      charges: usd('15.00'),
      movedOnward: usd('0.00'),
      released: usd('0.00'),
    })
    expect(history.map(factKindOf)).toEqual([
      'RequestOpened',
      'RequestVerified',
      'OrderAcknowledged',
      'FreezeReported',
      'FreezeReported',
      'ActionProposed',
      'FreezeConfirmed',
      'ActionProposed',
      'ReturnInitiated',
      'ReturnReported',
      'ReturnReported',
    ])
    expect(history.map(fact => fact.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  test('without attestation: rejected with the reason, no order is sent, and the requester is notified', async () => {
    const requestId = await send({ attestations: { article3: false } })
    const { request } = await reaches(engine, requestId, 'closed.rejected')
    expect(request.rejection).toEqual({ code: 'ARTICLE_3' })
    const notification = await eventually(async () => {
      const notifications = await eventsIn<{ data: { requestId: string; fact: string; findings: unknown[] } }>(engine.streams, {
        name: 'freeze.notifications.sg',
      })
      return notifications.find(item => item.data.requestId === requestId)
    }, 'a notification')
    expect(notification.data).toMatchObject({
      fact: 'RequestRejected',
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'V14', severity: 'reject' })]),
    })
    // Orders and notifications are sent in parallel, so an order would precede the notification of a later request
    // here.
    await orderOf(await sendBehind(requestId), 'freeze')
    const sent = await eventsIn<Order>(engine.streams, ordersTopic('TL'))
    expect(sent.filter(order => order.data.requestId === requestId)).toEqual([])
  })

  test('the same payment under another key: a duplicate that names the open request, until that one ends', async () => {
    const { document, key } = next()
    const first = await submit(engine, requester, document, key)
    await reaches(engine, first, 'verified')
    const second = await submit(engine, requester, document, `${key}-again`)
    const { request } = await reaches(engine, second, 'closed.duplicate')
    expect(request.standingRequestId).toBe(first)
    await act(requester, first, 'Withdraw', { reason: 'Sent with a wrong case number' })
    await reaches(engine, first, 'closed.withdrawn')
    const third = await eventually(async () => {
      const again = await submit(engine, requester, document, `${key}-${performance.now()}`)
      const shown = await eventually(async () => {
        const seen = await clientsOf(engine, requester).desk.show(again)
        return seen.ok && seen.value.request.phase !== 'received' ? seen.value.request : undefined
      }, 'an end of the assessment')
      return shown.phase === 'verified' ? shown : undefined
    }, 'the payment is free again')
    expect(third.phase).toBe('verified')
  })

  test('a wrong check digit: information is requested, the document corrected and verified', async () => {
    const { document, key } = next()
    const wrong = structuredClone(document)
    const account = wrong.payment.creditor.account as { iban: string }
    account.iban = `TL00${account.iban.slice(4)}`
    const requestId = await submit(engine, requester, wrong, key)
    await reaches(engine, requestId, 'received.awaitingInformation')
    const provided = await act(requester, requestId, 'ProvideInformation', { request: document })
    expect(provided).toMatchObject({ ok: true, value: { outcome: 'applied' } })
    const { history } = await reaches(engine, requestId, 'verified')
    expect(history.map(factKindOf)).toEqual(['RequestOpened', 'InformationRequested', 'InformationProvided', 'RequestVerified'])
  })

  test('an account in another country: reviewed by two officers of the beneficiary desk', async () => {
    const requestId = await send({ payment: { creditor: { account: { iban: 'GB29NWBK60161331926819' } } } })
    await reaches(engine, requestId, 'received.awaitingReview')
    await act(['TL', 'officer', 'maker'], requestId, 'ProposeVerification', {})
    const alone = await act(['TL', 'officer', 'maker'], requestId, 'ApproveVerification', {}, 'alone')
    expect(alone).toMatchObject({ ok: false, error: { status: 409, code: 'SAME_PERSON' } })
    const approved = await act(['TL', 'officer', 'checker'], requestId, 'ApproveVerification', {}, 'second')
    expect(approved).toMatchObject({ ok: true, value: { view: { phase: 'verified' } } })
    await orderOf(requestId, 'freeze')
  })

  test('withdrawn while money is frozen: the institution is ordered to release exactly that amount', async () => {
    const requestId = await send()
    const order = await orderOf(requestId, 'freeze')
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('400.00'), basis: 'FIU_SUSPENSION' } })
    await reaches(engine, requestId, 'frozen')
    const settled = { reason: 'The victim and the creditor have settled' }
    const alone = await act(requester, requestId, 'Withdraw', settled)
    expect(alone).toMatchObject({ ok: false, error: { status: 403, code: 'NOT_PERMITTED' } })
    await together(engine, officers, requestId, 'Withdraw', settled)
    const { request } = await reaches(engine, requestId, 'closed.withdrawn')
    expect(request.amounts).toMatchObject({ frozen: usd('0.00'), released: usd('400.00') })
    expect((await orderOf(requestId, 'release')).data).toMatchObject({ amount: usd('400.00'), kind: 'release' })
  })

  // Concurrent, because both wait for the end of a hold.
  test.concurrent('after one of two holds has expired, a withdrawal releases the other only', async () => {
    const requestId = await send()
    const order = await orderOf(requestId, 'freeze')
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('200.00'), basis: 'FIU_SUSPENSION' } })
    const soon = new Date(Date.now() + heldMs).toISOString()
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('300.00'), basis: 'VOLUNTARY', expiresAt: soon } })
    await eventually(async () => {
      const shown = await clientsOf(engine, requester).desk.show(requestId)
      return shown.ok && shown.value.history.some(fact => factKindOf(fact) === 'HoldExpired') ? true : undefined
    }, 'the shorter hold has expired')
    await together(engine, officers, requestId, 'Withdraw', { reason: 'The victim and the creditor have settled' })
    expect((await orderOf(requestId, 'release')).data).toMatchObject({ amount: usd('200.00'), kind: 'release' })
  })

  test.concurrent('an unconfirmed hold expires, and a late answer is recorded and refused', async () => {
    const requestId = await send()
    const order = await orderOf(requestId, 'freeze')
    const expiresAt = new Date(Date.now() + heldMs).toISOString()
    await bank.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'VOLUNTARY', expiresAt } })
    const { history } = await reaches(engine, requestId, 'closed.expired')
    expect(history.map(factKindOf)).toContain('FreezeReported')
    const expired = history.at(-1)
    expect(expired?.actor).toBe('holdfast/clock/ledger')
    expect(Date.parse(expired?.time ?? '')).toBeGreaterThanOrEqual(Date.parse(expiresAt))
    await bank.answer(order, { kind: 'returnInitiated', details: { basis: 'CONSENT' } })
    const late = await eventually(async () => {
      const shown = await clientsOf(engine, requester).desk.show(requestId)
      return shown.ok ? shown.value.refusals[0] : undefined
    }, 'the late answer is recorded')
    expect(late.data).toMatchObject({ command: 'InitiateReturn', code: 'WRONG_STATE', state: 'closed.expired', late: true })
  })

  test.each([
    ['noFunds', { kind: 'noFunds', details: { reason: 'AM04' } }, 'closed.noFunds'],
    ['notFound', { kind: 'notFound', details: { reason: 'AC04' } }, 'closed.notFound'],
  ] as const)('the bank answers %s', async (_name, answer, state) => {
    const requestId = await send()
    await bank.answer(await orderOf(requestId, 'freeze'), answer)
    await reaches(engine, requestId, state)
  })

  test('a command that the state does not allow is refused with the state and the sequence', async () => {
    const requestId = await send()
    await reaches(engine, requestId, 'verified')
    const refused = await act(['TL', 'officer', 'maker'], requestId, 'ProposeVerification', {})
    expect(refused).toMatchObject({
      ok: false,
      error: { status: 409, code: 'WRONG_STATE', detail: expect.stringMatching(/verified.*sequence \d/) },
    })
  })

  test('an institution of another country can not answer for this one', async () => {
    const requestId = await send()
    const order = await orderOf(requestId, 'freeze')
    const forged = {
      orderId: order.id,
      requestId,
      institution: { bic: 'EXMPFRPP' },
      kind: 'frozen',
      details: { amount: usd('1.00'), basis: 'COURT' },
    }
    const event = {
      specversion: '1.0',
      id: `forged-${requestId}`,
      source: '/fr',
      type: 'holdfast.answer.v1',
      time: new Date().toISOString(),
      data: forged,
    }
    expect(answerSchema.safeParse(event).success).toBe(true)
    await engine.streams.publish('freeze.answers', [
      {
        key: requestId,
        value: JSON.stringify(event),
        headers: { authorization: `Bearer ${await tokenOf(engine, ['FR', 'institution'])}` },
      },
    ])
    const told = await eventually(async () => {
      const notifications = await eventsIn<Notification>(engine.streams, notificationsTopic('FR')).catch(() => [])
      return notifications.map(({ data }) => data).find(data => data.kind === 'answer' && data.eventId === event.id)
    }, 'a notification')
    expect(told).toMatchObject({ code: 'ORDER_UNKNOWN', message: expect.stringContaining('FR has no order') })
    const { history } = await reaches(engine, requestId, 'verified')
    expect(history.map(factKindOf)).toEqual(['RequestOpened', 'RequestVerified'])
  })
})
