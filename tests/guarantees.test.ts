import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { invariants } from './checker/check.ts'
import { type Guard, guards } from './simulation/src/guards.ts'

const explain = join(import.meta.dirname, '../docs/explain')
const [promises = '', ...sections] = readFileSync(join(explain, 'guarantees.md'), 'utf8').split('\n## ')
/** The name of each promise, and the links to its proofs. */
const rows = promises
  .split('\n')
  .filter(line => line.startsWith('| **'))
  .map(line => ({
    name: line.split('|')[1]?.trim(),
    links: [...(line.split(' | ').at(-1) ?? '').matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, text = '', to = '']) => ({ text, to })),
  }))

/** The invariant that a link names, as in `order-sent`. */
const invariantOf = (text: string): string | undefined => /^`(.+)`$/.exec(text)?.[1]

function isThere({ text, to }: { text: string; to: string }): boolean {
  const [file = '', anchor] = to.split('#')
  const path = join(explain, file)
  if (!existsSync(path)) return false
  const content = readFileSync(path, 'utf8')
  const invariant = invariantOf(text)
  if (invariant !== undefined)
    return file.startsWith('../../tests/checker/invariants/') && new RegExp(`^ {2}'?${invariant}'?:`, 'm').test(content)
  return anchor === undefined || content.includes(`<a id="${anchor}">`)
}

test.each(rows)('docs/explain/guarantees.md: $name names its proofs, and they exist', ({ links }) => {
  expect(links).not.toEqual([])
  expect(links.filter(link => !isThere(link))).toEqual([])
})

test('each invariant of the checker proves a promise', () => {
  const linked = new Set(rows.flatMap(({ links }) => links.map(({ text }) => invariantOf(text))))
  expect(Object.keys(invariants).filter(name => !linked.has(name))).toEqual([])
})

test('the table of guards names each guard with the seed that runs first', () => {
  const table = sections.find(section => section.startsWith('Guards\n')) ?? ''
  const documented = [...table.matchAll(/^\| `([a-z-]+)` \| (.*) \| (\d+)(?:, `--embedded`)? \|/gm)].map(([, name, what, seed]) => [
    name,
    what,
    Number(seed),
  ])
  expect(documented).toEqual(Object.entries<Guard>(guards).map(([name, { what, seenAt }]) => [name, what, seenAt]))
})
