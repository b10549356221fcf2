/** Prose of a Markdown page. All lengths and line breaks are those of the page, so that an offset is one of the page. */
const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** The page without its frontmatter, fenced code and comments. */
const withoutExamples = (page: string): string =>
  page
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replace(/^ {0,6}(```|~~~).*\n[\s\S]*?^ {0,6}\1[ \t]*$/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)

/** What a reader reads as English: no code, no targets of links, no elements. */
export const proseOf = (page: string): string =>
  withoutExamples(page)
    .replace(/(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?[^`]\1(?!`)/g, blank)
    .replace(/\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: "[^"]*")?\)/g, blank)
    .replace(/<\/?[a-z][^<>]*>/gi, blank)

export interface PageParts {
  readonly sentences: readonly string[]
  readonly cells: readonly string[]
}

/** A row of a table. */
const row = /^\s*\|.*\|\s*$/
/** A heading, or the line between the head of a table and its rows. */
const heading = /^ {0,3}#{1,6}\s/
const ruler = /^\s*\|[\s:|-]+\|\s*$/
const item = /^\s*(?:[-*+]|\d+[.)])\s+/

/** The sentences and the table cells of a page. Headings and code blocks are neither. Code in a sentence counts by its words. */
export function partsOf(page: string): PageParts {
  const sentences: string[] = []
  const cells: string[] = []
  let paragraph: string[] = []
  const endParagraph = (): void => {
    sentences.push(...sentencesOf(paragraph.join(' ')))
    paragraph = []
  }
  for (const line of plainText(withoutExamples(page)).split('\n')) {
    if (line.trim() === '' || heading.test(line) || row.test(line)) endParagraph()
    if (row.test(line)) {
      if (!ruler.test(line)) cells.push(...cellsOf(line))
    } else if (!heading.test(line)) {
      if (item.test(line)) endParagraph()
      paragraph.push(
        line
          .replace(item, '')
          .replace(/^\s*>\s?/, '')
          .trim(),
      )
    }
  }
  endParagraph()
  return { sentences, cells: cells.filter(cell => wordsIn(cell) > 0) }
}

/** Images are left out; of a link its text is left; marks of emphasis and elements are left out. */
const plainText = (page: string): string =>
  page
    .replace(/!\[[^\]]*\]\([^()\s]*(?: "[^"]*")?\)/g, '')
    .replace(/\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: "[^"]*")?\)/g, '')
    .replace(/\[/g, '')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/\*\*|__/g, '')

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim())

const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|No|Art|art|Mr|Ms|Dr|St|p|pp|[A-Z])\.$/

/** A full stop, question mark or exclamation mark that a new beginning follows. */
const boundary = /[.!?][)"”’*_]*(?=\s+["“‘(*_`]*[\p{Lu}\d`])/gu

function sentencesOf(text: string): string[] {
  const found: string[] = []
  // A full stop in code ends nothing.
  const masked = text.replace(/`[^`]*`/g, code => `\`${'x'.repeat(code.length - 2)}\``)
  let from = 0
  for (const { 0: mark, index } of masked.matchAll(boundary)) {
    const end = index + mark.length
    if (abbreviation.test(masked.slice(from, end))) continue
    found.push(text.slice(from, end).trim())
    from = end
  }
  return [...found, text.slice(from).trim()].filter(each => wordsIn(each) > 0)
}

/** Words that hold a letter or a digit. */
export const wordsIn = (text: string): number => text.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word)).length
