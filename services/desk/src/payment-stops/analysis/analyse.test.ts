import type { AnalysisDays, FreezeRequest } from '@holdfast/payment-stop/language'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testWords } from '../../../test/encryption.ts'
import { createHistory, followMoney, type History, onwardTo, passed, usd } from '../../../test/histories.ts'
import { ledgerRecords } from '../../../test/ledger-records.ts'
import { paymentStopsOnly } from '../../../test/one-workflow.ts'
import { type OpenProjection, openProjection } from '../../../test/open-projection.ts'
import { testSecret } from '../../../test/secret.ts'
import { createRequestProjection, type RequestProjection } from '../../projection/request-projection.ts'
import { type AnalysisReader, analysisOf } from './analyse.ts'

let opened: OpenProjection
let file: SqliteFile
let views: RequestProjection
let take: OpenProjection['take']
beforeEach(() => {
  opened = openProjection()
  ;({ file, views, take } = opened)
})
afterEach(() => opened.close())

const day = '2024-07-23'
const at = (time: string) => `${day}T${time}Z`
const now = new Date(at('12:00:00.000'))

function analysis(country: string, days: AnalysisDays = 30, of: AnalysisReader = opened.analysis, currency?: string) {
  while (!of.catchUp(now));
  return of.analyse({ country, days, currency, now })
}

const openedAt = (number: number, overrides: Overrides<FreezeRequest>, time = at('02:00:00.000')) =>
  createHistory(buildRequestNumber(number, overrides), { time })
const worth = (value: string, currency = 'USD') => ({ payment: { amount: { currency, value } } })

/** Verified after 10 minutes, frozen after an hour, and all of it returned five minutes later. */
function recovered(history: History, value: string): History {
  history.give('PassAssessment', { findings: [] }, 'holdfast/validation/rules', at('02:10:00.000'))
  const { beneficiaryCountry: country } = history.document
  const { currency } = history.document.payment.amount
  const amount = { currency, value }
  history.give('ReportFreeze', { amount, basis: 'FIU_SUSPENSION' }, `${country}/fiu/a`, at('03:00:00.000'))
  for (const person of ['a', 'b'])
    history.give('InitiateReturn', { basis: 'ORDER' }, `${country}/institution/${person}`, at('05:00:00.000'))
  history.give('ReportReturn', { amount, reference: 'P4' }, `${country}/institution/a`, at('07:00:00.000'))
  return history
}

