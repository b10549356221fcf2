import { regionsOf } from '@holdfast/countries'
import { type AnalysisRow, type AnalysisSums, type AnalysisTable, fromMinor } from '@holdfast/payment-stop/language'
import type { CellSum, ValueSum } from './add-up.ts'
import { noCurrency, restOfWorld } from './request-columns.ts'
import { firstShown } from './small-cells.ts'

const rowsMax = 50
const currenciesMax = 20

/** The first rows, and the number of further rows. */
export const cut = <Row>(rows: readonly Row[]): AnalysisTable<Row> => ({
  rows: rows.slice(0, rowsMax),
  more: Math.max(0, rows.length - rowsMax),
})

const sumsIn = ({ currency, minor }: CellSum): AnalysisSums => ({
  currency,
  requested: fromMinor(currency, minor.requested).value,
  frozen: fromMinor(currency, minor.frozen).value,
  recovered: fromMinor(currency, minor.recovered).value,
})

const hiddenSums = (currency: string): AnalysisSums => ({ currency, requested: null, frozen: null, recovered: null })

/** Requests with an unusable currency are counted, but have no sums. */
const inCurrencies = (cells: readonly CellSum[]): readonly CellSum[] =>
  cells.filter(({ currency }) => currency !== noCurrency).slice(0, currenciesMax)

export const wholeRow = ({ value, requests, cells }: ValueSum): AnalysisRow => ({
  value,
  requests,
  sums: inCurrencies(cells).map(sumsIn),
})

/** The region whose total includes a corridor. */
export const regionOfCorridor = (corridor: string): string => regionsOf(corridor.slice(-2))[0] ?? restOfWorld

/** Sums of every window, for callers who must not see small cells. */
export interface SuppressibleSums {
  /** The sums of each window, shortest first. */
  readonly windows: readonly (readonly ValueSum[])[]
  /** The total that includes a value, and the sums of those totals. */
  readonly within?: { readonly windows: SuppressibleSums['windows']; groupOf(value: string): string }
  /** Sums that count each request once, if a request is in several rows, and the rows of each. */
  readonly apart?: { readonly windows: SuppressibleSums['windows']; rowsOf(value: string): readonly string[] }
}

type CountIn = (sum: ValueSum) => number
const inAll: CountIn = ({ requests }) => requests
const inCurrency =
  (currency: string): CountIn =>
  ({ cells }) =>
    cells.find(cell => cell.currency === currency)?.requests ?? 0

/** The first window in which each value of a column is shown. */
function firstShownBy({ windows, within, apart }: SuppressibleSums, countIn: CountIn): ReadonlyMap<string, number> {
  const values = (windows.at(-1) ?? []).map(({ value }) => value)
  const cellOf = new Map(values.map((value, cell) => [value, cell]))
  const rowsOf = apart?.rowsOf ?? (value => [value])
  const counts = new Map<string, number[]>()
  for (const [window, sums] of (apart?.windows ?? windows).entries())
    for (const sum of sums) {
      const known = counts.get(sum.value) ?? windows.map(() => 0)
      known[window] = countIn(sum)
      counts.set(sum.value, known)
    }
  const requests = [...counts].map(([value, each]) => ({ cells: rowsOf(value).map(row => cellOf.get(row) as number), counts: each }))
  const ofGroups = within && firstShownBy({ windows: within.windows }, countIn)
  const groups = within && values.map(value => within.groupOf(value)).map(name => ({ name, firstShown: ofGroups?.get(name) ?? 0 }))
  const first = firstShown(requests, values.length, { groups })
  return new Map(values.map((value, cell) => [value, first[cell] as number]))
}

/**
 * The rows of a window without small cells. Each currency column and the column of request counts are checked
 * separately. Hidden rows are last, sorted by name, so that their order reveals nothing.
 */
export function suppressedRows(suppressible: SuppressibleSums, window: number): AnalysisRow[] {
  const sums = suppressible.windows[window] ?? []
  const isHiddenBy = (countIn: CountIn) => {
    const first = firstShownBy(suppressible, countIn)
    return (value: string) => window < (first.get(value) ?? 0)
  }
  const isRowHidden = isHiddenBy(inAll)
  const currencies = [...new Set(sums.flatMap(({ cells }) => inCurrencies(cells).map(({ currency }) => currency)))]
  const isHiddenIn = new Map(currencies.map(currency => [currency, isHiddenBy(inCurrency(currency))]))
  const rows = sums.map(({ value, requests, cells }): AnalysisRow => {
    if (isRowHidden(value)) return { value, requests: null, sums: null }
    const isHidden = ({ currency }: CellSum) => isHiddenIn.get(currency)?.(value) === true
    const known = inCurrencies(cells)
    const unknown = known.filter(isHidden).map(({ currency }) => hiddenSums(currency))
    return { value, requests, sums: [...known.filter(cell => !isHidden(cell)).map(sumsIn), ...unknown.sort(byName(each => each.currency))] }
  })
  const last = rows.filter(({ requests }) => requests === null).sort(byName(({ value }) => value))
  return [...rows.filter(({ requests }) => requests !== null), ...last]
}

const byName =
  <T>(nameOf: (of: T) => string) =>
  (a: T, b: T): number =>
    nameOf(a) < nameOf(b) ? -1 : 1
