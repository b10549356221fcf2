import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasTitle, titlesIn } from '../src/test-titles.ts'
import { type Look, promises } from './promises.ts'

const root = join(import.meta.dirname, '../..')

/** The promises of docs/explain/guarantees.md, by their names in bold. */
const [table = ''] = readFileSync(join(root, 'docs/explain/guarantees.md'), 'utf8').split('\n## ')
const promised = [...table.matchAll(/^\| \*\*(.+?)\*\*/gm)].map(([, name]) => name)

test('each promise of docs/explain/guarantees.md has its tests, in the same order', () => {
  expect(promised.length).toBeGreaterThan(20)
  expect(promises.map(({ promise }) => promise)).toEqual(promised)
})

const isThere = ({ file, title }: Look): boolean =>
  existsSync(join(root, file)) && (title === undefined || hasTitle(titlesIn(join(root, file)), title))

describe.each(promises)('$promise', ({ judge, further }) => {
  test('names existing tests', () => {
    expect([judge, ...further].filter(look => !isThere(look))).toEqual([])
  })

  test('has its own reason for each further test', () => {
    const reasons = [judge, ...further].map(({ finds }) => finds)
    expect(new Set(reasons).size).toBe(reasons.length)
    expect(reasons.filter(reason => reason.split(' ').length > 8)).toEqual([])
  })
})
