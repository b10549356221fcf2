import type { Analysis, AnalysisRow } from '@holdfast/schemas'
import type { ValueSum } from './add-up.ts'
import { firstShown, isSafe } from './small-cells.ts'
import { guardedRows } from './tables.ts'

/** All requests of a window. */
export interface WindowTotal {
  readonly sum: ValueSum
  /** By currency, how many requests ask for a part of what another one asks for: they are in no `requested` of a total. */
  readonly parts: ReadonlyMap<string, number>
}

/** The total of a window without small cells. @param windows all that are offered, the shortest first. */
export function guardedTotal(windows: readonly WindowTotal[], window: number): Omit<AnalysisRow, 'value'> {
  const [row] = guardedRows({ windows: windows.map(({ sum }) => [sum]) }, window)
  const sums = row?.sums?.map(each => (isRequestedShown(windows, window, each.currency) ? each : { ...each, requested: null }))
  return { requests: row?.requests ?? null, sums: sums ?? null }
}

/** Tables add up what all requests ask for, and the total leaves out parts. So the difference is what the parts ask for, and it may not be that of a few. */
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

/** How many requests were opened in the last 24 hours, which is a window too: null where it or its difference to a total that is shown is small. */
export function guardedOpened(opened: number, windows: readonly WindowTotal[]): Analysis['opened'] {
  const totals = windows.map((_, window) => guardedTotal(windows, window).requests ?? 0)
  const isShown = [0, ...totals].every(total => isSafe(Math.abs(opened - total)))
  return { outgoing: isShown ? opened : null, incoming: isShown ? opened : null }
}