describe('the requests of a country', () => {
  test('are counted by their properties, with current amounts by currency', async () => {
    await take(recovered(openedAt(1, worth('1000.00')), '400.00').facts)
    await take(openedAt(2, { ...worth('0.10'), offence: { typology: 'ROMANCE', methods: ['VOICE', 'SMS'] } }).facts)
    await take(
      openedAt(3, {
        ...worth('500', 'JPY'),
        beneficiaryCountry: 'AE',
        payment: { amount: { currency: 'JPY', value: '500' }, rail: 'CARD', creditorAgent: { bic: 'CREKAEAD001' } },
      }).facts,
    )
    const { total, corridors, typologies, methods, rails, regions, institutions } = analysis('SG')
    const usd = { currency: 'USD', requested: '1000.10', frozen: '400.00', recovered: '400.00' }
    const jpy = { currency: 'JPY', requested: '500', frozen: '0', recovered: '0' }
    expect(total).toEqual({ requests: 3, sums: [usd, jpy] })
    expect(corridors).toEqual({
      rows: [
        { value: 'SG-TL', requests: 2, sums: [usd] },
        { value: 'SG-AE', requests: 1, sums: [jpy] },
      ],
      more: 0,
    })
    expect(typologies.rows.map(({ value, requests }) => [value, requests])).toEqual([
      ['BEC_INVOICE', 2],
      ['ROMANCE', 1],
    ])
    expect(methods.rows.map(({ value, requests }) => [value, requests])).toEqual([
      ['EMAIL', 2],
      ['SMS', 1],
      ['VOICE', 1],
    ])
    expect(rails.rows.map(({ value, requests }) => [value, requests])).toEqual([
      ['SWIFT', 2],
      ['CARD', 1],
    ])
    expect(regions.rows.map(({ value }) => value)).toEqual(['rest', 'GCC Police'])
    expect(institutions?.rows.map(({ value, requests, cases }) => [value, requests, cases])).toEqual([
      ['KMNSTLDL', 2, 2],
      ['CREKAEAD', 1, 1],
    ])
  })

  test('are those that it sent or received; no other country sees them', async () => {
    await take(openedAt(1, worth('1.00')).facts)
    await take(openedAt(2, { ...worth('2.00'), requestingCountry: 'TL', beneficiaryCountry: 'SG' }).facts)
    expect(analysis('SG').corridors.rows.map(({ value }) => value)).toEqual(['SG-TL', 'TL-SG'])
    expect(analysis('SG').opened).toEqual({ outgoing: 1, incoming: 1 })
    const uninvolved = analysis('FR')
    expect([uninvolved.total, uninvolved.corridors, uninvolved.opened]).toEqual([
      { requests: 0, sums: [] },
      { rows: [], more: 0 },
      { outgoing: 0, incoming: 0 },
    ])
  })

  test('count on the day of their opening, in UTC, with the amounts recovered since', async () => {
    for (const [number, time] of [
      [1, '2024-07-23T00:00:00.000Z'],
      [2, '2024-07-22T23:59:59.999Z'],
      [3, '2024-07-17T00:00:00.000Z'],
      [4, '2024-07-16T23:59:59.999Z'],
      [5, '2023-07-25T00:00:00.000Z'],
      [6, '2023-07-24T23:59:59.999Z'],
    ] as const)
      await take(openedAt(number, worth('1.00'), time).facts)
    expect(([1, 7, 30, 365] as const).map(days => [analysis('SG', days).total.requests, analysis('SG', days).from])).toEqual([
      [1, '2024-07-23'],
      [3, '2024-07-17'],
      [4, '2024-06-24'],
      [5, '2023-07-25'],
    ])
    expect(analysis('SG', 1).opened).toEqual({ outgoing: 2, incoming: 0 })
  })

  test('are counted again when a document is corrected, by the new document', async () => {
    const history = openedAt(1, worth('1000.00'))
    history.give('AskInformation', { question: 'Which account?', findings: [] }, 'holdfast/validation/rules')
    const request = { ...history.document, offence: { ...history.document.offence, typology: 'ROMANCE' as const } }
    history.give('ProvideInformation', { request }, 'SG/officer/a')
    await take(history.facts.slice(0, 2))
    expect(analysis('SG').typologies.rows.map(({ value }) => value)).toEqual(['BEC_INVOICE'])
    await take(history.facts.slice(2))
    expect(analysis('SG').typologies.rows.map(({ value }) => value)).toEqual(['ROMANCE'])
  })

  test('leave out duplicates, and from the total the requested amount of an onward request of the same country', async () => {
    const parent = passed(openedAt(1, worth('1000.00')))
    const moved = parent.give('ReportMovedOnward', { amount: usd('400.00'), country: 'AE', onward: onwardTo('AE-1') }, 'TL/institution/a')
    const child = followMoney(parent, moved)
    const again = openedAt(1, { ...worth('7.00'), caseReference: 'AGAIN' })
    again.give('MarkDuplicate', { standingRequestId: parent.requestId, findings: [] }, 'holdfast/validation/rules')
    for (const { facts } of [parent, child, again]) await take(facts)
    const requested = (country: string) => analysis(country).total.sums?.map(sums => sums.requested)
    expect([analysis('SG').total.requests, requested('SG'), requested('AE'), requested('TL')]).toEqual([
      2,
      ['1000.00'],
      ['400.00'],
      ['1000.00'],
    ])
    expect(analysis('SG').corridors.rows.map(({ value, sums }) => [value, sums?.[0]?.requested])).toEqual([
      ['SG-AE', '400.00'],
      ['SG-TL', '1000.00'],
    ])
  })

  test('are added up to the cent, also with the largest amounts', async () => {
    const most = '9999999999999999.99'
    for (let number = 1; number <= 9; number++) await take(openedAt(number, worth(most)).facts)
    expect(analysis('SG').total.sums?.[0]?.requested).toBe('89999999999999999.91')
  })

  test('can be filtered by currency', async () => {
    await take(openedAt(1, worth('1.00')).facts)
    await take(openedAt(2, worth('2.00', 'EUR')).facts)
    const { total, currency, corridors } = analysis('SG', 30, opened.analysis, 'EUR')
    expect([total.requests, currency, corridors.rows[0]?.requests]).toEqual([1, 'EUR', 1])
    expect(analysis('SG', 30, opened.analysis, 'CHF').total).toEqual({ requests: 0, sums: [] })
  })

  test('have the time of first verification, freeze and recovery', async () => {
    const history = recovered(openedAt(1, worth('1000.00')), '400.00')
    await take(history.facts)
    await take(openedAt(2, worth('5.00')).facts)
    const { times } = analysis('SG')
    expect([times.verified, times.frozen, times.recovered].map(({ requests, medianSeconds }) => [requests, medianSeconds])).toEqual([
      [1, 600],
      [1, 3600],
      [1, 18_000],
    ])
    expect(times.verified.counts[times.verified.boundsSeconds.indexOf(600)]).toBe(1)
  })

  test('count as frozen at the first report that was not corrected', async () => {
    const history = passed(openedAt(1, worth('1000.00')))
    const bank = 'TL/institution/a'
    const hold = (value: string, time: string) =>
      history.give('ReportFreeze', { amount: usd(value), basis: 'FIU_SUSPENSION' }, bank, at(time))
    const correct = (report: number, time: string) =>
      history.give('CorrectAnswer', { corrects: 'frozen', report, reason: 'Another account' }, bank, at(time))
    let written = 0
    const frozen = async () => {
      await take(history.facts.slice(written))
      written = history.facts.length
      const { requests, medianSeconds } = analysis('SG').times.frozen
      return [requests, medianSeconds]
    }
    const [first, second] = [hold('100.00', '03:00:00.000'), hold('200.00', '04:00:00.000')]
    expect(await frozen()).toEqual([1, 3600])
    correct(first.sequence, '05:00:00.000')
    expect(await frozen()).toEqual([1, 7200])
    correct(second.sequence, '06:00:00.000')
    expect(await frozen()).toEqual([0, null])
    // Both in one batch.
    const third = hold('300.00', '07:00:00.000')
    correct(third.sequence, '08:00:00.000')
    expect(await frozen()).toEqual([0, null])
    hold('300.00', '09:00:00.000')
    expect(await frozen()).toEqual([1, 25_200])
  })

  test('of several cases with one account are listed with it, for a country that has them', async () => {
    const account = { iban: buildRequestNumber(1).payment.creditor.account } as const
    const shared = { payment: { creditor: { account: account.iban } } }
    await take(openedAt(1, { caseReference: 'A' }).facts)
    await take(openedAt(2, { caseReference: 'B', ...shared }).facts)
    await take(openedAt(3, { caseReference: 'C' }).facts)
    // Two requests of one case are not two cases.
    await take(openedAt(4, { caseReference: 'D' }).facts)
    const again = buildRequestNumber(5, {
      caseReference: 'D',
      payment: { creditor: { account: buildRequestNumber(4).payment.creditor.account } },
    })
    await take(createHistory(again, { requestId: '0b7c1f6e-5d4c-4b3a-8291-a0b1c2d3e4f5', time: at('02:00:00.000') }).facts)
    const number = 'iban' in account.iban ? account.iban.iban : ''
    expect(analysis('TL').accounts).toEqual({
      rows: [
        {
          country: 'TL',
          account: number,
          institution: 'KMNSTLDL',
          requests: 2,
          cases: 2,
          caseNames: expect.arrayContaining([
            { requestingCountry: 'SG', caseReference: 'A' },
            { requestingCountry: 'SG', caseReference: 'B' },
          ]),
        },
      ],
      more: 0,
    })
    expect(analysis('FR').accounts).toEqual({ rows: [], more: 0 })
    expect(JSON.stringify(analysis('XP'))).not.toContain(number)
  })
})

