import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hasTitle, titlesIn } from './test-titles.ts'

const docs = join(import.meta.dirname, '../../docs')

/** The tests that a cell names: a link to a file, followed by the titles, each in emphasis. */
export function testsIn(cell: string): { file: string; titles: string[] }[] {
  return cell.split(/(?=\[[^\]]+\]\()/).flatMap(part => {
    const [, file] = /\]\(([^)]+\.test\.ts)\)/.exec(part) ?? []
    return file === undefined ? [] : [{ file, titles: [...part.matchAll(/\*([^*]+)\*/g)].map(([, title = '']) => title) }]
  })
}

/** The problems of a cell: a missing file or title, or a file without a title. */
export const missingIn = (cell: string): string[] =>
  testsIn(cell).flatMap(({ file, titles }) => {
    const path = join(docs, file)
    if (!existsSync(path)) return [file]
    const known = titlesIn(path)
    return titles.length === 0
      ? [`${file} without a title`]
      : titles.filter(title => !hasTitle(known, title)).map(title => `${file}: ${title}`)
  })
