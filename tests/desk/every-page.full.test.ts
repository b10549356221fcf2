import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'
import { latinSentencesIn } from './src/english.ts'
import { languages, lookAs, looks, looksForPictures, type PageState, pageStatesOf, speak } from './src/page-states.ts'
import { officer, type SmallWorld, startSmallWorld } from './src/small-world.ts'

// axe examines each page once in every language and once in every look. Texts cause faults in one language, colours and
// widths in one look, so each is found on its page. The pairs of look and language vary by page, so that shared parts
// are examined in all of them. All sixteen pairs on each page took four times as long.

/** A folder for a picture of each page, in English and Arabic. */
const pictures = process.env.HOLDFAST_PICTURES
if (pictures) mkdirSync(pictures, { recursive: true })

describe.skipIf(missingBrowser())('every page', () => {
  let world: SmallWorld
  let browser: TestBrowser
  const signedIn = new Map<string, Page>()

  beforeAll(async () => {
    buildPage()
    world = await startSmallWorld()
    browser = await openBrowser(world.engine.deskUrl)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  /** Each person has one browser and goes from page to page in it. */
  async function pageOf(who: PageState['who']): Promise<Page> {
    const key = who?.join('/') ?? 'signed out'
    const there = signedIn.get(key)
    if (there) return there
    const { page } = await browser.person()
    if (who) await signInAs(page, who)
    else await page.goto('/')
    signedIn.set(key, page)
    return page
  }

  /** `nth` of all states: determines which look axe examines in which language. */
  async function looked(place: PageState, nth: number): Promise<void> {
    const page = await pageOf(place.who)
    if (place.cut) await page.route(place.cut, route => route.abort())
    await lookAs(page, { name: 'first', theme: 'light', width: 1280 })
    await speak(page, 'en')
    await page.goto(place.path)
    await page.locator(place.ready).first().waitFor({ timeout: 20_000 })
    await place.open?.(page)
    for (const [index, language] of languages.entries()) {
      const examined = looks[(index + nth) % looks.length]
      await speak(page, language)
      expect(await page.evaluate(() => document.documentElement.dir)).toBe(language === 'ar' ? 'rtl' : 'ltr')
      if (language === 'ar') expect.soft(await latinSentencesIn(page), `${place.name} speaks Arabic`).toEqual([])
      for (const look of pictures ? [...looks, ...looksForPictures] : looks) {
        await lookAs(page, look)
        const at = `${place.name} ${language} ${look.name}`
        if (look === examined) expect.soft(await accessibilityFaults(page), at).toEqual([])
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${at} is not wider`).toBeLessThanOrEqual(look.width)
        if (pictures && (language === 'en' || language === 'ar'))
          await page.screenshot({
            path: join(pictures, `${place.name}-${language}-${look.name}.png`),
            // The dialog's backdrop dims the whole page.
            fullPage: !(await page.locator('dialog[open]').count()),
          })
      }
    }
    if (place.cut) await page.unroute(place.cut)
  }

  test('is accessible: in four languages without mixed texts, light and dark, in forced colours, on a narrow screen and at 200 %', async () => {
    for (const [nth, place] of pageStatesOf(world).entries()) await looked(place, nth)
  }, 600_000)

  test('shows in Arabic the requesting country on the right, with the arrow pointing left', async () => {
    const page = await pageOf(officer)
    await lookAs(page, { name: 'first', theme: 'light', width: 1280 })
    await speak(page, 'ar')
    await page.goto('/?sort=updated')
    const corridor = page.locator('tr', { hasText: 'SG-2024-004717' })
    await corridor.getByText('MT', { exact: true }).waitFor()
    const startOf = (text: string) => corridor.getByText(text, { exact: true }).evaluate(node => node.getBoundingClientRect().left)
    const [from, arrow, to] = [await startOf('SG'), await startOf('←'), await startOf('MT')]
    expect(from).toBeGreaterThan(arrow)
    expect(arrow).toBeGreaterThan(to)
  })

  test('hides desk work from the General Secretariat, which starts with the overview', async () => {
    const { page, context } = await browser.person()
    await page.goto(`/auth/sign-in?return=${encodeURIComponent('/')}`)
    await page.locator('select[name=country]').selectOption('XP')
    await page.locator('button').click()
    await page.waitForURL('**/now')
    expect(await page.locator('.bar nav a').allInnerTexts()).toEqual(['Now', 'Shared with your unit'])
    await page.getByRole('link', { name: 'Shared with your unit' }).click()
    // Requests that are shared with it, and their onward requests over two more countries.
    await expect.poll(() => page.locator('.row-link').count()).toBe(3)
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
