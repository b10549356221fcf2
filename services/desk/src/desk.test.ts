import type { Client } from '@holdfast/client'
import type { Deadline, Fact, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type AlertPage, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../test/desks.ts'
import { askAndAnswer, createHistory, followMoney, type History, onwardTo, passed, usd } from '../test/histories.ts'

let desks: Desks
let first: StartedDesk
const write: Desks['write'] = (...facts) => desks.write(...facts)
const sees: Desks['sees'] = (desk, history) => desks.sees(desk, history)
beforeAll(async () => {
  desks = await openDesks(2)
  first = await desks.start('first')
})
afterAll(() => desks.close())

describe('a case', () => {
  const reference = 'SPF/2024 № 7'
  let parent: History
  let child: History
  beforeAll(async () => {
    parent = passed(createHistory(buildRequestNumber(1, { caseReference: reference, payment: { amount: usd('1000.00') } })))
    const moved = { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }
    child = passed(followMoney(parent, parent.give('ReportMovedOnward', moved, 'TL/institution/a')))
    await write(...parent.facts, ...child.facts)
    await sees(first, parent)
    await sees(first, child)
  })

  test('has its requests and their sums, with any characters in its reference', async () => {
    const shown = unwrap(await first.as('SG').showCase('SG', reference))
    expect(shown).toMatchObject({ requestingCountry: 'SG', caseReference: reference })
    expect(shown.requests.map(({ requestId }) => requestId).sort()).toEqual([parent.requestId, child.requestId].sort())
    expect(shown.sums).toMatchObject([{ requested: usd('1000.00'), movedOnward: usd('400.00') }])
  })

  test('shows each country the requests with access', async () => {
    const seenBy = async (country: string) =>
      unwrap(await first.as(country).showCase('SG', reference)).requests.map(({ requestId }) => requestId)
    expect([await seenBy('TL'), await seenBy('AE')]).toEqual([[parent.requestId], [child.requestId]])
  })

  test('is answered to a third country as an unknown case', async () => {
    const refused = await first.as('FR').showCase('SG', reference)
    expect(refused).toMatchObject({ ok: false, error: { status: 404, code: 'REQUEST_UNKNOWN' } })
    expect(await first.as('FR').showCase('SG', 'NO-SUCH-CASE')).toEqual(refused)
    expect(await first.as('SG').showCase('FR', reference)).toEqual(refused)
    expect(await first.as('SG').showCase('Singapore', 'x'.repeat(36))).toEqual(refused)
  })

  test('with more requests than a page has no sums, because partial sums would mislead', async () => {
    const many = Array.from({ length: 201 }, (_, number) => createHistory(buildRequestNumber(1000 + number, { caseReference: 'MANY' })))
    await write(...many.flatMap(({ facts }) => facts))
    for (const history of many.slice(-3)) await sees(first, history)
    await expect.poll(async () => unwrap(await first.as('SG').showCase('SG', 'MANY')).sums).toBeUndefined()
    expect(unwrap(await first.as('SG').showCase('SG', 'MANY')).requests).toHaveLength(200)
  })

  test('a list filters by case, of the own country by default, or by parent', async () => {
    const listed = async (country: string, query: Parameters<Client<PaymentStopTypes>['list']>[0]) =>
      unwrap(await first.as(country).list(query)).requests.map(({ requestId }) => requestId)
    expect(await listed('SG', { caseReference: reference, limit: 1 })).toHaveLength(1)
    expect(await listed('TL', { caseReference: reference })).toEqual([])
    expect(await listed('TL', { caseReference: reference, requestingCountry: 'SG' })).toEqual([parent.requestId])
    expect(await listed('SG', { parent: parent.requestId })).toEqual([child.requestId])
    expect(await listed('TL', { parent: parent.requestId })).toEqual([])
    expect(await first.as('SG').list({ parent: 'x' })).toMatchObject({ ok: false, error: { status: 422, problems: [{ path: '/parent' }] } })
  })

  test('a request comes with its onward requests', async () => {
    const shown = unwrap(await first.as('SG').show(parent.requestId))
    expect(shown.children).toMatchObject([{ requestId: child.requestId, country: 'AE', phase: 'verified' }])
    expect(unwrap(await first.as('AE').show(child.requestId)).children).toEqual([])
  })
})

describe('alerts', () => {
  const late = (number: number) => {
    const history = createHistory(
      buildRequestNumber(number, { requestingCountry: 'FR', beneficiaryCountry: 'TL', caseReference: `FR-${number}` }),
    )
    history.give('Withdraw', { reason: 'Paid back' }, 'FR/officer/a')
    history.refuse('ReportNoFunds', { reason: 'AM04' }, 'TL/institution/a')
    return history
  }
  const namesOf = ({ alerts }: AlertPage) => alerts.map(({ caseReference }) => caseReference)

  test('list what needs attention, newest last, with a text for each member role', async () => {
    const history = late(2000)
    await write(...history.entries)
    await sees(first, history)
    const { alerts } = unwrap(await first.as('FR').alerts())
    expect(alerts).toEqual([
      {
        requestId: history.requestId,
        caseReference: 'FR-2000',
        requestingCountry: 'FR',
        beneficiaryCountry: 'TL',
        fact: 'CommandRefused',
        sequence: 2,
        phase: 'closed',
        time: history.entries[2]?.time,
        code: 'lateAnswer',
        message: expect.stringContaining('find out whether money is on hold'),
      },
    ])
    const moved = passed(createHistory(buildRequestNumber(2001, { requestingCountry: 'FR', caseReference: 'FR-2001' })))
    moved.give('ReportMovedOnward', { amount: usd('5.00'), country: 'FR', onward: onwardTo('FR-1') }, 'TL/institution/a')
    await write(...moved.facts)
    await sees(first, moved)
    expect(namesOf(unwrap(await first.as('FR').alerts()))).toEqual(['FR-2000', 'FR-2001'])
    expect(namesOf(unwrap(await first.as('FR').alerts({ limit: 1 })))).toEqual(['FR-2001'])
    expect(namesOf(unwrap(await first.as('TL').alerts({ limit: 1 })))).toEqual(['FR-2000'])
    expect(unwrap(await first.as('AE').alerts()).alerts).toEqual([])
  })

  test('say what each member role has to do', async () => {
    const waiting = createHistory(buildRequestNumber(2002, { requestingCountry: 'FR', beneficiaryCountry: 'AE' }))
    const { deadlines } = (waiting.facts[0] as Fact).data as { deadlines: Deadline[] }
    const hard = deadlines.find(({ kind }) => kind === 'verifyHard') as Deadline
    waiting.give('DeadlinePassed', hard, 'holdfast/clock/ledger', hard.dueAt)
    await write(...waiting.facts)
    await sees(first, waiting)
    const lastFor = async (country: string) => unwrap(await first.as(country).alerts({ limit: 1 })).alerts[0]
    expect(await lastFor('FR')).toMatchObject({ fact: 'DeadlineReached', message: expect.stringContaining('ask the desk') })
    expect(await lastFor('AE')).toMatchObject({ fact: 'DeadlineReached', message: expect.stringContaining('decide on the request now') })
  })

  test('continue after any cursor at any desk, with none repeated or lost', async () => {
    const before = unwrap(await first.as('FR').alerts()).nextCursor
    const histories = Array.from({ length: 8 }, (_, number) => late(3000 + number))
    for (const history of histories) {
      await write(...history.entries)
      await sees(first, history)
    }
    // The second desk reads one partition after the other; the first one read them as they came.
    const second = await desks.start('second')
    for (const history of histories) await sees(second, history)

    const seen: string[] = []
    let cursor = before
    for (let turn = 0; turn < 8; turn++) {
      const page = unwrap(await (turn % 2 ? second : first).as('FR').alerts({ after: cursor, limit: 2 }))
      seen.push(...namesOf(page))
      cursor = page.nextCursor
    }
    expect([...seen].sort()).toEqual(histories.map(({ document }) => document.caseReference))
    expect(namesOf(unwrap(await second.as('FR').alerts({ after: '', limit: 200 })))).toHaveLength(11)
  })

  test('are at most `limit`, even if one partition was read further than the other', async () => {
    let cursor = ''
    for (let limit = 1; limit <= 5; limit++) {
      const page = unwrap(await first.as('FR').alerts({ after: cursor, limit }))
      expect(page.alerts.length).toBeLessThanOrEqual(limit)
      for (let wanted = 1; wanted <= 8; wanted++)
        expect(unwrap(await first.as('FR').alerts({ after: page.nextCursor, limit: wanted })).alerts.length).toBeLessThanOrEqual(wanted)
      cursor = page.nextCursor
    }
  })

  test('an invalid cursor is refused with the problem', async () => {
    expect(await first.as('FR').alerts({ after: 'yesterday' })).toMatchObject({
      ok: false,
      error: {
        status: 422,
        code: 'QUERY_MALFORMED',
        problems: [{ code: 'BAD_CURSOR', path: '/after', message: 'must be the `nextCursor` of the page before' }],
      },
    })
    expect(await first.as('FR').alerts({ limit: 1000 })).toMatchObject({ ok: false, error: { problems: [{ path: '/limit' }] } })
  })
})

describe('a request', () => {
  const asked = (number: number, turns: number) => {
    const document = buildRequestNumber(number, { requestingCountry: 'DE', beneficiaryCountry: 'TL', caseReference: `DE-${number}` })
    return askAndAnswer(createHistory(document), turns, 'n')
  }
  const get = async (country: string, path: string) => {
    const response = await fetch(`${first.url}${path}`, { headers: { authorization: `Bearer ${await first.token(country)}` } })
    // Each answer has a fact of its own.
    const text = (await response.text()).replace(/"instance":"[^"]*",/, '')
    return { status: response.status, text, body: JSON.parse(text) }
  }

  test('comes with its newest 100 facts, and earlier ones page by page; the client returns all of them', async () => {
    const long = asked(7000, 120)
    await write(...long.facts)
    await sees(first, long)
    const shown = (await get('DE', `/v1/requests/${long.requestId}`)).body
    expect([shown.history.length, shown.nextCursor, shown.request.sequence]).toEqual([100, '142', 241])
    const page = (await get('DE', `/v1/requests/${long.requestId}/history?after=142&limit=100`)).body
    expect(page).toEqual({ history: JSON.parse(JSON.stringify(long.facts.slice(41, 141))), nextCursor: '42' })
    expect((await get('TL', `/v1/requests/${long.requestId}/history?after=3`)).body).toEqual({
      history: JSON.parse(JSON.stringify(long.facts.slice(0, 2))),
    })
    expect((await get('TL', `/v1/requests/${long.requestId}/history?limit=1`)).body.history).toHaveLength(1)
    const whole = unwrap(await first.as('TL').show(long.requestId))
    expect([whole.history, whole.nextCursor]).toEqual([JSON.parse(JSON.stringify(long.facts)), undefined])
    expect(await get('DE', `/v1/requests/${long.requestId}/history?after=x`)).toMatchObject({
      status: 422,
      body: { problems: [{ path: '/after' }] },
    })
    const foreign = await get('FR', `/v1/requests/${long.requestId}/history`)
    expect([foreign.status, foreign.body.code]).toEqual([404, 'REQUEST_UNKNOWN'])
  })

  test('with large facts comes in pages of about a megabyte', async () => {
    const heavy = asked(7001, 30)
    // As an institution may write: the ledger accepts facts of up to 600 kB.
    const weighty = heavy.facts.map(fact => Object.assign({ ballast: 'x'.repeat(400_000) }, fact))
    for (const fact of weighty) await write(fact)
    await sees(first, heavy)
    const { text, body } = await get('DE', `/v1/requests/${heavy.requestId}`)
    expect(text.length).toBeLessThan(1_600_000)
    expect(body.history.length).toBeGreaterThan(1)
    expect(unwrap(await first.as('DE').show(heavy.requestId)).history).toHaveLength(61)
  }, 30_000)

  test('is found by its id in upper or lower case, and in a list by its parent', async () => {
    const history = passed(createHistory(buildRequestNumber(7002, { requestingCountry: 'DE', caseReference: 'DE-UPPER' })))
    const child = createHistory(
      buildRequestNumber(7003, { requestingCountry: 'DE', beneficiaryCountry: 'AE', parent: { requestId: history.requestId, hop: 1 } }),
    )
    await write(...history.facts, ...child.facts)
    await sees(first, child)
    const upper = history.requestId.toUpperCase()
    expect((await get('DE', `/v1/requests/${upper}`)).body.request.requestId).toBe(history.requestId)
    expect((await get('DE', `/v1/requests/${upper}/history`)).body.history).toHaveLength(2)
    expect(unwrap(await first.as('DE').list({ parent: upper })).requests.map(({ requestId }) => requestId)).toEqual([child.requestId])
    // A foreign and an unknown request get the same refusal.
    expect((await get('FR', `/v1/requests/${upper}`)).text).toBe(
      (await get('FR', '/v1/requests/00000000-0000-4000-8000-000000000000')).text,
    )
  })

  test('has a cursor in lists that is the same at every desk, and reveals nothing about their number', async () => {
    const histories = Array.from({ length: 9 }, (_, number) =>
      createHistory(buildRequestNumber(7100 + number, { requestingCountry: 'CH', caseReference: 'SAME' })),
    )
    const second = await desks.start('lists')
    for (const history of histories) {
      await write(...history.facts)
      await sees(first, history)
    }
    for (const history of histories) await sees(second, history)
    const seen: string[] = []
    const cursors: string[] = []
    let after: string | undefined
    // All were opened at the same instant.
    for (let turn = 0; turn < 9; turn += 2) {
      const page = unwrap(await (turn % 4 ? second : first).as('CH').list({ limit: 2, after }))
      seen.push(...page.requests.map(({ requestId }) => requestId))
      after = page.nextCursor
      if (after) cursors.push(after)
    }
    expect(after).toBeUndefined()
    expect([...seen].sort()).toEqual(histories.map(({ requestId }) => requestId).sort())
    expect(new Set(cursors.map(cursor => cursor.length)).size).toBe(1)
    const [cursor = ''] = cursors
    expect(await first.as('TL').list({ after: cursor })).toMatchObject({ ok: false, error: { status: 410, code: 'POSITION_UNKNOWN' } })
    expect(await first.as('CH').list({ after: '1721701500000-12' })).toMatchObject({
      ok: false,
      error: { status: 422, problems: [{ path: '/after' }] },
    })
  })
})

test('reads and commands wait for a request that was accepted a moment ago', async () => {
  const history = createHistory(buildRequestNumber(3000))
  const authorization = `Bearer ${await first.token('SG', 600)}`
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${first.url}/v1/requests/${path}`, { ...init, headers: { authorization, ...init.headers } }).then(({ status }) => status)
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'too-soon' }
  const { requestId } = history
  await desks.streams.publish(topics.commands.name, [{ key: requestId, value: '{}' }])
  const answers = [
    ask(requestId),
    ask(`${requestId}/history`),
    ask(`${requestId}/commands`, { method: 'POST', headers, body: '{}' }),
    ask('no-id'),
  ]
  // A text that is no id is answered at once, before the requests sent earlier.
  expect(await answers.at(-1)).toBe(404)
  await write(...history.facts)
  // An empty command is refused as such, because the request exists.
  expect(await Promise.all(answers)).toEqual([200, 200, 422, 404])
})
