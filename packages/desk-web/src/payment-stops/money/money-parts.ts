import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'

/** The parts of the requested amount, in the order of their way. */
export const partNames = ['recovered', 'charges', 'frozen', 'movedOnward', 'released', 'rest'] as const
export type PartName = (typeof partNames)[number]

export interface MoneyPart {
  readonly name: PartName
  readonly money: Money
  /** The fraction of all parts together, from 0 to 1. */
  readonly share: number
}

const decimalsOf = (value: string): number => value.split('.')[1]?.length ?? 0
const minorOf = (value: string, decimals: number): bigint => BigInt(value.replace('.', '') + '0'.repeat(decimals - decimalsOf(value)))

function textOf(minor: bigint, decimals: number): string {
  const text = minor.toString().padStart(decimals + 1, '0')
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}

const atLeastNothing = (minor: bigint): bigint => (minor > 0n ? minor : 0n)

/**
 * The amount still on hold: frozen, without recovered and charges. Undefined if the amount of the request is
 * unreadable.
 */
export function stillFrozen({ frozen, recovered, charges }: PaymentStopView['amounts']): Money | undefined {
  if (!frozen || !recovered || !charges) return undefined
  const decimals = Math.max(...[frozen, recovered, charges].map(({ value }) => decimalsOf(value)))
  const [onHold = 0n, back = 0n, charged = 0n] = [frozen, recovered, charges].map(({ value }) => minorOf(value, decimals))
  return { currency: frozen.currency, value: textOf(atLeastNothing(onHold - back - charged), decimals) }
}

/** The sum of amounts in one currency; undefined without amounts. */
export function sumOf(moneys: readonly Money[]): Money | undefined {
  const [first] = moneys
  if (!first) return undefined
  const decimals = Math.max(...moneys.map(({ value }) => decimalsOf(value)))
  const sum = moneys.reduce((together, { value }) => together + minorOf(value, decimals), 0n)
  return { currency: first.currency, value: textOf(sum, decimals) }
}

/**
 * The exact parts of the requested amount, which add up to it. Money that was released and frozen again is in two
 * parts: their sum is then larger, and the bar is scaled to it. Undefined if the amount of the request is unreadable.
 */
export function partsOf(amounts: PaymentStopView['amounts']): readonly MoneyPart[] | undefined {
  const { requested, recovered, charges, movedOnward, released } = amounts
  const onHold = stillFrozen(amounts)
  if (!requested || !recovered || !charges || !movedOnward || !released || !onHold) return undefined
  const found = { recovered, charges, frozen: onHold, movedOnward, released }
  const decimals = Math.max(...[requested, ...Object.values(found)].map(({ value }) => decimalsOf(value)))
  const minors = Object.values(found).map(({ value }) => minorOf(value, decimals))
  const rest = atLeastNothing(minorOf(requested.value, decimals) - minors.reduce((sum, minor) => sum + minor, 0n))
  const all = [...minors, rest]
  const total = all.reduce((sum, minor) => sum + minor, 0n)
  return partNames.map((name, at) => {
    const minor = all[at] ?? 0n
    // In ten-thousandths, because an amount can exceed the exact range of a number.
    const share = total === 0n ? 0 : Number((minor * 10_000n) / total) / 10_000
    return { name, money: { currency: requested.currency, value: textOf(minor, decimals) }, share }
  })
}
