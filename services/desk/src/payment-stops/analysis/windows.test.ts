import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { regionsOf } from '@holdfast/countries'
import { type Analysis, type AnalysisTable, type AnalysisTimes, analysisWindows, methodSchema } from '@holdfast/payment-stop/language'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAnalysis } from './analyse.ts'
import { createCountedRequests } from './counted-requests.ts'
import { rangeOf } from './time-ranges.ts'

// What the General Secretariat could learn from several windows at the same moment.

let folder: string
let file: SqliteFile
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-windows-'))
  file = openSqlite(join(folder, 'desk.sqlite'), { durable: false })
})
afterAll(async () => {
  await file.close()
  rmSync(folder, { recursive: true })
})

const now = new Date('2024-07-23T12:00:00.000Z')
const hourMs = 3_600_000
const smallest = 5

interface Opened {
  readonly hoursAgo: number
  readonly corridor: string
  readonly typology: string
  readonly methods: number
  readonly rail: string
  readonly currency: string
  readonly amount: number
  readonly follows: number
  readonly verifiedS: number | null
}

/** The answers to the General Secretariat by window, shortest first. */
async function answersFor(requests: readonly Opened[]): Promise<Analysis[]> {
  const { catchUp, analyse } = createAnalysis({ counted: createCountedRequests(file), lines: () => [] })
  const insert = file.prepare(
    `INSERT INTO analysis_requests VALUES (?1, 'r' || ?1, ?1, ?2, ?3, ?4, 0, 'CASE-' || ?1, ?5, 0, ?6, ?7, ?8, 'KMNSTLDL', 'place' || ?1, ?9, 0, ?10, 0, ?10, 0, 0, ?11, NULL, NULL)`,
  )
  await file.write(() => {
    file.prepare('DELETE FROM analysis_requests').run()
    for (const [at, { hoursAgo, corridor, typology, methods, rail, currency, amount, follows, verifiedS }] of requests.entries()) {
      const [from = '', to = ''] = corridor.split('-')
      insert.run(at + 1, now.getTime() - hoursAgo * hourMs, from, to, follows, typology, methods, rail, currency, amount, verifiedS)
    }
  })
  while (!catchUp(now));
  return analysisWindows.map(days => analyse({ country: 'XP', days, now }) as Analysis)
}

/** The first window that has a request. At noon, the days before begin 12 hours ago. */
const ringOf = ({ hoursAgo }: Opened): number => [12, 6 * 24 + 12, 29 * 24 + 12, Number.POSITIVE_INFINITY].findIndex(end => hoursAgo <= end)

const plain: Opened = {
  hoursAgo: 2,
  corridor: 'SG-TL',
  typology: 'ROMANCE',
  methods: 1,
  rail: 'SWIFT',
  currency: 'USD',
  amount: 1_000,
  follows: 0,
  verifiedS: 60,
}
const several = (count: number, changes: Partial<Opened>): Opened[] => Array.from({ length: count }, () => ({ ...plain, ...changes }))
const requestsIn = ({ rows }: AnalysisTable, value: string): number | null | undefined => rows.find(row => row.value === value)?.requests

test('the difference of 30 and 7 days does not reveal the one request between', async () => {
  const answers = await answersFor([...several(6, { hoursAgo: 48 }), ...several(1, { hoursAgo: 20 * 24, amount: 123_456_789 })])
  const [, week, month, year] = answers
  // The difference would be the one request, so only the longer of the two windows is shown.
  expect([week?.total, month?.total.requests, year?.total.requests]).toEqual([{ requests: null, sums: null }, 7, 7])
  expect(month?.total.sums?.[0]?.requested).toBe('1234627.89')
  for (const name of ['corridors', 'typologies', 'methods', 'rails', 'regions'] as const)
    expect([name, ...answers.map(answer => answer[name].rows[0]?.requests)]).toEqual([name, undefined, null, 7, 7])
  expect([week?.times.verified.requests, month?.times.verified.requests]).toEqual([null, 7])
})

