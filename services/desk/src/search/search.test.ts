import { comparable } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { medianTimesMs } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDesks, unwrap } from '../../test/desks.ts'
import { createHistory, onwardTo, passed, usd } from '../../test/histories.ts'
import { fillSearch } from '../../test/many-searched.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

let opened: OpenProjection
let file: SqliteFile
let views: RequestProjection
let take: OpenProjection['take']
beforeEach(() => {
  opened = openProjection()
  ;({ file, views, take } = opened)
})
afterEach(() => opened.close())

const found = (text: string, country = 'SG', limit = 50) =>
  views.search(country, text, limit).map(view => (JSON.parse(view) as { caseReference: string }).caseReference)

const account = { other: '012-5550-077' }
const document = (number: number, overrides = {}) =>
  buildRequestNumber(number, {
    caseReference: `SPF/2024/${number}`,
    victim: { name: 'Nguyễn Thị Hoa' },
    payment: { amount: usd('1000.00'), debtor: { name: 'María-José Núñez', account }, creditor: { name: 'شَرِكَة النور' } },
    ...overrides,
  })

describe('a request is found by', () => {
  test('its id or case, or the beginning of either', async () => {
    const history = createHistory(document(1))
    await take(history.facts)
    const id = history.requestId
    expect([found(id), found(id.toUpperCase()), found(id.slice(0, 8)), found(id.slice(0, 10))]).toEqual(Array(4).fill(['SPF/2024/1']))
    // Fewer digits would match too many requests.
    expect(found(id.slice(0, 7))).toEqual([])
    expect([found('SPF/2024/1'), found('spf/2024'), found('PF/2024')]).toEqual([['SPF/2024/1'], ['SPF/2024/1'], []])
  })

  test('its whole accounts, UETR and wallet, in any notation', async () => {
    const wallet = { chain: 'TRON', address: 'TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC', txHash: 'ab12cd34' }
    const history = createHistory(
      document(2, { payment: { debtor: { account }, wallet, creditor: { account: { iban: 'TL380080012345678910157' } } } }),
    )
    await take(history.facts)
    const hit = ['SPF/2024/2']
    for (const text of [
      '0125550077',
      '012 5550 077',
      'TL38 0080 0123 4567 8910 157',
      'tl380080012345678910157',
      wallet.address,
      wallet.txHash,
    ])
      expect(found(text), text).toEqual(hit)
    const { uetr = '' } = history.document.payment
    expect([found(uetr), found(uetr.toUpperCase())]).toEqual([hit, hit])
    for (const text of ['012555007', '125550077', 'TL38008001234567891015']) expect(found(text), text).toEqual([])
  })

  test('names, by the beginning of each word, in any order, with or without accents', async () => {
    await take(createHistory(document(3)).facts)
    await take(createHistory(document(4, { victim: { name: 'Hoang Anh' }, payment: { debtor: { name: 'Hoang Anh', account } } })).facts)
    for (const text of ['nguyen hoa', 'HOA ngu', 'thị', 'Nunez', 'maria jose', 'José', 'شركة', 'النو'])
      expect(found(text), text).toEqual(['SPF/2024/3'])
    expect([found('hoa'), found('hoa nguyen'), found('oang'), found('hoa schmidt')]).toEqual([
      ['SPF/2024/4', 'SPF/2024/3'],
      ['SPF/2024/3'],
      [],
      [],
    ])
    // Operators of full-text queries are plain text here.
    for (const text of ['"', 'hoa"', 'hoa OR', 'hoa*', '-hoa', 'words:hoa', '(hoa', 'NEAR(hoa)'])
      expect(() => found(text), text).not.toThrow()
    expect(found('hoa"')).toEqual(['SPF/2024/4', 'SPF/2024/3'])
  })

  test('its corrected document and the earlier one, and the payee of its moved money', async () => {
    const history = createHistory(document(5))
    history.give('AskInformation', { findings: [], question: 'Who?' }, 'holdfast/validation/rules')
    const corrected = { ...history.document, victim: { ...history.document.victim, name: 'Trần Văn Nam' } }
    history.give('ProvideInformation', { request: corrected }, 'SG/officer/a')
    passed(history)
    history.give('ReportMovedOnward', { amount: usd('1.00'), country: 'AE', onward: onwardTo('AE-0077') }, 'TL/institution/a')
    await take(history.facts)
    for (const text of ['Nguyen', 'tran nam', 'creek trading', 'ae0077']) expect(found(text), text).toEqual(['SPF/2024/5'])
  })
})

