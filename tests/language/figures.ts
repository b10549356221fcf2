import { partsOf, wordsIn } from './markdown.ts'

export interface Figures {
  readonly sentences: number
  readonly median: number
  readonly ninetieth: number
  readonly longest: number
  readonly longestSentence: string
  readonly cells: number
  readonly longestCell: number
  readonly longestCellText: string
}

/** Limits of pages that follow the rules of sentences. Lengths are in words. */
const limits = { median: 14, ninetieth: 25, longest: 40, longestCell: 25 } as const

/** The value that a share of the sorted values does not exceed. */
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0

const longestOf = (texts: readonly string[]): string =>
  texts.reduce((longest, text) => (wordsIn(text) > wordsIn(longest) ? text : longest), '')

/** Lengths of the sentences and table cells of Markdown pages. */
export function figuresOf(pages: readonly string[]): Figures {
  const parts = pages.map(partsOf)
  const sentences = parts.flatMap(each => each.sentences)
  const cells = parts.flatMap(each => each.cells)
  const lengths = sentences.map(wordsIn).sort((a, b) => a - b)
  const longestSentence = longestOf(sentences)
  const longestCellText = longestOf(cells)
  return {
    sentences: sentences.length,
    median: quantile(lengths, 0.5),
    ninetieth: quantile(lengths, 0.9),
    longest: wordsIn(longestSentence),
    longestSentence,
    cells: cells.length,
    longestCell: wordsIn(longestCellText),
    longestCellText,
  }
}

/** What of a page is over a limit, as one line each. */
export function overLimits(figures: Figures): string[] {
  const { longestSentence, longestCellText } = figures
  return [
    ...(figures.median > limits.median ? [`median sentence of ${figures.median} words, at most ${limits.median}`] : []),
    ...(figures.ninetieth > limits.ninetieth ? [`90th percentile of ${figures.ninetieth} words, at most ${limits.ninetieth}`] : []),
    ...(figures.longest > limits.longest ? [`a sentence of ${figures.longest} words, at most ${limits.longest}: ${longestSentence}`] : []),
    ...(figures.longestCell > limits.longestCell
      ? [`a cell of ${figures.longestCell} words, at most ${limits.longestCell}: ${longestCellText}`]
      : []),
  ]
}
