import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { type Person, submit } from '../src/engine.ts'
import { submitAll } from '../src/load.ts'
import { accessibilityFaults, buildPage, liveWithinMs, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['SG', 'officer', 'a.tan'] as const
const requester: Person = ['SG', 'system', 'rows']
/** Several pages of the list, and several times the rows that are rendered at once. */
const requests = 250

describe.skipIf(missingBrowser())('the rows of the board', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  let count = requests
  const nextRequest = () => submit(engine, requester, buildRequestNumber(++count), `rows-${count}`)

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine({ partitions: 2 })
    browser = await openBrowser(engine.deskUrl)
    await submitAll(engine, requester, requests, 8)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  async function opened(options: Parameters<TestBrowser['person']>[0] = {}) {
    const person = await browser.person(options)
    await signInAs(person.page, officer)
    await person.page.locator('.row-link').first().waitFor()
    return person
  }
  const focusedRow = (page: Page): Promise<number> =>
    page.evaluate(() => Number(document.activeElement?.closest('tr')?.getAttribute('aria-rowindex')))
  const rowsOf = (page: Page): Promise<number> => page.locator('tbody tr[aria-rowindex]').count()

  test.each([1280, 320])(
    'are reached by the keys j and k up to the last one, at %i px',
    async width => {
      const { page, context } = await opened({ width })
      const seen = new Set<number>()
      let rowsMost = 0
      for (let pressed = 0; pressed < 1_500 && !seen.has(requests + 1); pressed++) {
        await page.keyboard.press('j')
        const row = await focusedRow(page)
        expect(row, 'the focus is on a row').toBeGreaterThan(1)
        // While the next page loads, the key stays on the last row.
        if (!seen.has(row)) expect(row).toBe(seen.size + 2)
        seen.add(row)
        if (pressed % 20 === 0) rowsMost = Math.max(rowsMost, await rowsOf(page))
      }
      expect(seen.size).toBe(requests)
      expect(rowsMost).toBeLessThanOrEqual(60)
      expect(
        await page.evaluate(() => {
          const { top, bottom } = (document.activeElement as HTMLElement).getBoundingClientRect()
          return top >= 0 && bottom <= innerHeight
        }),
        'the last row is in view',
      ).toBe(true)
      await page.keyboard.press('k')
      expect(await focusedRow(page)).toBe(requests)
      const wanted = await page.evaluate(() => document.activeElement?.getAttribute('href'))
      await page.keyboard.press('Enter')
      await page.waitForURL(url => url.pathname === wanted)
      await context.close()
    },
    240_000,
  )

  test('are reached by Tab, and a row that is scrolled out of view keeps the focus', async () => {
    const { page, context } = await opened()
    await page.locator('.row-link').first().focus()
    // Each row has a link to its request and one to its case.
    await page.keyboard.press('Tab')
    for (let row = 3; row < 60; row++) {
      // The next page can still be loading.
      await page.locator(`tbody tr[aria-rowindex="${row}"]`).waitFor({ state: 'attached' })
      await page.keyboard.press('Tab')
      expect(await focusedRow(page)).toBe(row)
      await page.keyboard.press('Tab')
      expect(await focusedRow(page)).toBe(row)
    }
    await page.mouse.move(600, 400)
    for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, 1_500)
    await page.waitForFunction(
      () =>
        Math.max(...[...document.querySelectorAll('tbody tr[aria-rowindex]')].map(row => Number(row.getAttribute('aria-rowindex')))) > 150,
    )
    expect(await focusedRow(page)).toBe(59)
    await page.keyboard.press('Tab')
    expect(await focusedRow(page)).toBe(60)
    await context.close()
  })

  test('are those of a table, with their number and their positions', async () => {
    const { page, context } = await opened()
    const table = page.getByRole('table')
    expect(await table.getAttribute('aria-rowcount')).toBe('-1')
    // For users without a wheel.
    while (await page.getByRole('button', { name: 'Show more' }).isVisible())
      await page
        .getByRole('button', { name: 'Show more' })
        .click({ timeout: 2_000 })
        .catch(() => undefined)
    expect(await table.getAttribute('aria-rowcount')).toBe(String(requests + 1))
    expect(await rowsOf(page)).toBeLessThanOrEqual(60)
    await page.getByRole('row').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.emulateMedia({ media: 'print' })
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBe(requests)
    await page.emulateMedia({ media: 'screen' })
    await expect.poll(() => rowsOf(page), { timeout: 15_000 }).toBeLessThanOrEqual(60)
    await context.close()
  })

  test('stay in place under the focus while a request arrives; the page says so and updates on demand', async () => {
    const { page, context } = await opened()
    for (let n = 0; n < 5; n++) await page.keyboard.press('j')
    const place = () =>
      page.evaluate(() => [document.activeElement?.getAttribute('href'), document.activeElement?.getBoundingClientRect().top])
    const before = await place()
    const requestId = await nextRequest()
    await page.getByText('The list has changed').waitFor({ timeout: 10_000 })
    expect(await place()).toEqual(before)
    expect(await page.getByText(requestId.slice(0, 8)).count()).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Show it as it is now' }).click()
    await page.getByText(requestId.slice(0, 8)).waitFor()
    expect(await focusedRow(page)).toBe(2)
    // A user outside the rows sees new requests at once.
    await page.getByRole('searchbox').focus()
    const later = await nextRequest()
    await page.getByText(later.slice(0, 8)).waitFor({ timeout: liveWithinMs })
    expect(await page.getByText('The list has changed').count()).toBe(0)
    await context.close()
  })

  test('are requested at most twice a second under many facts, and are complete at the end', async () => {
    const { page, context } = await opened()
    let asked = 0
    page.on('request', request => {
      if (new URL(request.url()).pathname === '/v1/requests') asked++
    })
    const began = performance.now()
    let last = ''
    while (performance.now() - began < 4_000) last = await nextRequest()
    await page.getByText(last.slice(0, 8)).waitFor({ timeout: 10_000 })
    const seconds = (performance.now() - began) / 1_000
    expect(asked).toBeGreaterThan(2)
    expect(asked).toBeLessThanOrEqual(4 + 2 * seconds + 1)
    await context.close()
  })
})
