import type { Analysis } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../../test/desks.ts'
import { createHistory, type History, passed, usd } from '../../../test/histories.ts'

let desks: Desks
let desk: StartedDesk
let frozen: History
const now = Date.now()
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString()

beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('analysis')
  const histories = [1, 2, 3, 4, 5, 6].map(number =>
    passed(createHistory(buildRequestNumber(number, { payment: { amount: usd('10.00') } }), { time: minutesAgo(60) })),
  )
  frozen = histories[0] as History
  frozen.give(
    'ReportFreeze',
    { amount: usd('4.00'), basis: 'VOLUNTARY', expiresAt: new Date(now + 5 * 3_600_000).toISOString() },
    'TL/institution/a',
    minutesAgo(5),
  )
  // Frozen for a week, so it is not due soon.
  histories[5]?.give('ReportFreeze', { amount: usd('10.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a', minutesAgo(5))
  await desks.write(...histories.flatMap(({ facts }) => facts))
  for (const history of histories) await desks.sees(desk, history)
})
afterAll(() => desks.close())

async function readAnalysis(country: string, query = '', path = '/v1/analysis') {
  const answer = await fetch(`${desk.url}${path}${query}`, { headers: { authorization: `Bearer ${await desk.token(country)}` } })
  return {
    status: answer.status,
    body: (await answer.json()) as Analysis & { code: string; problems: { path: string; message: string }[] },
  }
}

describe('an analysis', () => {
  test('covers the requests of the caller of the last 30 days by default', async () => {
    const { status, body } = await readAnalysis('TL')
    expect([status, body.days, body.total, body.opened]).toEqual([
      200,
      30,
      { requests: 6, sums: [{ currency: 'USD', requested: '60.00', frozen: '14.00', recovered: '0.00' }] },
      { outgoing: 0, incoming: 6 },
    ])
    expect((await readAnalysis('FR', '?days=365')).body.total).toEqual({ requests: 0, sums: [] })
  })

  test('lists what is due, soonest first, with the end of the hold', async () => {
    const { ending } = (await readAnalysis('TL')).body
    const due = ending?.rows.map(({ dueAt }) => dueAt) ?? []
    expect([due.length, due.toSorted()]).toEqual([5, due])
    expect(ending?.rows.find(({ requestId }) => requestId === frozen.requestId)).toMatchObject({
      caseReference: frozen.document.caseReference,
      holdEndsAt: new Date(now + 5 * 3_600_000).toISOString(),
      frozen: usd('4.00'),
    })
    expect((await readAnalysis('FR')).body.ending).toEqual({ rows: [], more: 0 })
  })

  test.each([
    ['?days=2', '/days'],
    ['?days=x', '/days'],
    ['?currency=usd', '/currency'],
    ['?country=TL', '/country'],
  ])('is refused for %s, with the reason', async (query, path) => {
    const { status, body } = await readAnalysis('SG', query)
    expect([status, body.code, body.problems.map(problem => problem.path)]).toEqual([422, 'QUERY_MALFORMED', [path]])
  })
})

describe('the General Secretariat', () => {
  test('gets the analysis of all countries, without requests, accounts and institutions', async () => {
    const { body } = await readAnalysis('XP')
    expect(body.total.requests).toBe(6)
    expect(body.corridors.rows).toEqual([
      { value: 'SG-TL', requests: 6, sums: [{ currency: 'USD', requested: '60.00', frozen: '14.00', recovered: '0.00' }] },
    ])
    // Two holds are a small cell.
    expect(body.times.frozen).toMatchObject({ requests: null, medianSeconds: null })
    expect(Object.keys(body).filter(name => ['ending', 'accounts', 'institutions'].includes(name))).toEqual([])
    const text = JSON.stringify(body)
    for (const secret of [frozen.requestId, frozen.document.caseReference, 'KMNSTLDL', frozen.document.payment.creditor.name])
      expect(text).not.toContain(secret)
  })

  test('cannot filter by currency, because the rest of a total could be small', async () => {
    const { status, body } = await readAnalysis('XP', '?currency=USD')
    expect([status, body.problems.map(({ path }) => path)]).toEqual([422, ['/currency']])
  })

  test('sees nothing at other endpoints that no country has shared with it', async () => {
    const client = desk.as('XP')
    expect(unwrap(await client.list())).toEqual({ requests: [] })
    expect(unwrap(await client.alerts()).alerts).toEqual([])
    expect(unwrap(await client.counts())).toMatchObject({ byPhase: { received: 0, verified: 0, frozen: 0 }, proposals: 0 })
    expect(await client.show(frozen.requestId)).toMatchObject({ ok: false, error: { code: 'REQUEST_UNKNOWN' } })
    expect(await client.act(frozen.requestId, 'Withdraw', { reason: 'x' }, { idempotencyKey: 'k' })).toMatchObject({
      ok: false,
      error: { code: 'REQUEST_UNKNOWN' },
    })
    expect((await readAnalysis('XP', '', '/v1/proposals')).body).toEqual({ proposals: [] })
    expect((await readAnalysis('XP', `?q=${frozen.document.caseReference}`, '/v1/requests')).body).toEqual({ requests: [] })
    const stream = await fetch(`${desk.url}/v1/stream`, {
      headers: { authorization: `Bearer ${await desk.token('XP')}`, accept: 'application/x-ndjson' },
    })
    expect(await stream.text()).toBe('')
  })
})
