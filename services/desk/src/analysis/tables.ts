import { regionsOf } from '@holdfast/profiles'
import { type AnalysisRow, type AnalysisSums, type AnalysisTable, fromMinor } from '@holdfast/schemas'
import type { CellSum, ValueSum } from './add-up.ts'
import { noCurrency, restOfWorld } from './request-columns.ts'
import { hiddenCells, smallestCell } from './small-cells.ts'

const rowsMax = 50
const currenciesMax = 20

/** The first rows, and how many there are beside them. */
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

/** Requests whose currency can't be used are counted and have no sums. */
const inCurrencies = (cells: readonly CellSum[]): readonly CellSum[] =>
  cells.filter(({ currency }) => currency !== noCurrency).slice(0, currenciesMax)

export const wholeRow = ({ value, requests, cells }: ValueSum): AnalysisRow => ({
  value,
  requests,
  sums: inCurrencies(cells).map(sumsIn),
})

/** The region whose total holds a corridor. */
export const regionOfCorridor = (corridor: string): string => regionsOf(corridor.slice(-2))[0] ?? restOfWorld

export interface RowTotals {
  /** In which total elsewhere a value is. */
  groupOf?(value: string): string
  /** Sums by which each request stands once, where it is in several rows, and in which rows those of one are. */
  readonly apart?: { readonly sums: readonly ValueSum[]; rowsOf(value: string): readonly string[] }
}

/**
 * The same without small cells: each column of a currency is looked at by itself, and so is that of the numbers of requests. What is not shown stands last, by its name, so that its place says nothing.
 */
export function guardedRows(sums: readonly ValueSum[], { groupOf, apart }: RowTotals = {}): AnalysisRow[] {
  const groups = groupOf && sums.map(({ value }) => groupOf(value))
  const rowOf = new Map(sums.map(({ value }, row) => [value, row]))
  /** Which rows of a column are hidden, by how many requests of it a value has. */
  const hiddenBy = (countIn: (sum: ValueSum) => number): boolean[] => {
    const ways = apart?.sums.map(sum => ({
      rows: apart.rowsOf(sum.value).map(value => rowOf.get(value) as number),
      requests: countIn(sum),
    }))
    const leftIn =
      ways &&
      ((hidden: readonly boolean[]) =>
        ways.filter(({ rows }) => rows.every(row => hidden[row])).reduce((sum, { requests }) => sum + requests, 0))
    return hiddenCells(sums.map(countIn), { groups, leftIn })
  }
  const hiddenRows = hiddenBy(({ requests }) => requests)
  const currencies = [...new Set(sums.flatMap(({ cells }) => inCurrencies(cells).map(({ currency }) => currency)))]
  const hiddenIn = new Map(
    currencies.map(currency => [currency, hiddenBy(({ cells }) => cells.find(cell => cell.currency === currency)?.requests ?? 0)] as const),
  )
  const rows = sums.map(({ value, requests, cells }, row): AnalysisRow => {
    if (hiddenRows[row]) return { value, requests: null, sums: null }
    const isHidden = ({ currency }: CellSum) => hiddenIn.get(currency)?.[row] === true
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

/** A number that stands alone. */
export const guardedCount = (count: number): number | null => (count > 0 && count < smallestCell ? null : count)
