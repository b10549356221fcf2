/** mulberry32: a simple generator with the same numbers on every platform. */
export function diceOf(seed: number) {
  let state = seed
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * sides)
  }
  const oneOf = <T>(items: readonly T[]): T => {
    const item = items[roll(items.length)]
    if (item === undefined) throw new Error('there is nothing to choose from')
    return item
  }
  return { oneOf, roll, oneIn: (times: number) => roll(times) === 0 }
}
export type Dice = ReturnType<typeof diceOf>
