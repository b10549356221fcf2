import { minorOfLimbs } from './limbs.ts'
import type { Amount, RequestColumns } from './request-columns.ts'

/** The requests of one value in one currency, with their sums in minor units. */
export interface CellSum {
  readonly currency: string
  readonly requests: number
  readonly minor: Readonly<Record<Amount, bigint>>
}

/** The requests of one value in each of their currencies, most requests first. */
export interface ValueSum {
  readonly value: string
  readonly requests: number
  readonly cells: readonly CellSum[]
}

export interface AddingUp {
  readonly columns: RequestColumns
  /** The slots of the requests to add up. */
  readonly chosen: Int32Array
  /** The cell of each slot, and the text of each cell: `value/currency`. */
  readonly cellOf: Uint32Array | Uint16Array
  readonly cellTexts: readonly string[]
  /** 1 for each slot whose requested amount is part of another request's amount. */
  readonly isPart?: Uint8Array
}

const sumsFor = (cells: number) => ({ high: new Float64Array(cells), low: new Float64Array(cells) })

/**
 * Adds up by cells in one loop over indexes: an iterator takes twice as long, and a loop for each amount half as much
 * more.
 */
function cellSums({ columns, chosen, cellOf, cellTexts, isPart }: AddingUp): Array<CellSum & { readonly value: string }> {
  const counts = new Uint32Array(cellTexts.length)
  const [requested, frozen, recovered] = [sumsFor(cellTexts.length), sumsFor(cellTexts.length), sumsFor(cellTexts.length)]
  const { high, low } = columns
  const add = (sums: ReturnType<typeof sumsFor>, cell: number, highPart: number, lowPart: number): void => {
    sums.high[cell] = (sums.high[cell] as number) + highPart
    sums.low[cell] = (sums.low[cell] as number) + lowPart
  }
  for (let at = 0; at < chosen.length; at++) {
    const slot = chosen[at] as number
    const cell = cellOf[slot] as number
    counts[cell] = (counts[cell] as number) + 1
    if (!isPart?.[slot]) add(requested, cell, high.requested[slot] as number, low.requested[slot] as number)
    add(frozen, cell, high.frozen[slot] as number, low.frozen[slot] as number)
    add(recovered, cell, high.recovered[slot] as number, low.recovered[slot] as number)
  }
  const sumIn = (sums: ReturnType<typeof sumsFor>, cell: number) => minorOfLimbs(sums.high[cell] as number, sums.low[cell] as number)
  return cellTexts.flatMap((text, cell) => {
    const requests = counts[cell] as number
    if (requests === 0) return []
    const [value = '', currency = ''] = text.split('/')
    const minor = { requested: sumIn(requested, cell), frozen: sumIn(frozen, cell), recovered: sumIn(recovered, cell) }
    return [{ value, currency, requests, minor }]
  })
}

/**
 * Adds up by values. Sorts by most requests, then by value.
 * @param valuesOf the values of a cell value that stands for several.
 */
export function addUp(work: AddingUp, valuesOf: (value: string) => readonly string[] = value => [value]): ValueSum[] {
  const byValue = new Map<string, Map<string, CellSum>>()
  for (const { value: ofCell, ...sum } of cellSums(work))
    for (const value of valuesOf(ofCell)) {
      const cells = byValue.get(value) ?? new Map<string, CellSum>()
      const known = cells.get(sum.currency)
      cells.set(sum.currency, known ? addSums(known, sum) : sum)
      byValue.set(value, cells)
    }
  return [...byValue]
    .map(([value, cells]) => {
      const sums = [...cells.values()].sort((a, b) => b.requests - a.requests || (a.currency < b.currency ? -1 : 1))
      return { value, requests: sums.reduce((count, { requests }) => count + requests, 0), cells: sums }
    })
    .sort((a, b) => b.requests - a.requests || (a.value < b.value ? -1 : 1))
}

const addSums = (a: CellSum, b: CellSum): CellSum => ({
  currency: a.currency,
  requests: a.requests + b.requests,
  minor: {
    requested: a.minor.requested + b.minor.requested,
    frozen: a.minor.frozen + b.minor.frozen,
    recovered: a.minor.recovered + b.minor.recovered,
  },
})
