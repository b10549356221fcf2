import type { Money } from '@holdfast/schemas'
import { groupDigits } from '@holdfast/schemas/group-digits'

/** Latin digits in every language, grouped, with its currency; `<bdi>` keeps it in order within words that run the other way. */
export function Amount({ money }: { readonly money: Money | undefined }) {
  if (!money) return <span className="quiet">–</span>
  return (
    <bdi className="figures amount" dir="ltr" data-decimals={money.value.split('.')[1]?.length ?? 0}>
      <span className="quiet small">{money.currency}</span> {groupedOf(money.value)}
    </bdi>
  )
}

/** `1234567.50` is `1,234,567.50`: the decimals are as they came, an amount is no number. */
export function groupedOf(value: string): string {
  const [whole = '', decimals] = value.split('.')
  const grouped = groupDigits(whole)
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

/** An amount within a sentence, kept in its own order where the sentence runs from right to left. */
export const amountInWords = ({ currency, value }: Money): string => `\u2066${currency} ${groupedOf(value)}\u2069`
