import type { Analysis, AnalysisRow } from '@holdfast/payment-stop/language'
import type { ValueSum } from './add-up.ts'
import { firstShown, isSafe } from './small-cells.ts'
import { suppressedRows } from './tables.ts'

/** All requests of a window. */
export interface WindowTotal {
  readonly sum: ValueSum
  /** By currency, the number of requests whose amount is part of another's. A total's `requested` leaves them out. */
  readonly parts: ReadonlyMap<string, number>
}

/** The total of a window without small cells. @param windows all windows, shortest first. */
export function suppressedTotal(windows: readonly WindowTotal[], window: number): Omit<AnalysisRow, 'value'> {
  const [row] = suppressedRows({ windows: windows.map(({ sum }) => [sum]) }, window)
  const sums = row?.sums?.map(each => (isRequestedShown(windows, window, each.currency) ? each : { ...each, requested: null }))
  return { requests: row?.requests ?? null, sums: sums ?? null }
}

/**
 * Tables add up the requested amounts of all requests, and the total leaves out parts. So the difference is the amount
 * of the parts, which must not be of a few requests.
 */
function isRequestedShown(windows: readonly WindowTotal[], window: number, currency: string): boolean {
  const parts = windows.map(each => each.parts.get(currency) ?? 0)
  const others = windows.map(
    ({ sum }, each) => (sum.cells.find(cell => cell.currency === currency)?.requests ?? 0) - (parts[each] as number),
  )
  const first = firstShown(
    [parts, others].map((counts, cell) => ({ cells: [cell], counts })),
    2,
  )
  return first.every(from => window >= from)
}

/**
 * Requests opened in the last 24 hours, which is a window too. Null if the number, or its difference to a shown total,
 * is small.
 */
export function suppressedOpened(opened: number, windows: readonly WindowTotal[]): Analysis['opened'] {
  const totals = windows.map((_, window) => suppressedTotal(windows, window).requests ?? 0)
  const isShown = [0, ...totals].every(total => isSafe(Math.abs(opened - total)))
  return { outgoing: isShown ? opened : null, incoming: isShown ? opened : null }
}
