import type { Fact } from '@holdfast/payment-stop/language'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventsIn, eventually } from '../src/engine.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const usd = (value: string) => ({ currency: 'USD', value })
const kindsOfAlerts = (facts: readonly Fact[]) => facts.map(fact => (fact.data as { kind: string }).kind)
const order39 = { instrument: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-39', date: '2024-07-26' }

let world: StoryWorld
beforeAll(async () => {
  world = await startStoryWorld(['TL', 'GB'])
})
afterAll(() => world.stop())

/** A request with this amount frozen. */
async function held(value = '1000.00', basis: 'VOLUNTARY' | 'FIU_SUSPENSION' | 'COURT' = 'FIU_SUSPENSION') {
  const { requestId, order } = await world.order()
  await world.answer(order, { kind: 'frozen', details: { amount: usd(value), basis } })
  const view = await world.reaches(requestId, 'frozen')
  return { requestId, order, view }
}
const initiateReturn = async (order: Awaited<ReturnType<typeof held>>['order'], basis: 'CONSENT' | 'INDEMNITY' | 'ORDER') => {
  await world.answer(order, { kind: 'returnInitiated', details: { basis, reference: 'R-7' } })
  await world.answer(order, { kind: 'returnInitiated', details: { basis, reference: 'R-7' }, person: 'second' })
}
const endOf = (view: { deadlines: readonly { kind: string; dueAt: string }[] }) =>
  view.deadlines.find(({ kind }) => kind === 'holdExpiry')?.dueAt

describe('a voluntary or an ordered hold (FBI, UAE, UK)', () => {
  test('each ends as the law of the beneficiary country says', async () => {
    const start = world.now().getTime()
    const voluntary = await held('1000.00', 'VOLUNTARY')
    const ordered = await held('1000.00', 'FIU_SUSPENSION')
    expect(Date.parse(endOf(voluntary.view) ?? '') - start).toBe(72 * hourMs)
    expect(Date.parse(endOf(ordered.view) ?? '') - start).toBe(7 * dayMs)
  })
})

describe('an unconfirmed hold expires (every law of the table)', () => {
  test('warnings at half time, a day and four hours before; then it ends once, and both countries are notified', async () => {
    const { requestId } = await held('1000.00', 'VOLUNTARY')
    // 37, 49 and 69 hours after a hold of 72.
    for (const [nth, hours] of [37, 12, 20].entries()) {
      world.pass(hours * hourMs)
      await world.fact(requestId, 'DeadlineReached', nth + 1)
    }
    world.pass(4 * hourMs)
    const view = await world.reaches(requestId, 'closed.expired')
    expect(view.amounts).toMatchObject({ frozen: usd('0.00'), released: usd('1000.00') })
    for (const country of ['SG', 'TL']) {
      await world.notification(country, requestId, body => body.kind === 'alert' && body.fact === 'DeadlineReached')
      await world.notification(country, requestId, body => body.kind === 'alert' && body.fact === 'HoldExpired')
    }
    const outcome = await world.notification('SG', requestId, body => body.kind === 'outcome')
    expect(outcome).toMatchObject({ outcome: { end: 'closed.expired', amounts: { frozen: usd('1000.00'), released: usd('1000.00') } } })
    expect((await world.kinds(requestId)).filter(kind => kind === 'HoldExpired')).toHaveLength(1)
  })

  test('confirmed by two officers of an authority it has no end, and a review is due after half a year', async () => {
    const { requestId } = await held()
    expect(await world.together(['TL', 'authority'], requestId, 'ConfirmFreeze', order39)).toEqual(['proposed', 'applied'])
    const view = await world.reaches(requestId, 'frozen.mandate.confirmed')
    expect(view.deadlines.map(({ kind }) => kind)).toEqual(['confirmedHoldReview'])
    world.pass(181 * dayMs)
    await world.notification('TL', requestId, body => body.kind === 'alert' && body.fact === 'DeadlineReached')
    await world.reaches(requestId, 'frozen.mandate.confirmed')
  })

  test('extended by a court where the law allows it, within its limits', async () => {
    const { requestId, order } = await world.order({
      beneficiaryCountry: 'GB',
      payment: { creditor: { account: { iban: 'GB29NWBK60161331926819' } }, creditorAgent: { bic: 'EXMPGB2L' } },
    })
    await world.answer(order, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'FIU_SUSPENSION' } })
    const before = await world.reaches(requestId, 'frozen')
    const crownCourt = { basis: 'COURT', authority: 'Crown Court', reference: 'X-1', date: '2024-07-29' }
    const byPolice = await world.act(['GB', 'authority', 'first'], requestId, 'ExtendFreeze', { ...crownCourt, basis: 'POLICE_ORDER' })
    expect(byPolice).toMatchObject({ ok: false, error: { code: 'EXTENSION_NOT_ALLOWED' } })
    expect(await world.together(['GB', 'authority'], requestId, 'ExtendFreeze', crownCourt)).toEqual(['proposed', 'applied'])
    const after = await world.view(requestId)
    expect(Date.parse(endOf(after) ?? '') - Date.parse(endOf(before) ?? '')).toBe(31 * dayMs)
  })
})

