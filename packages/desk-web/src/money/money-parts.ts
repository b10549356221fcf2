import type { Money, RequestView } from '@holdfast/schemas'

/** What became of the money that was asked for, in the order of its way. */
export const partNames = ['recovered', 'charges', 'frozen', 'movedOnward', 'released', 'rest'] as const
export type PartName = (typeof partNames)[number]

export interface MoneyPart {
  readonly name: PartName
  readonly money: Money
  /** Of all parts together, from 0 to 1. */
  readonly share: number
}

const decimalsOf = (value: string): number => value.split('.')[1]?.length ?? 0
const minorOf = (value: string, decimals: number): bigint => BigInt(value.replace('.', '') + '0'.repeat(decimals - decimalsOf(value)))

function textOf(minor: bigint, decimals: number): string {
  const text = minor.toString().padStart(decimals + 1, '0')
  return decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}`
}

const atLeastNothing = (minor: bigint): bigint => (minor > 0n ? minor : 0n)

/** What is held still: of what was held, neither back nor charged. Undefined while the amount of the request can not be read. */
export function stillFrozen({ frozen, recovered, charges }: RequestView['amounts']): Money | undefined {
  if (!frozen || !recovered || !charges) return undefined
  const decimals = Math.max(...[frozen, recovered, charges].map(({ value }) => decimalsOf(value)))
  const [held = 0n, back = 0n, charged = 0n] = [frozen, recovered, charges].map(({ value }) => minorOf(value, decimals))
  return { currency: frozen.currency, value: textOf(atLeastNothing(held - back - charged), decimals) }
}

/** Amounts of one currency together; undefined where there are none. */
export function sumOf(moneys: readonly Money[]): Money | undefined {
  const [first] = moneys
  if (!first) return undefined
  const decimals = Math.max(...moneys.map(({ value }) => decimalsOf(value)))
  const sum = moneys.reduce((together, { value }) => together + minorOf(value, decimals), 0n)
  return { currency: first.currency, value: textOf(sum, decimals) }
}

/**
 * The parts of what was asked for, exact; together they are what was asked for. Money that was let go and held again is in two of them: they are then more, and to scale all the
 * same. Undefined while the amount of the request can not be read.
 */
export function partsOf(amounts: RequestView['amounts']): readonly MoneyPart[] | undefined {
  const { requested, recovered, charges, movedOnward, released } = amounts
  const held = stillFrozen(amounts)
  if (!requested || !recovered || !charges || !movedOnward || !released || !held) return undefined
  const found = { recovered, charges, frozen: held, movedOnward, released }
  const decimals = Math.max(...[requested, ...Object.values(found)].map(({ value }) => decimalsOf(value)))
  const minors = Object.values(found).map(({ value }) => minorOf(value, decimals))
  const rest = atLeastNothing(minorOf(requested.value, decimals) - minors.reduce((sum, minor) => sum + minor, 0n))
  const all = [...minors, rest]
  const total = all.reduce((sum, minor) => sum + minor, 0n)
  return partNames.map((name, at) => {
    const minor = all[at] ?? 0n
    // In ten-thousandths, since an amount can be larger than a number holds exactly.
    const share = total === 0n ? 0 : Number((minor * 10_000n) / total) / 10_000
    return { name, money: { currency: requested.currency, value: textOf(minor, decimals) }, share }
  })
}