describe('the counted requests', () => {
  test('are the same when the file is reopened, and when it is rebuilt', async () => {
    const histories = [1, 2].map(number => recovered(openedAt(number, worth('1000.00')), '400.00'))
    for (const { facts } of histories) await take(facts)
    const before = analysis('SG')
    expect(analysis('SG', 30, analysisOf(createRequestProjection(paymentStopsOnly, file, testSecret, testWords)))).toEqual(before)
    await views.clear()
    expect(analysis('SG').total.requests).toBe(0)
    opened.rewind()
    // Fact by fact, in reverse order.
    for (const { facts } of histories.toReversed()) for (const fact of facts) await take([fact])
    expect(analysis('SG')).toEqual(before)
  })

  test('lose those of a deleted partition', async () => {
    await take(openedAt(1, worth('1.00')).facts, 0)
    await take(openedAt(2, worth('2.00')).facts, 1)
    expect(analysis('SG').total.requests).toBe(2)
    await views.forget(1)
    expect(analysis('SG').total).toEqual({ requests: 1, sums: [{ currency: 'USD', requested: '1.00', frozen: '0.00', recovered: '0.00' }] })
  })

  test('are those of the projection that replaces this one, plus what comes later', async () => {
    await take(openedAt(1, worth('1.00')).facts)
    expect(analysis('SG').total.requests).toBe(1)
    const other = openSqlite(`${file.path}.other`, { durable: false })
    const made = createRequestProjection(paymentStopsOnly, other, testSecret, testWords)
    for (const [index, number] of [1, 2, 3].entries()) {
      const [first] = ledgerRecords(openedAt(number, worth('1.00')).facts, 0, index)
      await made.take(first ? [first] : [], { onUnreadable: () => undefined })
    }
    await file.replaceWith(other)
    expect(analysis('SG').total.requests).toBe(3)
    opened.rewind(0, 3)
    await take(openedAt(4, worth('1.00')).facts)
    expect(analysis('SG').total.requests).toBe(4)
  })

  test('have nothing of a batch that was not written', async () => {
    const history = openedAt(1, worth('1000.00'))
    await take(history.facts)
    expect(analysis('SG').total.requests).toBe(1)
    const more = openedAt(2, worth('5.00'))
    file.schema("CREATE TRIGGER full BEFORE INSERT ON phase_counts BEGIN SELECT raise(abort, 'full'); END")
    await expect(take(more.facts)).rejects.toThrow('full')
    file.schema('DROP TRIGGER full')
    expect(analysis('SG').total.requests).toBe(1)
    opened.rewind(0, history.facts.length)
    await take(more.facts)
    expect(analysis('SG').total.requests).toBe(2)
  })

  test('are not written for a fact that changes none of them', async () => {
    const history = passed(openedAt(1, worth('1000.00')))
    await take(history.facts)
    const changed = () => file.prepare('SELECT changed FROM analysis_requests').all()
    const before = changed()
    await take([history.give('ReportInterim', { reason: 'S000' }, 'TL/institution/a')])
    expect(changed()).toEqual(before)
    await take([history.give('ReportFreeze', { amount: usd('5.00'), basis: 'VOLUNTARY' }, 'TL/institution/a')])
    expect(changed()).not.toEqual(before)
  })
})