describe('the account holder is asked (RQDA, ADAC, CUST, NOAS)', () => {
  test('consents: the money is returned', async () => {
    const { requestId, order } = await held()
    await world.answer(order, { kind: 'interim', details: { reason: 'RQDA' } })
    await world.fact(requestId, 'InterimReported')
    expect((await world.view(requestId)).deadlines.map(({ kind }) => kind)).toContain('consentAnswer')
    await initiateReturn(order, 'CONSENT')
    const returning = await world.reaches(requestId, 'frozen.recovery.returning')
    expect(
      returning.deadlines.map(({ kind }) => kind),
      'it must not expire while the money is being returned',
    ).toEqual(['returnPayment'])
    await world.answer(order, { kind: 'returned', details: { amount: usd('1000.00'), reference: 'P4' } })
    await world.reaches(requestId, 'recovered')
  })

  test('does not answer in 15 working days: both countries are notified', async () => {
    const { requestId, order } = await held()
    await world.together(['TL', 'authority'], requestId, 'ConfirmFreeze', order39)
    await world.answer(order, { kind: 'interim', details: { reason: 'ADAC' } })
    await world.fact(requestId, 'InterimReported')
    world.pass(22 * dayMs)
    const reached = await world.fact(requestId, 'DeadlineReached')
    expect(kindsOfAlerts([reached])).toEqual(['consentAnswer'])
    await world.notification('SG', requestId, body => body.kind === 'alert' && body.fact === 'DeadlineReached')
  })

  test('refuses, and the money ends elsewhere: closed as unrecovered by two officers of the authority', async () => {
    const { requestId, order } = await held()
    await world.answer(order, { kind: 'interim', details: { reason: 'CUST' } })
    await world.fact(requestId, 'InterimReported')
    const ending = { reason: 'CONSENT_REFUSED', authority: 'District Court of Dili', reference: 'U-1' }
    expect(await world.together(['TL', 'authority'], requestId, 'CloseUnrecovered', ending)).toEqual(['proposed', 'applied'])
    const view = await world.reaches(requestId, 'closed.unrecovered')
    expect(view.outcome).toMatchObject({ reason: 'CONSENT_REFUSED', amounts: { frozen: usd('1000.00'), recovered: usd('0.00') } })
  })
})

test('the bank requires an indemnity (INDM) and returns the money after it', async () => {
  const { requestId, order } = await held()
  await world.answer(order, { kind: 'interim', details: { reason: 'INDM' } })
  const asked = await world.notification('SG', requestId, body => body.kind === 'progress' && body.fact === 'InterimReported')
  expect(asked).toMatchObject({ data: { reason: 'INDM' } })
  await initiateReturn(order, 'INDEMNITY')
  await world.answer(order, { kind: 'returned', details: { amount: usd('1000.00'), reference: 'P4' } })
  await world.reaches(requestId, 'recovered')
})

test('the holder challenges the hold with success: released, and the bank is ordered to lift it', async () => {
  const { requestId } = await held()
  const decision = { reason: 'CHALLENGE_UPHELD', authority: 'Court of Appeal', reference: 'A-3' }
  expect(await world.together(['TL', 'authority'], requestId, 'Release', decision)).toEqual(['proposed', 'applied'])
  const view = await world.reaches(requestId, 'closed.released')
  expect(view.outcome).toMatchObject({ reason: 'CHALLENGE_UPHELD', amounts: { released: usd('1000.00') } })
  const release = await world.orderOf(requestId, 'release')
  expect(release.data.amount).toEqual(usd('1000.00'))
})

