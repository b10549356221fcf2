import { type Fact, isFact } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, type EmbeddedEngineOptions, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, everythingIn, type Person, reaches, submit } from '../src/engine.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const officer: Person = ['SG', 'officer', 'a.tan']
const bank: Person = ['TL', 'institution', 'a.bank']

let engine: EmbeddedEngine
afterEach(() => engine.stop())

/** A request of Singapore to Timor-Leste over USD 10,000 that has been verified. */
async function verified(options: Pick<EmbeddedEngineOptions, 'profiles'> = {}): Promise<string> {
  engine = await startEmbeddedEngine(options)
  const document = buildRequestNumber(1, { payment: { amount: usd('10000.00') } })
  const requestId = await submit(engine, ['SG', 'system', 'ncb'], document, 'key-1')
  await reaches(engine, requestId, 'verified')
  return requestId
}

/** The bank reports that so much moved onward to an account in Zimbabwe; each report names another account. */
async function report(requestId: string, nth: number, value: string): Promise<number> {
  const onward = {
    rail: 'SWIFT',
    uetr: `5e6d7c8b-4b5a-4968-8776-${String(nth).padStart(12, '0')}`,
    executedAt: '2024-07-23T09:45:00+08:00',
    creditor: { name: `Invented Trading ${nth}`, account: { other: `00990${String(nth).padStart(6, '0')}` } },
    creditorAgent: { bic: 'EXMPZWHX' },
  }
  const given = await clientsOf(engine, bank).desk.act(
    requestId,
    'ReportMovedOnward',
    { amount: usd(value), country: 'ZW', onward },
    { idempotencyKey: `moved-${nth}` },
  )
  if (!given.ok) throw new Error(JSON.stringify(given.error))
  return given.value.view?.sequence ?? 0
}

const act = (requestId: string, command: 'FollowOnward' | 'DeclineOnward', data: { report: number; reason?: string }, by = officer) =>
  clientsOf(engine, by).desk.act(requestId, command, data, { idempotencyKey: `${command}-${data.report}-${by.join('-')}` })

/** What Zimbabwe can read: its requests and its topics. */
async function seenInZimbabwe() {
  const page = await clientsOf(engine, ['ZW', 'officer']).desk.list({ limit: 200 })
  if (!page.ok) throw new Error(page.error.detail)
  const records = await Promise.all(
    [notificationsTopic('ZW'), ordersTopic('ZW')].map(topic => everythingIn(engine.streams, topic).catch(() => [])),
  )
  return { requests: page.value.requests, records: records.flat() }
}

const alertsOf = async (person: Person) => {
  const page = await clientsOf(engine, person).desk.alerts({ limit: 200 })
  if (!page.ok) throw new Error(page.error.detail)
  return page.value.alerts
}

/** The engine's own reaction to a fact is complete before it handles a later command. */
async function settled(requestId: string): Promise<void> {
  const marker = buildRequestNumber(2, { beneficiaryCountry: 'TL' })
  await reaches(engine, await submit(engine, ['SG', 'system', 'ncb'], marker, `marker-${requestId}`), 'verified')
}

