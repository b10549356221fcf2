import type { AnalysisRow, AnalysisSums } from '@holdfast/payment-stop/language'

/**
 * The three sums of a row as percentages of the largest shown amount. For bars only: the exact amounts are next to
 * them.
 */
export interface Percentages {
  readonly requested: number
  readonly frozen: number
  readonly recovered: number
}

export const sumsIn = ({ sums }: Pick<AnalysisRow, 'sums'>, currency: string | undefined): AnalysisSums | undefined =>
  sums?.find(each => each.currency === currency)

const sizes = (sums: AnalysisSums | undefined) =>
  [sums?.requested, sums?.frozen, sums?.recovered].map(value => Number(value ?? 0)) as [number, number, number]

/** The largest amount of rows in a currency, or 0. */
export const largestIn = (rows: readonly Pick<AnalysisRow, 'sums'>[], currency: string | undefined): number =>
  Math.max(0, ...rows.flatMap(row => sizes(sumsIn(row, currency))))

export function percentagesOf(sums: AnalysisSums | undefined, largest: number): Percentages {
  const [requested, frozen, recovered] = sizes(sums).map(size => (largest > 0 ? (100 * size) / largest : 0)) as [number, number, number]
  return { requested, frozen, recovered }
}

/** The currencies of a total, and the selected one: the requested one if it occurs, or else that of most requests. */
export function currencyOf(
  { sums }: Pick<AnalysisRow, 'sums'>,
  selected: string | undefined,
): { readonly all: readonly string[]; readonly shown?: string } {
  const all = (sums ?? []).map(({ currency }) => currency)
  const shown = all.find(currency => currency === selected) ?? all[0]
  return { all, ...(shown === undefined ? {} : { shown }) }
}
