import { readFileSync } from 'node:fs'

/** The quoted strings of a source: titles of tests, and the rows that complete the titles of tables. */
interface Titles {
  readonly titles: readonly string[]
  readonly texts: ReadonlySet<string>
}

/**
 * A title is the first argument of `test`, `it` or `describe`, or of the function that they return, such as
 * `test.each([…])`.
 */
const titlePattern = /(?:\b(?:test|it|describe)|\))(?:<[^()]*>)?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/g
const textPattern = /(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g

export const titlesIn = (path: string): Titles => titlesOf(readFileSync(path, 'utf8'))

export function titlesOf(source: string): Titles {
  return {
    titles: [...source.matchAll(titlePattern)].map(([, , title = '']) => unescaped(title)),
    texts: new Set([...source.matchAll(textPattern)].map(([, , text = '']) => unescaped(text))),
  }
}

const unescaped = (text: string): string => text.replaceAll(/\\(['"`\\])/g, '$1')

/**
 * Whether a source has a test of this title. For a table it is the title in the source, with its `%s`, or the title of
 * one row: then the row's own text must be in the source, so that a removed row is noticed.
 */
export const hasTitle = ({ titles, texts }: Titles, wanted: string): boolean =>
  titles.some(title => title === wanted || isOfTable(title, wanted, texts))

function isOfTable(title: string, wanted: string, texts: ReadonlySet<string>): boolean {
  const places = title.split(/%[sjd]|\$\{[^}]*\}|\$\w+/)
  if (places.length === 1) return false
  const pattern = new RegExp(`^${places.map(part => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('(.+)')}$`)
  const [, ...words] = pattern.exec(wanted) ?? []
  return words.length > 0 && words.every(word => texts.has(word))
}
