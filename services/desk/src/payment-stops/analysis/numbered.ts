/** Numbers texts from 0 in the order in which they come. */
export interface Numbered {
  readonly texts: readonly string[]
  numberOf(text: string): number
  /** Undefined if the text has no number yet. */
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