describe('a search', () => {
  test('finds nothing of another country, because each has a key of its own', async () => {
    await take(createHistory(document(6)).facts)
    const texts = ['SPF/2024/6', '0125550077', 'nguyen hoa', 'النور']
    for (const text of texts) {
      expect(found(text, 'TL'), text).toEqual(['SPF/2024/6'])
      expect(found(text, 'FR'), text).toEqual([])
    }
    // A country's tokens start with its code, so that names of another country never match.
    expect(found('sgnguyen', 'SG')).toEqual([])
    const marks = file.prepare('SELECT country, hex(blind_index) AS mark FROM blind_indexes').all() as { country: string; mark: string }[]
    expect(new Set(marks.map(({ mark }) => mark)).size).toBe(marks.length)
    expect(marks.map(({ mark }) => mark.length)).toEqual(marks.map(() => 32))
  })

  test('stores no number and no name in plaintext outside the facts', async () => {
    await take(createHistory(document(7)).facts)
    const tables = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE 'search%')").all() as { name: string }[]
    expect(tables.length).toBeGreaterThan(2)
    const stored = tables
      .filter(({ name }) => name !== 'search_names')
      .map(({ name }) =>
        JSON.stringify(file.prepare(`SELECT * FROM ${name}`).all(), (_key, value) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
        ),
      )
      .join()
    expect(stored).not.toContain(comparable(account.other))
    expect(stored).not.toContain('Nguyễn Thị Hoa')
  })

  test('returns the newest hits, each once, for any kind of term', async () => {
    const histories = Array.from({ length: 60 }, (_, number) =>
      createHistory(document(100 + number), {
        time: new Date(Date.parse('2024-07-23T02:00:00Z') + ((number * 7) % 60) * 1000).toISOString(),
      }),
    )
    for (const { facts } of histories) await take(facts)
    const byTime = [...histories].sort((a, b) => (a.facts[0]?.time ?? '').localeCompare(b.facts[0]?.time ?? '')).reverse()
    for (const text of ['nguyen', 'SPF/2024/1', '0125550077'])
      expect(found(text), text).toEqual(byTime.slice(0, 50).map(each => each.document.caseReference))
    expect(found('nguyen', 'SG', 2)).toHaveLength(2)
  })

  test('deletes with a partition, and with everything', async () => {
    await take(createHistory(document(8)).facts, 0)
    await take(createHistory(document(9)).facts, 1)
    const all = () => ['nguyen', '0125550077', 'SPF/2024'].map(text => found(text))
    expect(all()).toEqual(Array(3).fill(['SPF/2024/9', 'SPF/2024/8']))
    await views.forget(1)
    expect(all()).toEqual(Array(3).fill(['SPF/2024/8']))
    // Its arrival number goes to another fact, which is not found by the first one's terms.
    const others = {
      victim: { name: 'Someone' },
      payment: { debtor: { name: 'Someone', account: { other: '1' } }, creditor: { name: 'Else' } },
    }
    opened.rewind(1)
    await take(createHistory(document(13, others)).facts, 1)
    expect([found('nguyen'), found('0125550077'), found('someone')]).toEqual([['SPF/2024/8'], ['SPF/2024/8'], ['SPF/2024/13']])
    await views.clear()
    expect(all()).toEqual(Array(3).fill([]))
    opened.rewind()
    await take(createHistory(document(14, others)).facts)
    expect([found('nguyen'), found('someone')]).toEqual([[], ['SPF/2024/14']])
    await views.clear()
    opened.rewind()
    await take(createHistory(document(10)).facts)
    expect(all()).toEqual(Array(3).fill(['SPF/2024/10']))
  })

  test("takes as long for other countries' data as for unknown terms, in any amount", { timeout: 60_000 }, async () => {
    const first = createHistory(document(11))
    await take(first.facts)
    fillSearch(file, 20_000)
    for (const [theirs, nobodys] of [
      ['nguyen hoa', 'zzyzx qqq'],
      ['0125550077', '0125559999'],
      [first.requestId, '00000000-0000-4000-8000-000000000000'],
    ] as const) {
      const search = (text: string) => () => {
        for (let turn = 0; turn < 20; turn++) views.search('FR', text, 50)
      }
      const { there, not } = await medianTimesMs(15, { there: search(theirs), not: search(nobodys) })
      expect(Math.max(there, not) / Math.min(there, not), theirs).toBeLessThan(3)
    }
  })
})

test('a search uses the endpoint of lists, without other filters', async () => {
  const desks = await openDesks(1)
  try {
    const desk = await desks.start('search')
    const history = passed(createHistory(document(12)))
    await desks.write(...history.facts)
    await desks.sees(desk, history)
    const hits = unwrap(await desk.as('SG').list({ q: ' nguyen ' }))
    expect(hits).toEqual({ requests: [unwrap(await desk.as('SG').show(history.requestId)).request] })
    expect(unwrap(await desk.as('FR').list({ q: 'nguyen' }))).toEqual({ requests: [] })
    const many = Array.from({ length: 50 }, (_, number) => createHistory(document(200 + number)))
    await desks.write(...many.flatMap(({ facts }) => facts))
    for (const each of many.slice(-1)) await desks.sees(desk, each)
    expect(unwrap(await desk.as('SG').list({ q: 'nguyen', limit: 200 })).requests).toHaveLength(50)
    expect(unwrap(await desk.as('SG').list({ q: 'nguyen', limit: 3 })).requests).toHaveLength(3)
    expect(await desk.as('SG').list({ q: 'n'.repeat(141) })).toMatchObject({
      error: { code: 'QUERY_MALFORMED', problems: [{ path: '/q' }] },
    })
    expect(await desk.as('SG').list({ q: 'n' })).toMatchObject({ error: { code: 'QUERY_MALFORMED', problems: [{ path: '/q' }] } })
    expect(await desk.as('SG').list({ q: 'nguyen', phase: 'frozen', sort: 'updated' })).toMatchObject({
      error: { problems: [{ path: '/phase' }, { path: '/sort' }].reverse() },
    })
    expect(await desk.as('SG').list({ q: 'nguyen', after: 'x' })).toMatchObject({ error: { problems: [{ path: '/after' }] } })
  } finally {
    await desks.close()
  }
})
