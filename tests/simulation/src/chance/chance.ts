/**
 * A source of randomness from one seed. Each purpose has its own branch, so that draws for one do not shift another.
 */
export interface Chance {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** True with this probability. */
  happens(probability: number): boolean
  /** A whole number from `least` to `most`, both inclusive. */
  between(least: number, most: number): number
  pick<T>(of: readonly T[]): T
  branch(purpose: string): Chance
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0
  /** Mulberry32: 32 bits of state suffice for some ten thousand draws, at some nanoseconds each. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    happens: probability => next() < probability,
    between,
    pick: of => of[between(0, of.length - 1)] as (typeof of)[number],
    branch: purpose => createChance(hashOf(purpose, seed)),
  }
}

/** FNV-1a. */
function hashOf(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}
