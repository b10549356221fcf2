import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCatalog } from '../../packages/desk-web/catalogs/read-catalog.ts'

const folder = join(import.meta.dirname, '../../docs/desk')
const catalog = readCatalog('en')
const texts = new Set(catalog.values())
/** Bold text that is no label of the desk: the lead of a check, and a country, whose name the browser has. */
const others = new Set(['Verify:', 'Timor-Leste'])
const boldIn = (page: string) => [...page.matchAll(/\*\*(.+?)\*\*/g)].map(([, text = '']) => text)

test.each(readdirSync(folder))('each label in bold of docs/desk/%s is a text of the desk in English', name => {
  const labels = boldIn(readFileSync(join(folder, name), 'utf8')).filter(text => !others.has(text))
  expect(labels.length).toBeGreaterThan(3)
  expect([...new Set(labels)].filter(label => !texts.has(label))).toEqual([])
})
