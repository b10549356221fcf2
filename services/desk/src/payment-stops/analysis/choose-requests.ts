import type { ColumnTexts, RequestColumns } from './request-columns.ts'

export interface Choice {
  /** Undefined for all countries. */
  readonly country: string | undefined
  readonly fromMs: number
  readonly currency?: string | undefined
}

/** The slots of requests to count: of the country, opened from an instant on, and in the currency, if one is given. */
export function chooseRequests(columns: RequestColumns, { countries, currencies }: ColumnTexts, choice: Choice): Int32Array {
  const { size, openedMs, requesting, beneficiary, kept, currency, isCounted } = columns
  // -1 matches no request: the text occurs in none.
  const own = choice.country === undefined ? undefined : (countries.find(choice.country) ?? -1)
  const paid = choice.currency === undefined ? undefined : (currencies.find(choice.currency) ?? -1)
  const chosen = new Int32Array(size)
  let count = 0
  for (let slot = 0; slot < size; slot++) {
    if ((openedMs[slot] as number) < choice.fromMs || !isCounted[slot]) continue
    if (own !== undefined && requesting[slot] !== own && (beneficiary[slot] !== own || kept[slot])) continue
    if (paid !== undefined && currency[slot] !== paid) continue
    chosen[count++] = slot
  }
  return chosen.subarray(0, count)
}
