import type { AnalysisRow, AnalysisSums } from '@holdfast/schemas'

/** The three sums of a row as parts of a hundred of the largest that is drawn beside it. Drawn only: the amounts themselves stand beside it, to the cent. */
export interface Percentages {
  readonly requested: number
  readonly frozen: number
  readonly recovered: number
}

export const sumsIn = ({ sums }: Pick<AnalysisRow, 'sums'>, currency: string | undefined): AnalysisSums | undefined =>
  sums?.find(each => each.currency === currency)

const sizes = (sums: AnalysisSums | undefined) =>
  [sums?.requested, sums?.frozen, sums?.recovered].map(value => Number(value ?? 0)) as [number, number, number]

/** The largest amount that rows have in a currency; 0 where they have none. */
export const largestIn = (rows: readonly Pick<AnalysisRow, 'sums'>[], currency: string | undefined): number =>
  Math.max(0, ...rows.flatMap(row => sizes(sumsIn(row, currency))))

export function percentagesOf(sums: AnalysisSums | undefined, largest: number): Percentages {
  const [requested, frozen, recovered] = sizes(sums).map(size => (largest > 0 ? (100 * size) / largest : 0)) as [number, number, number]
  return { requested, frozen, recovered }
}

/** The currencies of a total, and the one that is looked at: what is asked for where it is there, else that of most requests. */
export function currencyOf(
  { sums }: Pick<AnalysisRow, 'sums'>,
  asked: string | undefined,
): { readonly all: readonly string[]; readonly shown?: string } {
  const all = (sums ?? []).map(({ currency }) => currency)
  const shown = all.find(currency => currency === asked) ?? all[0]
  return { all, ...(shown === undefined ? {} : { shown }) }
}
