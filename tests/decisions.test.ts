import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../docs/adr')
const files = readdirSync(folder)
  .filter(name => /^\d{4}-.*\.md$/.test(name))
  .sort()

test('the list of decisions names each decision once, by number and title, and no other', () => {
  expect(files.length).toBeGreaterThan(60)
  const lines = readFileSync(join(folder, 'README.md'), 'utf8').split('\n')
  const titled = files.map(name => `- [${readFileSync(join(folder, name), 'utf8').split('\n')[0]?.slice(2)}](${name})`)
  expect(lines.filter(line => line.startsWith('- ')).sort()).toEqual(titled.sort())
})

test('decisions are numbered without a gap, and each file name has the number of its title', () => {
  expect(files.map(name => Number(name.slice(0, 4)))).toEqual(files.map((_, index) => index + 1))
  for (const name of files) expect(readFileSync(join(folder, name), 'utf8')).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. \\S`))
})

test('each decision has context, decision and consequences, once and in this order', () => {
  const parts = ['**Context.**', '**Decision.**', '**Consequences.**']
  const others = files.filter(name => {
    const starts = readFileSync(join(folder, name), 'utf8').match(/^\*\*[A-Z][a-z]+\.\*\*/gm) ?? []
    return starts.filter(start => start !== '**Status.**' && start !== '**Alternatives.**').join() !== parts.join()
  })
  expect(others).toEqual([])
})
