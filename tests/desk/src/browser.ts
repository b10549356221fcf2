import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** The one without windows first: it takes half of the CPU for the same pages. */
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const found = process.env.HOLDFAST_CHROMIUM ?? places.find(place => existsSync(place))

/** True where there is no browser: said in one line, and a failure where HOLDFAST_REQUIRE names `browser`. */
export function missingBrowser(): boolean {
  if (found) return false
  const why = `no Chromium at ${places.join(', ')}, and HOLDFAST_CHROMIUM names none`
  if (process.env.HOLDFAST_REQUIRE?.split(',').includes('browser')) throw new Error(`a browser is required: ${why}`)
  console.log(`Tests in a browser are skipped: ${why}`)
  return true
}

export interface OpenOptions {
  readonly width?: number
  readonly height?: number
  /** As a browser asks for it, such as `ar`. */
  readonly language?: string
  readonly theme?: 'light' | 'dark'
  readonly forcedColors?: boolean
}

/** A browser in which each person has a profile of their own. What a page may not do, and what it asks of anybody else, is written down for the test to look at. */
export interface TestBrowser {
  person(options?: OpenOptions): Promise<{ readonly page: Page; readonly context: BrowserContext }>
  /** Violations of the content security policy, errors of scripts, and requests to another origin than the engine's. */
  readonly wrongs: string[]
  close(): Promise<void>
}

export async function openBrowser(origin: string): Promise<TestBrowser> {
  if (!found) throw new Error('there is no browser')
  const browser: Browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-gpu'] })
  const wrongs: string[] = []

  function watch(page: Page): void {
    page.on('pageerror', error => wrongs.push(`${page.url()}: ${error.message}`))
    page.on('console', message => {
      if (message.type() === 'error' && /Content.Security.Policy|Refused to/.test(message.text()))
        wrongs.push(`${page.url()}: ${message.text()}`)
    })
    page.on('request', request => {
      const url = new URL(request.url())
      if (url.origin !== origin && url.protocol !== 'data:' && url.protocol !== 'blob:') wrongs.push(`${page.url()}: asks ${url.origin}`)
    })
  }

  return {
    wrongs,
    async person({ width = 1280, height = 800, language = 'en', theme = 'light', forcedColors = false } = {}) {
      const context = await browser.newContext({
        baseURL: origin,
        viewport: { width, height },
        locale: language,
        timezoneId: 'Asia/Singapore',
        colorScheme: theme,
        forcedColors: forcedColors ? 'active' : 'none',
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      watch(page)
      return { page, context }
    },
    close: () => browser.close(),
  }
}

/** Builds the page where its sources are newer. */
export function buildPage(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../../packages/desk-web/build.ts', import.meta.url)), '--if-newer'])
}

/** As a person does it: at the provider of a development engine, and back to where they wanted to be. */
export async function signInAs(
  page: Page,
  [country, role, person, unit]: readonly [string, string, string, unit?: string],
  wanted = '/',
): Promise<void> {
  await page.goto(`/auth/sign-in?return=${encodeURIComponent(wanted)}`)
  await page.locator('select[name=country]').selectOption(country)
  await page.locator('select[name=role]').selectOption(role)
  await page.locator('input[name=person]').fill(person)
  if (unit) await page.locator('select[name=unit]').selectOption(unit)
  await page.locator('button').click()
  await page.waitForURL(url => url.pathname + url.search === wanted)
}

/** A page that is told what happens shows it within this time, in milliseconds. What the board asks for again by itself comes after 15 s. */
export const liveWithinMs = 12_000

/** What axe-core finds wrong by WCAG 2.2 AA, a line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(readFileSync(axeScript, 'utf8'))
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  return page.evaluate(async runOnly => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    // What is right is not told of, and no style sheet is read that no rule here asks for: two thirds of the time.
    const { violations } = await axe.run({ runOnly, resultTypes: ['violations'], preload: false })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  }, tags)
}

const axeScript = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))
