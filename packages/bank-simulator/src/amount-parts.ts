import { fromMinor, type Money, toMinor } from '@holdfast/payment-stop/language'

/** So many hundredths of an amount, to the nearest minor unit; what is left of it is the other part. Throws on an amount that its currency has no units for. */
export function partsOf(amount: Money, percent: number): [part: Money, rest: Money] {
  const minor = toMinor(amount)
  if (minor === undefined) throw new Error(`${amount.value} is no amount of ${amount.currency}`)
  const part = (minor * BigInt(percent) + 50n) / 100n
  return [fromMinor(amount.currency, part), fromMinor(amount.currency, minor - part)]
}
