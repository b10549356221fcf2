import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeBlocks } from './src/open-page.ts'

const root = join(import.meta.dirname, '../..')
/** `> NAME`, `--out NAME`, `-out NAME` and `tee NAME`. */
const written = /(?:(?<![-\w])>|-out|--out|\btee) +([A-Za-z0-9][\w./-]*)/g

const files = globSync('docs/**/*.md', { cwd: root, exclude: ['docs/.vitepress/**'] }).flatMap(page =>
  codeBlocks(readFileSync(join(root, page), 'utf8'))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => [...text.matchAll(written)].map(([, name = '']) => name)),
)

test('Git ignores the files that commands of the docs write', () => {
  const names = [...new Set(files)].sort()
  expect(names).toContain('sg.jwk')
  expect(names).toContain('order.json')
  expect(names).toContain('sg.pem')
  const { stdout } = spawnSync('git', ['check-ignore', ...names], { cwd: root, encoding: 'utf8' })
  expect(stdout.trim().split('\n')).toEqual(names)
})
