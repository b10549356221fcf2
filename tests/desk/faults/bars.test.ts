import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { slowness } from '@holdfast/test-kit/machine-speed'
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
const dist = fileURLToPath(new URL('../../../packages/desk-page/dist', import.meta.url))
const kB = 1_000
/**
 * A country that takes part in 2,500 requests in eight hours: one every 12 seconds, of which each is received and verified while the board is open. They come as fast as this machine does them, which is a
 * minute or two; what goes by time alone (the clock on each row, what is asked again) is measured apart, by a clock that is moved on.
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
  const say = (what: string, measured: number, bar: number, unit: string) =>
    console.log(`${what}: ${measured.toFixed(measured < 10 ? 1 : 0)} ${unit} (bar ${bar} ${unit})`)
  /** Requests that nobody has sent before, one after the other from some clients. */
  async function pour(requests: number): Promise<void> {
    const { intake } = clientsOf(engine, requester)
    let next = 0
    async function send(): Promise<void> {
      for (let n = next++; n < requests; n = next++) {
        const receipt = await intake.submit(buildRequestNumber(200_000 + n), { idempotencyKey: `day-${n}` })
        if (!receipt.ok) throw new Error(receipt.error.detail)
      }
    }
    await Promise.all(Array.from({ length: 8 }, send))
  }
  /** Bars in milliseconds are for a machine that nobody else works on. */
  function isWithin(what: string, measured: number, barMs: number): void {
    say(what, measured, barMs, 'ms')
    expect(measured, what).toBeLessThanOrEqual(barMs * slowness())
  }

  test('200 kB of JavaScript and 15 kB of CSS at the beginning, and 40 kB for each page that is fetched later', () => {
    const assets = readdirSync(`${dist}/assets`).filter(name => /\.(js|css)$/.test(name))
    const weightOf = (name: string) => gzipSync(readFileSync(`${dist}/assets/${name}`), { level: 9 }).length / kB
    const html = readFileSync(`${dist}/index.html`, 'utf8')
    const initial = (ending: string) =>
      assets.filter(name => name.endsWith(ending) && html.includes(name)).reduce((sum, name) => sum + weightOf(name), 0)
    say('JavaScript at the beginning', initial('.js'), 200, 'kB')
    say('CSS at the beginning', initial('.css'), 15, 'kB')
    expect(initial('.js')).toBeGreaterThan(10)
    expect(initial('.js')).toBeLessThanOrEqual(200)
    expect(initial('.css')).toBeLessThanOrEqual(15)
    // The engine's own core folds and checks here, and the map is the world.
    const ownBars: ReadonlyArray<readonly [RegExp, number]> = [
      [/^core-/, 70],
      [/^(world-)?map-|countries/, 260],
    ]
    for (const name of assets.filter(name => name.endsWith('.js') && !html.includes(name))) {
      const bar = ownBars.find(([pattern]) => pattern.test(name))?.[1] ?? 40
      if (weightOf(name) > 5) say(name.replace(/-[\w-]{8}\.js$/, ''), weightOf(name), bar, 'kB')
      expect(weightOf(name), name).toBeLessThanOrEqual(bar)
    }
  })

  test.each([
    ['at this machine’s line', false, 1_200],
    ['by 1.6 Mbit/s, 150 ms and a quarter of the processor', true, 3_000],
  ])(
    'its largest paint, %s',
    async (what, isSlow, barMs) => {
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
      isWithin(`largest paint ${what}, median of 5`, median(paints), barMs)
      await context.close()
    },
    120_000,
  )

  test('100 ms for what somebody does: filters, the order, a request, a form, the settings', async () => {
    const { page, context } = await opened()
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
    isWithin(`interaction, 98 of 100 of ${durations.length}`, percentile(durations, 0.98), 100)
    await context.close()
  }, 120_000)

  test('50 ms for the next row by a key, on a quarter of the processor', async () => {
    const { page, context } = await opened()
    await page.locator('.row-link').first().waitFor()
    const cdp = await context.newCDPSession(page)
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    for (let n = 0; n < 120; n++) await page.keyboard.press(n % 4 === 3 ? 'k' : 'j', { delay: 30 })
    await page.waitForTimeout(500)
    const { interactions } = await observed(page)
    // What took less than a frame is not told.
    isWithin(
      `a key to the next row, 98 of 100, CPU ×4`,
      percentile([...interactions, ...Array<number>(Math.max(0, 120 - interactions.length)).fill(0)], 0.98),
      50,
    )
    await context.close()
  }, 60_000)

  test('60 rows in the document, and no task over 50 ms while somebody scrolls through two thousand', async () => {
    const { page, context } = await opened()
    await page.locator('.row-link').first().waitFor()
    await page.waitForTimeout(500)
    let rowsMost = 0
    /** Scrolls through half of them; gives the tasks over 50 ms that it took. */
    async function scrolled(): Promise<number[]> {
      const before = (await observed(page)).longTasks.length
      const first = await page.locator('.row-link').first().getAttribute('href')
      for (let n = 0; n < 60; n++) {
        await page.mouse.wheel(0, 1_500)
        await page.waitForTimeout(40)
        rowsMost = Math.max(rowsMost, await page.locator('.row-link').count())
      }
      expect(await page.locator('.row-link').first().getAttribute('href')).not.toBe(first)
      const tasks = (await observed(page)).longTasks.slice(before)
      say('longest task while scrolling', Math.max(0, ...tasks), 50, 'ms')
      return tasks
    }
    const longest = async () => percentile([...(await scrolled()), 0], 0.98)
    let took = await longest()
    let most = 50 * slowness()
    // Of so few tasks one moment in which the host takes the processor is the longest: it is not there again.
    if (took > most) {
      await page.reload()
      await page.locator('.row-link').first().waitFor()
      await page.waitForTimeout(500)
      took = await longest()
      most = Math.max(most, 50 * slowness())
    }
    say('rows in the document at most', rowsMost, 60, 'rows')
    expect(rowsMost).toBeLessThanOrEqual(60)
    expect(took).toBeLessThanOrEqual(most)
    await context.close()
  }, 60_000)

  test('16 ms for each step of the slider through a long history', async () => {
    const requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(99_001), 'bars-long')
    await reaches(engine, requestId, 'verified')
    const { desk } = clientsOf(engine, ['TL', 'institution'])
    for (let n = 0; n < 800; n++) {
      const answer = await desk.act(requestId, 'ReportInterim', { reason: 'S000', note: `answer ${n}` }, { idempotencyKey: `interim-${n}` })
      if (!answer.ok) throw new Error(answer.error.detail)
    }
    const { page, context } = await opened(`/requests/${requestId}`)
    await page.getByText(/8\d\d facts, each hash checked here/).waitFor({ timeout: 60_000 })
    const steps = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[type=range]')
      if (!slider) throw new Error('no slider')
      const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
      const took: number[] = []
      for (let at = 100; at < 700; at += 10) {
        const began = performance.now()
        setValue?.call(slider, String(at))
        slider.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise(resolve => setTimeout(resolve))
        took.push(performance.now() - began)
        await new Promise(requestAnimationFrame)
      }
      return took
    })
    isWithin('a step of the slider in 800 facts, median', median(steps), 16)
    await context.close()
  }, 240_000)

  test('20 MB of heap more after eight hours in which nothing comes: each clock on the board ticks, and what is asked again by time is asked', async () => {
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
    // Each minute has its answers before the next one: a clock that runs ahead of them asks for less than there is to ask in it.
    const minutesPass = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        await page.clock.runFor(60_000)
        await expect.poll(() => waiting.size, { interval: 5, timeout: 5_000 }).toBe(0)
      }
    }
    await minutesPass(10)
    const before = await usedHeap(cdp)
    let asked = 0
    page.on('request', () => asked++)
    await minutesPass(8 * 60)
    const more = (await usedHeap(cdp)) - before
    say(`heap after eight hours and ${asked} requests`, more / 1_000_000, 20, 'MB')
    expect(asked).toBeGreaterThan(8 * 60)
    expect(more).toBeLessThanOrEqual(20_000_000)
    await context.close()
  }, 240_000)

  test('20 MB of heap more after the facts of eight hours, and no stutter while they come', async () => {
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
    // The last of them are on their way.
    await expect.poll(() => factsHeard(page), { timeout: 30_000, interval: 500 }).toBeGreaterThanOrEqual(dayOfFacts)
    await page.waitForTimeout(2_000)
    const facts = await factsHeard(page)
    const more = (await usedHeap(cdp)) - before
    say(`heap after ${facts} facts in ${seconds.toFixed(0)} s`, more / 1_000_000, 20, 'MB')
    expect(more).toBeLessThanOrEqual(20_000_000)
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