test('returned in parts, with charges and an exchange rate (pacs.004), to the cent', async () => {
  const { requestId, order } = await held('920.00')
  await world.answer(order, { kind: 'frozen', details: { amount: usd('80.00'), basis: 'FIU_SUSPENSION' } })
  await world.reaches(requestId, 'frozen.coverage.full')
  await initiateReturn(order, 'ORDER')
  const converted = { amount: { currency: 'SGD', value: '1210.55' }, rate: '1.3451' }
  await world.answer(order, { kind: 'returned', details: { amount: usd('900.00'), converted, reference: 'P4-1' } })
  await world.reaches(requestId, 'frozen.recovery.partlyReturned')
  await world.answer(order, { kind: 'returned', details: { amount: usd('94.75'), charges: usd('5.25'), reference: 'P4-2' } })
  const view = await world.reaches(requestId, 'recovered')
  expect(view.amounts).toMatchObject({ frozen: usd('1000.00'), recovered: usd('994.75'), charges: usd('5.25'), released: usd('0.00') })
  expect(await world.fact(requestId, 'ReturnReported')).toMatchObject({ data: { converted } })
  const outcome = await world.notification('SG', requestId, body => body.kind === 'outcome')
  expect(outcome).toMatchObject({ outcome: { end: 'recovered', amounts: { recovered: usd('994.75'), charges: usd('5.25') } } })
})

test('a bank that does not pay an initiated return is reminded', async () => {
  const { requestId, order } = await held()
  await initiateReturn(order, 'ORDER')
  await world.reaches(requestId, 'frozen.recovery.returning')
  world.pass(15 * dayMs)
  const chase = await world.orderOf(requestId, 'chase')
  expect(chase.data.requestId).toBe(requestId)
})

describe('the requester withdraws (DICT, camt.029 AssgnmtCxlConf)', () => {
  test('one officer is enough before any money is frozen, and the bank is ordered to stop', async () => {
    const { requestId } = await world.order()
    await world.act(['SG', 'system', 'ncb'], requestId, 'Withdraw', { reason: 'Paid back' })
    await world.reaches(requestId, 'closed.withdrawn')
    await world.orderOf(requestId, 'cancel')
  })

  test('two officers are needed once money is frozen; the bank is ordered to release it', async () => {
    const { requestId } = await held()
    const reason = { reason: 'The supplier was genuine' }
    const bySystem = await world.act(['SG', 'system', 'ncb'], requestId, 'Withdraw', reason)
    expect(bySystem).toMatchObject({ ok: false, error: { code: 'NOT_PERMITTED' } })
    expect(await world.together(['SG', 'officer'], requestId, 'Withdraw', reason)).toEqual(['proposed', 'applied'])
    await world.reaches(requestId, 'closed.withdrawn')
    const release = await world.orderOf(requestId, 'release')
    expect(release.data.amount).toEqual(usd('1000.00'))
  })
})

test('reopened (ReopCaseIndctn): a new revision, assessed and ordered again for the open amount', async () => {
  const { requestId, order } = await world.order()
  await world.answer(order, { kind: 'notFound', details: { reason: 'NOOR' } })
  await world.reaches(requestId, 'closed.notFound')
  const reopened = await world.act(['SG', 'officer', 'a.tan'], requestId, 'Reopen', { reason: 'The bank has found the payment' })
  expect(reopened).toMatchObject({ ok: true })
  const view = await world.reaches(requestId, 'verified')
  expect(view.revision).toBe(2)
  expect(view.outcome).toBeUndefined()
  const second = await eventually(async () => {
    const last = await world.orderOf(requestId, 'freeze')
    return last.id === order.id ? undefined : last
  }, 'a second order')
  await world.answer(second, { kind: 'frozen', details: { amount: usd('1000.00'), basis: 'COURT' } })
  await world.reaches(requestId, 'frozen.coverage.full')
})

test('an answer after the end is recorded, and both countries are alerted', async () => {
  const { requestId, order } = await world.order()
  await world.act(['SG', 'officer'], requestId, 'Withdraw', { reason: 'Paid back' })
  await world.reaches(requestId, 'closed.withdrawn')
  await world.answer(order, { kind: 'frozen', details: { amount: usd('10.00'), basis: 'VOLUNTARY' } })
  const refused = await world.refused(requestId)
  expect(refused.data).toMatchObject({ late: true, state: 'closed.withdrawn', data: { amount: usd('10.00') } })
  for (const country of ['SG', 'TL'])
    await world.notification(country, requestId, body => body.kind === 'alert' && body.fact === 'CommandRefused')
})

test('no tipping off: every order forbids it, and only the two countries are notified', async () => {
  const { requestId, order } = await held()
  expect(order.data.discloseToHolder).toBe(false)
  await world.notification('SG', requestId, body => body.kind === 'progress' && body.fact === 'FreezeReported')
  // Notifications are sent in parallel, so one to a third country would precede those of a later request here.
  const later = await world.send()
  await world.notification('SG', later, body => body.kind === 'progress' && body.fact === 'RequestVerified')
  const elsewhere = await eventsIn<{ data: { requestId?: string } }>(world.engine.streams, { name: 'freeze.notifications.gb' }).catch(
    () => [],
  )
  expect(elsewhere.filter(({ data }) => data.requestId === requestId)).toEqual([])
})
