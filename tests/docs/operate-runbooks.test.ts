import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = globSync('docs/operate/*.md', { cwd: root })
  .map(path => readFileSync(join(root, path), 'utf8'))
  .join('\n')
const sources = globSync(['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'workflows/*/src/**/*.ts', 'infra/**/*.ts'], { cwd: root })
  .filter(
    path => !path.includes('node_modules') && !path.endsWith('.test.ts') && !path.includes('test-kit') && !path.includes('bank-simulator'),
  )
  .map(path => readFileSync(join(root, path), 'utf8'))

/** Messages that the code logs at a level, with `…` for each value in them. */
function loggedAt(level: 'error' | 'fatal'): string[] {
  const call = new RegExp(`\\b\\w*[lL]og\\??\\.${level}\\([\\s\\S]{0,200}?(?:'([A-Z][^'\\n]{12,})'|\`([A-Z][^\`\\n]{12,})\`),?\\s*\\)`, 'g')
  return sources.flatMap(source =>
    [...source.matchAll(call)].map(([, plain, template = '']) => plain ?? template.replaceAll(/\$\{[^}]*\}/g, '…')),
  )
}

test('each error that is logged is in a page for operators', () => {
  const messages = [...new Set([...loggedAt('error'), ...loggedAt('fatal')])]
  expect(messages.length).toBeGreaterThan(20)
  // A page quotes at least the beginning.
  const starts = messages.map(message => message.split(/[.:;…,]/)[0]?.trim() ?? '').filter(start => start.length > 12)
  expect(starts.filter(start => !pages.includes(start))).toEqual([])
})