describe('V26: an onward request needs the agreement of the requesting country', () => {
  test('a bank’s 150 reports of a cent open no request and notify only the requester', async () => {
    const requestId = await verified()
    for (let from = 0; from < 150; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => report(requestId, from + index, '0.01')))
    await settled(requestId)
    expect(await seenInZimbabwe()).toEqual({ requests: [], records: [] })
    const alerts = (await alertsOf(officer)).filter(alert => alert.requestId === requestId)
    expect(alerts).toHaveLength(150)
    for (const { fact, message } of alerts) {
      expect(fact).toBe('MovedOnwardReported')
      expect(message).toContain('USD 0.01 moved onward to ZW')
      expect(message).not.toMatch(/Invented|0099/)
    }
    expect(await alertsOf(['TL', 'officer'])).toEqual([])
  }, 60_000)

  test('one officer agrees: one request opens, once, and the alert is settled', async () => {
    const requestId = await verified()
    const first = await report(requestId, 1, '600.00')
    const second = await report(requestId, 2, '400.00')
    const agreed = await act(requestId, 'FollowOnward', { report: first })
    if (!agreed.ok) throw new Error(JSON.stringify(agreed.error))
    const [followed, waiting] = agreed.value.view?.movedOnward ?? []
    expect(followed).toEqual({ country: 'ZW', amount: usd('600.00'), childRequestId: expect.any(String) })
    expect(waiting).toEqual({ country: 'ZW', amount: usd('400.00'), report: second })
    const child = await reaches(engine, followed?.childRequestId ?? '', 'verified')
    expect(child.request).toMatchObject({ beneficiaryCountry: 'ZW', parent: { requestId, hop: 1 }, amounts: { requested: usd('600.00') } })

    const again = await act(requestId, 'FollowOnward', { report: first }, ['SG', 'officer', 'b.lim'])
    expect(again).toMatchObject({ ok: false, error: { code: 'WRONG_STATE' } })
    expect((await alertsOf(officer)).map(({ sequence }) => sequence)).toEqual([second])
    await act(requestId, 'DeclineOnward', { report: second, reason: 'The bank has taken it back' })
    expect(await alertsOf(officer)).toEqual([])
    expect((await seenInZimbabwe()).requests.map(({ requestId: id }) => id)).toEqual([followed?.childRequestId])
  })

  test('its system, the reporting bank, the desk there and the next country cannot agree for it', async () => {
    const requestId = await verified()
    const number = await report(requestId, 1, '600.00')
    for (const person of [['SG', 'system', 'ncb'], bank, ['TL', 'officer', 'a.costa'], ['ZW', 'officer', 'x']] as const)
      expect(await act(requestId, 'FollowOnward', { report: number }, person)).toMatchObject({ ok: false })
    await settled(requestId)
    expect(await seenInZimbabwe()).toEqual({ requests: [], records: [] })
  })

  test('an officer can agree after all money moved onward, after the request’s end, and after a restart', async () => {
    const requestId = await verified()
    const number = await report(requestId, 1, '10000.00')
    await reaches(engine, requestId, 'closed.movedOnward')
    await engine.restart()
    const agreed = await eventually(async () => {
      const given = await act(requestId, 'FollowOnward', { report: number })
      return given.ok ? given.value : undefined
    }, 'the officer has agreed')
    const childId = agreed.view?.movedOnward[0]?.childRequestId ?? ''
    expect(agreed.view?.states).toEqual(['closed.movedOnward'])
    const { request, history } = await reaches(engine, childId, 'verified')
    expect(request.amounts.requested).toEqual(usd('10000.00'))
    const [opened] = history as [Fact]
    expect(isFact(opened, 'RequestOpened') && opened.data.request.payment.creditor.name).toBe('Invented Trading 1')
  })

  test('a standing policy agrees from its minimum up to its limit; reports beyond it await an officer', async () => {
    const profiles = { countries: { SG: { followOnward: { minimums: [usd('1000.00')], childrenMax: 3 } } } }
    const requestId = await verified({ profiles })
    for (const [index, value] of ['0.01', '999.99', '1000.00', '1500.00', '0.01', '1000.00', '1000.00'].entries())
      await report(requestId, index + 1, value)
    await settled(requestId)
    const seen = await eventually(async () => {
      const { requests } = await seenInZimbabwe()
      return requests.length >= 3 ? requests : undefined
    }, 'three requests are open')
    expect(seen.map(({ amounts }) => amounts.requested?.value).sort()).toEqual(['1000.00', '1000.00', '1500.00'])
    const shown = await clientsOf(engine, officer).desk.show(requestId)
    const waiting = shown.ok ? shown.value.request.movedOnward.filter(moved => moved.report !== undefined) : []
    expect(waiting.map(({ amount }) => amount.value)).toEqual(['0.01', '999.99', '0.01', '1000.00'])
    expect((await alertsOf(officer)).map(({ sequence }) => sequence)).toEqual(waiting.map(moved => moved.report))
  })
})
