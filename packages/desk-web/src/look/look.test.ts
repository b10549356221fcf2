/// <reference types="node" />
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const filesOf = (ending: string) =>
  globSync(`**/*.${ending}`, { cwd: join(import.meta.dirname, '..') }).map(file =>
    readFileSync(join(import.meta.dirname, '..', file), 'utf8'),
  )
const selectorsOf = (css: string) => css.replaceAll(/\/\*.*?\*\//gs, '').match(/[^{};]+(?=\{)/g) ?? []

test('the page uses each class of its style sheets', () => {
  const classes = new Set(
    filesOf('css')
      .flatMap(selectorsOf)
      .flatMap(selector => selector.match(/(?<=\.)[a-z][\w-]*/g) ?? []),
  )
  expect(classes.size).toBeGreaterThan(50)
  const quoted = filesOf('tsx').flatMap(text => text.match(/(["'`])[^"'`\n]*\1/g) ?? [])
  const used = new Set(quoted.flatMap(text => text.match(/[\w-]+/g) ?? []))
  expect([...classes].filter(name => !used.has(name))).toEqual([])
})