describe('the General Secretariat', () => {
  const many = async (first: number, count: number, overrides: Overrides<FreezeRequest>) => {
    for (let number = first; number < first + count; number++) await take(openedAt(number, overrides).facts)
  }

  test('gets the sums of all countries, without institutions, accounts and cells of fewer than five requests', async () => {
    await many(1, 6, worth('1.00'))
    await many(11, 7, { ...worth('1.00'), requestingCountry: 'FR', beneficiaryCountry: 'AE' })
    await many(21, 2, { ...worth('1.00'), requestingCountry: 'FR', beneficiaryCountry: 'MY' })
    const seen = analysis('XP')
    expect(seen.smallest).toBe(5)
    expect(seen.total.requests).toBe(15)
    // Hidden alone, its number would be the total minus the others. So the next smallest cell is hidden too.
    expect(seen.corridors.rows.map(({ value, requests, sums }) => [value, requests, sums?.length ?? null])).toEqual([
      ['FR-AE', 7, 1],
      ['FR-MY', null, null],
      ['SG-TL', null, null],
    ])
    expect([seen.institutions, seen.accounts]).toEqual([undefined, undefined])
    // Its own country sees all of it.
    expect(analysis('MY').corridors.rows).toMatchObject([{ value: 'FR-MY', requests: 2 }])
  })

  test('cannot derive the corridor of a region from the total of the region', async () => {
    await many(1, 9, { ...worth('1.00'), beneficiaryCountry: 'AE' })
    await many(11, 2, { ...worth('1.00'), beneficiaryCountry: 'OM' })
    await many(21, 2, { ...worth('1.00'), beneficiaryCountry: 'TL' })
    await many(31, 8, { ...worth('1.00'), beneficiaryCountry: 'FR' })
    const { corridors, regions } = analysis('XP')
    expect(regions.rows.map(({ value, requests }) => [value, requests])).toEqual([
      ['GCC Police', 11],
      ['rest', 10],
    ])
    expect(corridors.rows.map(({ requests }) => requests)).toEqual([null, null, null, null])
  })

  test('cannot derive a rare method from the other methods', async () => {
    await many(1, 9, worth('1.00'))
    await many(11, 3, { ...worth('1.00'), offence: { methods: ['VOICE', 'DEEPFAKE_AUDIO'] } })
    await many(21, 2, { ...worth('1.00'), offence: { methods: ['VOICE', 'EMAIL'] } })
    // The total minus those by mail would be the three.
    expect(analysis('XP').methods.rows.map(({ value, requests }) => [value, requests])).toEqual([
      ['VOICE', 5],
      ['DEEPFAKE_AUDIO', null],
      ['EMAIL', null],
    ])
  })

  test('cannot derive a small number of unverified requests', async () => {
    for (let number = 1; number <= 6; number++) await take(recovered(openedAt(number, worth('10.00')), '4.00').facts)
    await many(11, 2, worth('10.00'))
    const { verified } = analysis('XP').times
    expect([verified.requests, verified.medianSeconds, verified.counts.filter(count => count !== 0)]).toEqual([null, null, [null]])
  })

  test('gets no sum of a currency with fewer than five requests, and no time of a single request', async () => {
    for (let number = 1; number <= 6; number++) await take(recovered(openedAt(number, worth('10.00')), '4.00').facts)
    await many(11, 3, worth('10.00', 'EUR'))
    await many(41, 5, worth('1.00'))
    const { total, times } = analysis('XP')
    expect(total.requests).toBe(14)
    expect(total.sums).toEqual([
      { currency: 'USD', requested: '65.00', frozen: '24.00', recovered: '24.00' },
      { currency: 'EUR', requested: null, frozen: null, recovered: null },
    ])
    expect([times.frozen.requests, times.frozen.medianSeconds]).toEqual([6, 3600])
    await take(recovered(openedAt(21, worth('10.00', 'EUR')), '4.00').facts)
    expect(analysis('XP').times.frozen).toMatchObject({ requests: 7, ninetiethSeconds: 3600 })
    // The percentile would reveal the four that took two days.
    for (let number = 31; number <= 34; number++) {
      const history = passed(openedAt(number, worth('10.00')))
      history.give('ReportFreeze', { amount: usd('4.00'), basis: 'FIU_SUSPENSION' }, 'TL/fiu/a', '2024-07-25T02:00:00.000Z')
      await take(history.facts)
    }
    expect(analysis('SG').times.frozen.ninetiethSeconds).toBe(48 * 3600)
    expect(analysis('XP').times.frozen).toMatchObject({ requests: 11, ninetiethSeconds: null })
    expect(analysis('XP').times.frozen.counts.filter(count => count !== 0)).toEqual([null, null])
  })
})
