import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { buildPage } from './src/browser.ts'

const dist = fileURLToPath(new URL('../../packages/desk-web/dist', import.meta.url))
const kB = 1_000
const say = (what: string, measured: number, bar: number, unit: string) =>
  console.log(`${what}: ${measured.toFixed(measured < 10 ? 1 : 0)} ${unit} (bar ${bar} ${unit})`)

test('the page loads at most 150 kB of JavaScript and 15 kB of CSS first, and 40 kB for each later page', () => {
  buildPage()
  const assets = readdirSync(`${dist}/assets`).filter(name => /\.(js|css)$/.test(name))
  const weightOf = (name: string) => gzipSync(readFileSync(`${dist}/assets/${name}`), { level: 9 }).length / kB
  const html = readFileSync(`${dist}/index.html`, 'utf8')
  const initial = (ending: string) =>
    assets.filter(name => name.endsWith(ending) && html.includes(name)).reduce((sum, name) => sum + weightOf(name), 0)
  say('JavaScript at the beginning', initial('.js'), 150, 'kB')
  say('CSS at the beginning', initial('.css'), 15, 'kB')
  expect(initial('.js')).toBeGreaterThan(10)
  expect(initial('.js')).toBeLessThanOrEqual(150)
  expect(initial('.css')).toBeLessThanOrEqual(15)
  // The map contains all countries.
  const ownBars: ReadonlyArray<readonly [RegExp, number]> = [[/^(world-)?map-|countries/, 260]]
  for (const name of assets.filter(name => name.endsWith('.js') && !html.includes(name))) {
    const bar = ownBars.find(([pattern]) => pattern.test(name))?.[1] ?? 40
    if (weightOf(name) > 5) say(name.replace(/-[\w-]{8}\.js$/, ''), weightOf(name), bar, 'kB')
    expect(weightOf(name), name).toBeLessThanOrEqual(bar)
  }
})
