import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** The headless binary first: it takes half of the CPU for the same pages. */
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const found = process.env.HOLDFAST_CHROMIUM ?? places.find(place => existsSync(place))

/** True where there is no browser: prints one line, and fails where HOLDFAST_REQUIRE names `browser`. */
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
  /** The language that the browser requests, such as `ar`. */
  readonly language?: string
  readonly theme?: 'light' | 'dark'
  readonly forcedColors?: boolean
}

/** A browser with a profile for each person. Records policy violations and foreign requests for the test. */
export interface TestBrowser {
  person(options?: OpenOptions): Promise<{ readonly page: Page; readonly context: BrowserContext }>
  /** Violations of the content security policy, script errors, and requests to another origin than the engine's. */
  readonly wrongs: string[]
  close(): Promise<void>
}

export async function openBrowser(origin: string): Promise<TestBrowser> {
  if (!found) throw new Error('no browser is installed')
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

/** Signs in at the provider of a development engine and returns to the requested page. */
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

/** The time in which a page shows an event of its stream, in milliseconds. Periodic queries of the board take 15 s. */
export const liveWithinMs = 12_000

/** The violations of WCAG 2.2 AA that axe-core finds, one on each line. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(readFileSync(axeScript, 'utf8'))
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  return page.evaluate(async runOnly => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    // Reports no passed rules and reads no unneeded style sheets: this saves two thirds of the time.
    const { violations } = await axe.run({ runOnly, resultTypes: ['violations'], preload: false })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
  }, tags)
}

const axeScript = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))
