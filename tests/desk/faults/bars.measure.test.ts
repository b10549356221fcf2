import { sendInWindow } from '@holdfast/test-kit/load'
import { type Comparison, expectRatio, reportMeasurement } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { clientsOf, type Person, reaches, submit } from '../../src/engine.ts'
import { submitAll } from '../../src/load.ts'
import { median, percentile } from '../../src/quantiles.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from '../src/browser.ts'
import { countFacts, factsHeard, observe, observed, slowDown, usedHeap } from '../src/measure.ts'

const officer = ['SG', 'officer', 'a.tan'] as const
const requester: Person = ['SG', 'system', 'bars']
const requests = 2_000
const megabyte = 1_000_000
/** The time of the reference work on 2 virtual cores that process 430 lifecycles a second in the bench. */
const referenceWorkMs = 6.4
const frameMs = 1000 / 60
/**
 * A country with 2,500 requests in eight hours: one every 12 seconds, each received and verified while the board is
 * open.
 * They come at this machine's speed, in a minute or two. Work by the clock (the clock on each row, periodic queries) is
 * measured separately, with a clock that is advanced.
 */
const dayOfRequests = 2_500
const dayOfFacts = 2 * dayOfRequests

describe.skipIf(missingBrowser())('the page keeps within', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine({ partitions: 4 })
    browser = await openBrowser(engine.deskUrl)
    await submitAll(engine, requester, requests, 16)
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  async function opened(wanted = '/'): Promise<{ page: Page; context: BrowserContext }> {
    const person = await browser.person()
    await observe(person.page)
    await signInAs(person.page, officer, wanted)
    return person
  }
  /** Sends new requests in sequence from several clients. */
  async function pour(requests: number): Promise<void> {
    const { intake } = clientsOf(engine, requester)
    await sendInWindow({ atOnce: 8, count: requests }, async nth => {
      const receipt = await intake.submit(buildRequestNumber(200_000 + nth), { idempotencyKey: `day-${nth}` })
      if (!receipt.ok) throw new Error(receipt.error.detail)
    })
  }
  /** The time of work that every page does: JSON in both directions. */
  async function referenceMs(page: Page): Promise<number> {
    const times = await page.evaluate(() => {
      const rows = Array.from({ length: 400 }, (_, n) => ({ n, name: `name ${n}`, amount: { currency: 'USD', value: '1000.00' } }))
      const text = JSON.stringify(rows)
      return Array.from({ length: 15 }, () => {
        const began = performance.now()
        for (let n = 0; n < 20; n++) JSON.parse(JSON.stringify(JSON.parse(text)))
        return performance.now() - began
      })
    })
    return median(times)
  }
  /**
   * Compares a time with the reference work in its page. The limit is in milliseconds of a machine that takes
   * `referenceWorkMs`.
   */
  const expectBar = (what: string, barMs: number, measure: () => Promise<{ ms: number; page: Page }>): Promise<void> =>
    expectRatio(`${what} to reference work in the page`, { max: barMs / referenceWorkMs }, async (): Promise<Comparison> => {
      const { ms, page } = await measure()
      const against = await referenceMs(page)
      await page.context().close()
      return { value: ms, against, unit: 'ms' }
    })

  /** As `expectBar`, without the frame that each interaction waits for: no processor shortens it. */
  const expectInteraction = (what: string, barMs: number, measure: () => Promise<{ ms: number; page: Page }>): Promise<void> =>
    expectBar(what, barMs - frameMs, async () => {
      const { ms, page } = await measure()
      return { ms: Math.max(0, ms - frameMs), page }
    })

  test.each([
    ['at this machine’s line', false, 1_200],
    ['by 1.6 Mbit/s, 150 ms and a quarter of the processor', true, 3_000],
  ])(
    'its largest paint, %s',
    async (what, isSlow, barMs) => {
      await expectBar(`largest paint ${what}, median of 5`, barMs, async () => {
        const { page, context } = await opened()
        const cdp = await context.newCDPSession(page)
        await cdp.send('Network.enable')
        await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
        if (isSlow) await slowDown(cdp)
        const paints: number[] = []
        for (let n = 0; n < 5; n++) {
          await page.goto('/')
          await page.locator('.row-link').first().waitFor()
          await page.waitForTimeout(300)
          paints.push((await observed(page)).largestPaintMs)
        }
        await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 })
        return { ms: median(paints), page }
      })
    },
    300_000,
  )

  test('100 ms for user actions: filters, the order, a request, a form, the settings', async () => {
    await expectInteraction('interaction without its frame, 98 of 100', 100, async () => {
      const { page } = await opened()
      await page.locator('.row-link').first().waitFor()
      const durations: number[] = []
      for (let round = 0; round < 4; round++) {
        for (const phase of ['Frozen', 'Verified', 'Verified']) await page.locator('.chip', { hasText: phase }).click()
        await page.getByRole('combobox', { name: 'Order' }).selectOption('updated')
        await page.locator('.row-link').nth(round).click()
        await page.locator('.fact').first().waitFor()
        await page.getByRole('button', { name: 'Withdraw the request' }).click()
        await page.getByRole('dialog').getByRole('textbox').first().fill('x')
        await page.keyboard.press('Escape')
        await page.goBack()
        await page.locator('.row-link').first().waitFor()
        await page.waitForTimeout(200)
      }
      durations.push(...(await observed(page)).interactions)
      expect(durations.length).toBeGreaterThan(8)
      return { ms: percentile(durations, 0.98), page }
    })
  }, 240_000)

  test('50 ms for the next row by a key, on a quarter of the processor', async () => {
    await expectInteraction('a key to the next row without its frame, 98 of 100, CPU ×4', 50, async () => {
      const { page, context } = await opened()
      await page.locator('.row-link').first().waitFor()
      const cdp = await context.newCDPSession(page)
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
      for (let n = 0; n < 120; n++) await page.keyboard.press(n % 4 === 3 ? 'k' : 'j', { delay: 30 })
      await page.waitForTimeout(500)
      const { interactions } = await observed(page)
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 })
      // The browser does not report less than a frame.
      return { ms: percentile([...interactions, ...Array<number>(Math.max(0, 120 - interactions.length)).fill(0)], 0.98), page }
    })
  }, 240_000)

  test('60 rows in the document, and no long task while scrolling through two thousand', async () => {
    await expectBar('longest task while scrolling, 98 of 100', 50, async () => {
      const { page } = await opened()
      await page.locator('.row-link').first().waitFor()
      await page.waitForTimeout(500)
      let rowsMost = 0
      const before = (await observed(page)).longTasks.length
      const first = await page.locator('.row-link').first().getAttribute('href')
      for (let n = 0; n < 60; n++) {
        await page.mouse.wheel(0, 1_500)
        await page.waitForTimeout(40)
        rowsMost = Math.max(rowsMost, await page.locator('.row-link').count())
      }
      expect(await page.locator('.row-link').first().getAttribute('href')).not.toBe(first)
      expect(rowsMost).toBeLessThanOrEqual(60)
      const tasks = (await observed(page)).longTasks.slice(before)
      return { ms: percentile([...tasks, 0], 0.98), page }
    })
  }, 240_000)

  test('16 ms for each step of the slider through a long history', async () => {
    const requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(99_001), 'bars-long')
    await reaches(engine, requestId, 'verified')
    // About as many facts as two member roles may give.
    for (const role of ['institution', 'fiu'] as const) {
      const { desk } = clientsOf(engine, ['TL', role])
      for (let n = 0; n < 135; n++) {
        const answer = await desk.act(
          requestId,
          'ReportInterim',
          { reason: 'S000', note: `answer ${n}` },
          { idempotencyKey: `interim-${n}` },
        )
        if (!answer.ok) throw new Error(answer.error.detail)
      }
    }
    await expectBar('a step of the slider in 270 facts, median', 16, async () => {
      const { page } = await opened(`/requests/${requestId}`)
      await page.getByText(/27\d facts, each hash checked here/).waitFor({ timeout: 60_000 })
      const steps = await page.evaluate(async () => {
        const slider = document.querySelector<HTMLInputElement>('input[type=range]')
        if (!slider) throw new Error('no slider')
        const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
        const took: number[] = []
        for (let at = 20; at < 260; at += 4) {
          const began = performance.now()
          setValue?.call(slider, String(at))
          slider.dispatchEvent(new Event('input', { bubbles: true }))
          await new Promise(resolve => setTimeout(resolve))
          took.push(performance.now() - began)
          await new Promise(requestAnimationFrame)
        }
        return took
      })
      return { ms: median(steps), page }
    })
  }, 300_000)

  test('20 MB of heap more after eight hours without facts, with ticking clocks and periodic queries', async () => {
    const { page, context } = await browser.person()
    await observe(page)
    await page.clock.install({ time: Date.now() })
    await signInAs(page, officer)
    await page.locator('.row-link').first().waitFor()
    const cdp = await context.newCDPSession(page)
    const waiting = new Set<Request>()
    page.on('request', request => new URL(request.url()).pathname !== '/v1/stream' && waiting.add(request))
    page.on('requestfinished', request => waiting.delete(request))
    page.on('requestfailed', request => waiting.delete(request))
    // Each minute has its answers before the next one: otherwise the clock would skip queries.
    const minutesPass = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        await page.clock.runFor(60_000)
        await expect.poll(() => waiting.size, { interval: 5, timeout: 10_000 }).toBe(0)
      }
    }
    await minutesPass(10)
    const before = await usedHeap(cdp)
    let asked = 0
    page.on('request', () => asked++)
    await minutesPass(8 * 60)
    const more = (await usedHeap(cdp)) - before
    reportMeasurement(`heap that eight hours and ${asked} requests added`, more / megabyte, 'MB')
    expect(asked).toBeGreaterThan(8 * 60)
    expect(more).toBeLessThanOrEqual(20 * megabyte)
    await context.close()
  }, 240_000)

  test('20 MB of heap more after the facts of eight hours, without long tasks meanwhile', async () => {
    const { page, context } = await opened()
    await page.locator('.row-link').first().waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await countFacts(page)
    const cdp = await context.newCDPSession(page)
    await page.waitForTimeout(1_000)
    const before = await usedHeap(cdp)
    const tasksBefore = (await observed(page)).longTasks.length
    let asked = 0
    page.on('request', request => {
      if (new URL(request.url()).pathname === '/v1/requests') asked++
    })
    const began = performance.now()
    await pour(dayOfRequests)
    const seconds = (performance.now() - began) / 1_000
    // Waits for the last of them.
    await expect.poll(() => factsHeard(page), { timeout: 30_000, interval: 500 }).toBeGreaterThanOrEqual(dayOfFacts)
    await page.waitForTimeout(2_000)
    const facts = await factsHeard(page)
    const more = (await usedHeap(cdp)) - before
    reportMeasurement(`heap that ${facts} facts added`, more / megabyte, 'MB')
    expect(more).toBeLessThanOrEqual(20 * megabyte)
    const tasks = (await observed(page)).longTasks.slice(tasksBefore)
    const perSecond = facts / seconds
    const listenedSeconds = (performance.now() - began) / 1_000
    console.log(
      `${perSecond.toFixed(0)} facts a second: the board was asked for ${asked} times, ${tasks.length} tasks over 50 ms, the longest ${Math.max(0, ...tasks)} ms`,
    )
    expect(asked).toBeLessThanOrEqual(4 + 2 * (listenedSeconds + 1))
    await context.close()
  }, 280_000)
})
