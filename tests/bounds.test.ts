import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingIn, testsIn } from './src/named-tests.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/bounds.md'), 'utf8')
const rows = page
  .split('\n')
  .filter(line => line.startsWith('| ['))
  .map(line => line.slice(2, -2).split(' | '))

test('each loop over outside input names its bound and an existing test', () => {
  expect(rows.length).toBeGreaterThan(40)
  const problems = rows.flatMap(cells => {
    const [place = '', , , bound = '', shownBy = ''] = cells
    if (cells.length !== 5 || bound === '') return [`${place} has no bound`]
    return testsIn(shownBy).length === 0 ? [`${place} (${bound}) names no test`] : missingIn(shownBy).map(missing => `${place}: ${missing}`)
  })
  expect(problems).toEqual([])
})