test('the total of a week minus its shown rows does not reveal a small row', async () => {
  // One corridor has three requests in a day and thirteen in a week. The other ten are all that the week has beyond the
  // day.
  const answers = await answersFor([
    ...several(3, {}),
    ...several(10, { hoursAgo: 48 }),
    ...several(9, { corridor: 'SG-MY' }),
    ...several(8, { corridor: 'SG-TH' }),
  ])
  const [day, week] = answers.map(({ corridors }) => ['SG-TL', 'SG-MY', 'SG-TH'].map(value => requestsIn(corridors, value)))
  expect(day?.[0]).toBeNull()
  const known = [0, 1, 2].filter(row => day?.[row] !== null && week?.[row] !== null)
  expect(week?.[0] === null || known.length < 2).toBe(true)
})

test('a total minus its rows does not reveal the amount of one onward request', async () => {
  const [day] = await answersFor([...several(9, {}), ...several(1, { corridor: 'SG-TL', follows: 1, amount: 777 })])
  expect(day?.total).toEqual({ requests: 10, sums: [{ currency: 'USD', requested: null, frozen: '97.77', recovered: '0.00' }] })
})

const drawn = fc.array(
  fc.record({
    // Many together and a few scattered, so that small groups are next to large ones.
    count: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 4, max: 9 })),
    of: fc.record({
      hoursAgo: fc.constantFrom(2, 13, 30, 48, 10 * 24, 25 * 24, 100 * 24),
      corridor: fc.constantFrom('SG-TL', 'SG-MY', 'SG-AE', 'SG-OM', 'FR-AE'),
      typology: fc.constantFrom('ROMANCE', 'INVESTMENT', 'BEC_CEO'),
      methods: fc.constantFrom(0, 1, 2, 3, 6),
      rail: fc.constantFrom('SWIFT', 'CARD'),
      currency: fc.constantFrom('USD', 'EUR'),
      amount: fc.integer({ min: 1, max: 1_000 }),
      follows: fc.constantFrom(0, 0, 0, 1),
      verifiedS: fc.constantFrom(null, 60, 4_000),
    }),
  }),
  { maxLength: 14 },
)

const isSafe = (count: number): boolean => count === 0 || count >= smallest
const singleValued = {
  corridors: ({ corridor }: Opened) => corridor,
  typologies: ({ typology }: Opened) => typology,
  rails: ({ rail }: Opened) => rail,
  regions: ({ corridor }: Opened) => regionsOf(corridor.slice(-2))[0] ?? 'rest',
}
const methodsOf = ({ methods }: Opened): string[] => {
  const named = methodSchema.options.filter((_, bit) => methods & (1 << bit))
  return named.length > 0 ? named : ['UNSTATED']
}

/** A column of an answer: counts, or the sums of a currency. Undefined means no request, null means hidden. */
type Column = 'requests' | 'USD' | 'EUR'
function cellOf(row: Analysis['total'] | undefined, column: Column): string | number | null | undefined {
  if (!row || column === 'requests') return row?.requests
  return row.sums === null ? null : row.sums.find(({ currency }) => currency === column)?.frozen
}
const rowIn = (answer: Analysis | undefined, name: 'methods' | keyof typeof singleValued, value: string) =>
  answer?.[name].rows.find(row => row.value === value)

/**
 * What is known of the requests that one window has and a shorter one lacks, or of one window. Returns every revealed
 * group of one to four requests.
 */
