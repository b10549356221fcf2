import type { Money } from '@holdfast/payment-stop/language'
import { groupDigits } from '@holdfast/schemas/group-digits'

/** Latin digits in every language, grouped, with the currency. `<bdi>` isolates it within right-to-left text. */
export function Amount({ money }: { readonly money: Money | undefined }) {
  if (!money) return <span className="quiet">–</span>
  return (
    <bdi className="figures amount" dir="ltr" data-decimals={money.value.split('.')[1]?.length ?? 0}>
      <span className="quiet small">{money.currency}</span> {groupedOf(money.value)}
    </bdi>
  )
}

/** `1234567.50` becomes `1,234,567.50`. The decimals stay, because an amount is text, not a number. */
export function groupedOf(value: string): string {
  const [whole = '', decimals] = value.split('.')
  const grouped = groupDigits(whole)
  return decimals === undefined ? grouped : `${grouped}.${decimals}`
}

/** An amount within a sentence, isolated within right-to-left text. */
export const amountInWords = ({ currency, value }: Money): string => `\u2066${currency} ${groupedOf(value)}\u2069`
