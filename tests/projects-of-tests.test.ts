import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projects } from '../vitest.config.ts'

const cwd = join(import.meta.dirname, '..')
const filesOf = (include: readonly string[], exclude: readonly string[] = []): string[] =>
  globSync(include, { cwd, exclude: ['**/node_modules', ...exclude] })

test('each test file is in a project: a run leaves out a file that is in none, and reports nothing', () => {
  const inProjects = new Set(projects.flatMap(({ test: { include, exclude } }) => filesOf(include, exclude)))
  const all = filesOf(['**/*.test.{ts,tsx}'])
  expect(all.length).toBeGreaterThan(500)
  expect(all.filter(file => !inProjects.has(file))).toEqual([])
})
