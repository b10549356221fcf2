import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { docsPages } from '../../docs/pages.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { missingBrowser, openBrowser, type TestBrowser } from './src/browser.ts'

const root = join(import.meta.dirname, '../..')
const dist = join(root, 'docs/.vitepress/dist')

beforeAll(() => {
  // The environment of a test run would make Vue a development build.
  execFileSync('npm', ['run', 'docs', '--silent'], { cwd: root, env: { ...process.env, NODE_ENV: 'production' }, stdio: 'pipe' })
}, 180_000)

test('the site has each page, and no page has an inline script or style', () => {
  for (const { path } of docsPages()) expect(readFileSync(join(dist, path.replace(/\.md$/, '.html')), 'utf8')).toContain('<h1')
  const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.html'))
  expect(pages.length).toBeGreaterThan(docsPages().length)
  const inline = pages.filter(name => / style="|<style|<script(?![^>]* src=)/.test(readFileSync(join(dist, name), 'utf8')))
  expect(inline).toEqual([])
})

test('the sidebar of each page has the decisions and the test vectors, which are in no list of pages', () => {
  const page = readFileSync(join(dist, 'member/verify.html'), 'utf8')
  const sidebar = page.slice(page.indexOf('id="VPSidebarNav"'), page.indexOf('class="VPContent'))
  expect(['/docs/adr/', '/docs/vectors/'].filter(link => !sidebar.includes(`href="${link}"`))).toEqual([])
})

describe.skipIf(missingBrowser())('the documentation in a browser', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  beforeAll(async () => {
    engine = await startEmbeddedEngine()
    browser = await openBrowser(engine.deskUrl)
  })
  afterAll(async () => {
    await browser.close()
    await engine.stop()
  })

  test('search finds a page from the English and the Arabic start page, without a request elsewhere', async () => {
    for (const [start, direction] of [
      ['/docs/', 'ltr'],
      ['/docs/ar/', 'rtl'],
    ] as const) {
      const { page, context } = await browser.person({ language: direction === 'rtl' ? 'ar' : 'en' })
      await page.goto(start)
      expect(await page.locator('html').getAttribute('dir')).toBe(direction)
      await page.locator('#local-search button').click()
      await page.locator('#localsearch-input').fill('freeze to recovery')
      await page.locator('.results .result', { hasText: 'Tutorial' }).first().click()
      await page.locator('h1', { hasText: 'Tutorial: from freeze to recovery' }).waitFor()
      // A code block has its colours, and a link of GitHub its page.
      const color = (at: number) =>
        page
          .locator('.shiki span[data-color]')
          .nth(at)
          .evaluate(element => getComputedStyle(element).color)
      expect(await color(0)).not.toBe(
        await page
          .locator('.vp-doc p')
          .first()
          .evaluate(element => getComputedStyle(element).color),
      )
      await page.locator('.vp-doc a', { hasText: 'quickstart' }).first().click()
      await page.locator('h1', { hasText: 'Quickstart' }).waitFor()
      expect(page.url()).toBe(`${engine.deskUrl}/docs/start/quickstart.html`)
      await context.close()
    }
    expect(browser.wrongs).toEqual([])
  })
})
