import { expect, test } from 'vitest'
import { accountsCsv, dueCsv, sumsCsv, timesCsv } from './analysis-csv.ts'

/** Removes the quotes of cells. */
const lines = (csv: string) =>
  csv
    .replaceAll(/[\u{feff}"]/gu, '')
    .trimEnd()
    .split('\r\n')

test('a table of sums has a line per currency, and empty cells for hidden values', () => {
  const usd = { currency: 'USD', requested: '10.00', frozen: '4.00', recovered: null }
  expect(
    lines(
      sumsCsv([
        { value: 'SG-TL', requests: 7, sums: [usd, { ...usd, currency: 'EUR' }] },
        { value: 'KMNSTLDL', requests: 1, cases: 1, sums: [] },
        { value: 'SG-AE', requests: null, sums: null },
      ]),
    ),
  ).toEqual([
    'value,requests,cases,currency,requested,frozen,recovered',
    'SG-TL,7,,USD,10.00,4.00,',
    'SG-TL,7,,EUR,10.00,4.00,',
    'KMNSTLDL,1,1,,,,',
    'SG-AE,,,,,,',
  ])
})

test('times have a line per range', () => {
  const times = { requests: 3, medianSeconds: 1, ninetiethSeconds: 1, boundsSeconds: [60, 120], counts: [2, null, 1] }
  expect(lines(timesCsv({ verified: times }))).toEqual(['step,upToSeconds,requests', 'verified,60,2', 'verified,120,', 'verified,,1'])
})

test('accounts and due requests are exported without formulas for spreadsheets', () => {
  const account = { country: 'TL', account: '=1+1', institution: 'KMNSTLDL', requests: 2, cases: 2 }
  const names = [{ requestingCountry: 'SG', caseReference: 'A' }]
  expect(lines(accountsCsv({ rows: [{ ...account, caseNames: names }], more: 0 }))[1]).toBe("TL,'=1+1,KMNSTLDL,2,2,SG/A")
  const row = {
    requestId: 'r',
    caseReference: 'A',
    requestingCountry: 'SG',
    beneficiaryCountry: 'TL',
    kind: 'holdExpiry',
    dueAt: '2024-07-23T00:00:00Z',
  }
  expect(lines(dueCsv({ rows: [row], more: 0 }))[1]).toBe('r,A,SG,TL,holdExpiry,2024-07-23T00:00:00Z,,,')
})
