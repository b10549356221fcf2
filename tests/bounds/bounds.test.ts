import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasTitle, titlesIn } from '../src/test-titles.ts'
import { bounds } from './bounds.ts'

const root = join(import.meta.dirname, '../..')
const rows = Object.values(bounds).flat()

test('each loop over outside input names its bound and an existing test', () => {
  expect(rows.length).toBeGreaterThan(40)
  const problems = rows.flatMap(({ code, bound, tests }) => {
    if (!existsSync(join(root, code))) return [`${code} does not exist`]
    if (bound === '') return [`${code} has no bound`]
    if (tests.length === 0) return [`${code} (${bound}) names no test`]
    return tests.flatMap(({ file, titles }) => {
      const path = join(root, file)
      if (!existsSync(path)) return [`${code}: ${file} does not exist`]
      if (titles.length === 0) return [`${code}: ${file} without a title`]
      const known = titlesIn(path)
      return titles.filter(title => !hasTitle(known, title)).map(title => `${code}: ${file}: ${title}`)
    })
  })
  expect(problems).toEqual([])
})
