import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { longestFirst, longFiles } from '@holdfast/test-kit/longest-first'
import { expect, test } from 'vitest'

test('the test files that begin first exist', () => {
  expect(longFiles.filter(file => !existsSync(join(import.meta.dirname, '..', file)))).toEqual([])
})

test('a long file begins before the short ones of every project, which stay grouped by project', () => {
  const file = (project: string, name: string) => ({ moduleId: `/here/${name}`, project: { name: project } })
  const long = longFiles.at(-1) ?? ''
  const files = [file('contracts', 'a.test.ts'), file('days', 'b.test.ts'), file('contracts', 'c.test.ts'), file('days', long)]
  expect(longestFirst(files).map(({ moduleId }) => moduleId.slice('/here/'.length))).toEqual([long, 'a.test.ts', 'c.test.ts', 'b.test.ts'])
})