function groupsGivenAway(
  requests: readonly Opened[],
  longer: Analysis,
  shorter: Analysis | undefined,
  between: readonly Opened[],
): string[] {
  const found: string[] = []
  const note = (what: string, group: readonly Opened[]) => void (isSafe(group.length) || found.push(`${what}: ${group.length}`))
  const isKnown = (cell: (answer: Analysis | undefined) => unknown) => cell(longer) !== null && (!shorter || cell(shorter) !== null)
  for (const column of ['requests', 'USD', 'EUR'] as const) {
    const counted = between.filter(({ currency }) => column === 'requests' || currency === column)
    const isTotalKnown = isKnown(answer => answer && cellOf(answer.total, column))
    if (isTotalKnown) note(`total ${column}`, counted)
    for (const [name, valueIn] of Object.entries(singleValued) as [keyof typeof singleValued, (of: Opened) => string][]) {
      const isValueKnown = (value: string) => isKnown(answer => cellOf(rowIn(answer, name, value), column))
      const values = [...new Set(requests.map(valueIn))]
      for (const value of values.filter(isValueKnown))
        note(
          `${name} ${value} ${column}`,
          counted.filter(of => valueIn(of) === value),
        )
      const rest = counted.filter(of => !isValueKnown(valueIn(of)))
      if (isTotalKnown) note(`${name} less the known ${column}`, rest)
      if (name !== 'corridors') continue
      for (const region of new Set(requests.map(singleValued.regions)))
        if (isKnown(answer => cellOf(rowIn(answer, 'regions', region), column)))
          note(
            `corridors of ${region} less the known ${column}`,
            rest.filter(of => singleValued.regions(of) === region),
          )
    }
    for (const method of new Set(requests.flatMap(methodsOf))) {
      if (!isKnown(answer => cellOf(rowIn(answer, 'methods', method), column))) continue
      note(
        `by ${method} ${column}`,
        counted.filter(of => methodsOf(of).includes(method)),
      )
      if (isTotalKnown)
        note(
          `not by ${method} ${column}`,
          counted.filter(of => !methodsOf(of).includes(method)),
        )
    }
    const requestedIn = (answer: Analysis | undefined) => answer?.total.sums?.find(({ currency }) => currency === column)
    if (column === 'requests' || !isKnown(answer => requestedIn(answer)?.requested) || !isTotalKnown) continue
    for (const follows of [0, 1])
      note(
        `total of ${follows ? 'parts' : 'others'} ${column}`,
        counted.filter(of => of.follows === follows),
      )
  }
  return [
    ...found,
    ...timesGivenAway(
      longer.times.verified,
      shorter?.times.verified,
      between,
      isKnown(answer => answer?.total.requests),
    ),
  ]
}

function timesGivenAway(
  longer: AnalysisTimes,
  shorter: AnalysisTimes | undefined,
  between: readonly Opened[],
  isTotalKnown: boolean,
): string[] {
  const verified = between.filter(({ verifiedS }) => verifiedS !== null)
  const isRequestsKnown = longer.requests !== null && shorter?.requests !== null
  const isRangeKnown = (range: number) => longer.counts[range] !== null && shorter?.counts[range] !== null
  const inRange = (of: Opened) => rangeOf(of.verifiedS ?? 0)
  const groups: [string, boolean, readonly Opened[]][] = [
    ['verified', isRequestsKnown, verified],
    ['not verified', isRequestsKnown && isTotalKnown, between.filter(({ verifiedS }) => verifiedS === null)],
    ['verified less the known ranges', isRequestsKnown, verified.filter(of => !isRangeKnown(inRange(of)))],
    ...[60, 4_000].map((seconds): [string, boolean, readonly Opened[]] => [
      `verified in ${seconds}`,
      isRangeKnown(rangeOf(seconds)),
      verified.filter(({ verifiedS }) => verifiedS === seconds),
    ]),
  ]
  return groups.flatMap(([what, isGiven, group]) => (isGiven && !isSafe(group.length) ? `${what}: ${group.length}` : []))
}

test('no window and no difference of two windows reveals a group of fewer than five, for any requests', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn, async groups => {
      const requests = groups.flatMap(({ count, of }) => several(count, of))
      const answers = await answersFor(requests)
      for (const [at, longer] of answers.entries()) {
        for (const before of [undefined, ...Array(at).keys()]) {
          const between = requests.filter(each => ringOf(each) <= at && ringOf(each) > (before ?? -1))
          const shorter = before === undefined ? undefined : answers[before]
          expect(groupsGivenAway(requests, longer, shorter, between), `${longer.days} less ${shorter?.days ?? 0} days`).toEqual([])
        }
        // The last 24 hours are a window too.
        const { outgoing } = longer.opened
        if (outgoing === null) continue
        for (const total of [0, ...answers.map(each => each.total.requests ?? 0)]) expect(isSafe(Math.abs(total - outgoing))).toBe(true)
      }
    }),
    { seed: 20240723, numRuns: drawnCases(1_000) },
  )
})
