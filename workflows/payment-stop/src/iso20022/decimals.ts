import type { Money } from '../language/index.ts'

// Exact sums of amounts as written. Minor units would not work here: rule V05 judges unknown currencies and decimals
// later.

/** ISO 20022 amounts have at most 5 decimals. */
const decimals = 5

function parse(value: string): bigint {
  const [whole = '0', fraction = ''] = value.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/** With as many decimals as the longest operand. */
function format(amount: bigint, from: readonly string[]): string {
  const digits = amount.toString().padStart(decimals + 1, '0')
  const kept = Math.max(...from.map(value => value.split('.')[1]?.length ?? 0))
  const fraction = digits.slice(-decimals).slice(0, kept)
  return digits.slice(0, -decimals) + (fraction && `.${fraction}`)
}

/** The sum of amounts of one currency. */
export function total(currency: string, amounts: readonly Money[]): Money {
  const values = amounts.map(({ value }) => value)
  return {
    currency,
    value: format(
      values.map(parse).reduce((sum, value) => sum + value, 0n),
      values,
    ),
  }
}

/** An amount minus another of the same currency; undefined if negative. */
export function difference(from: Money, off: Money): Money | undefined {
  const left = parse(from.value) - parse(off.value)
  return left < 0n ? undefined : { currency: from.currency, value: format(left, [from.value, off.value]) }
}
