import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { invariants } from './checker/check.ts'
import { type Guard, guards } from './simulation/src/guards.ts'

const docs = join(import.meta.dirname, '../docs')
const [promises = '', ...sections] = readFileSync(join(docs, 'guarantees.md'), 'utf8').split('\n## ')
const anchors = new Set([...readFileSync(join(docs, 'checking.md'), 'utf8').matchAll(/<a id="([a-z-]+)">/g)].map(([, name]) => name))
/** The name of each promise, and the links to its proofs. */
const rows = promises
  .split('\n')
  .filter(line => line.startsWith('| **'))
  .map(line => ({
    name: line.split('|')[1]?.trim(),
    links: [...(line.split(' | ').at(-1) ?? '').matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to),
  }))

test.each(rows)('docs/guarantees.md: $name names its proofs, and they exist', ({ links }) => {
  expect(links).not.toEqual([])
  const missing = links.filter(to => {
    const [file = '', anchor] = to.split('#')
    return anchor === undefined ? !existsSync(join(docs, file)) : file !== 'checking.md' || !anchors.has(anchor)
  })
  expect(missing).toEqual([])
})

test('each invariant of the checker proves a promise', () => {
  const linked = new Set(rows.flatMap(({ links }) => links))
  expect(Object.keys(invariants).filter(name => !linked.has(`checking.md#${name}`))).toEqual([])
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
