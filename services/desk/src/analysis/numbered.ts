/** Texts that are numbered as they come, from 0. */
export interface Numbered {
  readonly texts: readonly string[]
  numberOf(text: string): number
  /** Undefined where it has none. */
  find(text: string): number | undefined
}

export function createNumbered(): Numbered {
  const texts: string[] = []
  const numbers = new Map<string, number>()
  return {
    texts,
    find: text => numbers.get(text),
    numberOf(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, texts.length)
      return texts.push(text) - 1
    },
  }
}
