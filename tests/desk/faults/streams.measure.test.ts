import { type Comparison, expectRatio } from '@holdfast/test-kit/ratios'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../../src/embedded-engine.ts'
import { clientsOf, eventually, type Person, tokenOf } from '../../src/engine.ts'
import { percentile } from '../../src/quantiles.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from '../src/browser.ts'
import { type StreamReaders, startReaders } from '../src/stream-readers.ts'

const requester: Person = ['SG', 'system', 'streams']
/** Countries that are no party of any request of these tests. */
const idleCountries = ['VU', 'FJ', 'TO', 'WS', 'KI']

describe.skipIf(missingBrowser())('with a thousand streams', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  let readers: StreamReaders
  let count = 0
  const { intake, desk } = { intake: () => clientsOf(engine, requester).intake, desk: () => clientsOf(engine, ['SG', 'officer']).desk }

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine({ partitions: 4, env: { HOLDFAST_STREAMS_MAX: '2000', HOLDFAST_STREAMS_PER_MEMBER: '1000' } })
    browser = await openBrowser(engine.deskUrl)
    readers = startReaders(engine.deskUrl)
  }, 120_000)
  afterAll(async () => {
    await readers?.stop()
    await browser?.close()
    await engine?.stop()
  })

  const busyTokens = async (streams: number) =>
    Array.from<string>({ length: streams }).fill(await tokenOf(engine, ['SG', 'officer', 'reader']))
  async function idleTokens(streams: number): Promise<string[]> {
    const tokens = await Promise.all(idleCountries.map(country => tokenOf(engine, [country, 'officer', 'reader'])))
    return Array.from({ length: streams }, (_, n) => tokens[n % tokens.length] ?? '')
  }
  async function submitNext(): Promise<string> {
    const receipt = await intake().submit(buildRequestNumber(++count), { idempotencyKey: `streams-${count}` })
    if (!receipt.ok) throw new Error(receipt.error.detail)
    return receipt.value.requestId
  }
  /** When the engine wrote the first fact of a request, in milliseconds since 1970. */
  const openedMs = (requestId: string): Promise<number> =>
    eventually(async () => {
      const shown = await desk().show(requestId)
      const [first] = shown.ok ? shown.value.history : []
      return first && Date.parse(first.time)
    }, `${requestId} is there`)

  test('a fact reaches the screen as fast as with one stream, with a thousand streams of which half receive it', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, ['SG', 'officer', 'a.tan'])
    await page.getByText('Live', { exact: true }).waitFor()
    await submitNext()
    await page.locator('.row-link').first().waitFor()
    await watchRows(page)
    /** The 95th percentile from the fact to the row, in milliseconds. */
    async function p95OfNext(): Promise<number> {
      const latencies: number[] = []
      for (let n = 0; n < 40; n++) {
        const requestId = await submitNext()
        const shownMs = await eventually(() => rowShownMs(page, requestId), `${requestId} is shown`)
        latencies.push(shownMs - (await openedMs(requestId)))
        // One a second: faster ones are shown together, twice a second.
        await page.waitForTimeout(1_000)
      }
      return percentile(latencies, 0.95)
    }
    await expectRatio('fact to screen with 1,001 streams to one stream, p95', { max: 3 }, async () => {
      const against = await p95OfNext()
      await readers.open([...(await busyTokens(500)), ...(await idleTokens(500))])
      const factsBefore = await readers.facts()
      const value = await p95OfNext()
      expect(await readers.facts(), 'streams of the country received each fact').toBeGreaterThanOrEqual(factsBefore + 40 * 500)
      await readers.close()
      return { value, against, unit: 'ms' }
    })
    await context.close()
  }, 600_000)

  test('500 streams of other countries cost the engine almost nothing for a fact', async () => {
    await expectRatio('CPU of a request with 500 idle streams to without', { max: looseRatioMax }, () => cpuRatio(idleTokens(500), 9))
  }, 600_000)

  test('300 streams of a party cost less than the fact itself', async () => {
    await expectRatio('CPU of a request with 300 streams that receive it to without', { max: 2 }, () => cpuRatio(busyTokens(300), 5))
  }, 600_000)

  /** The cost of a request with open streams, relative to its cost without. */
  async function cpuRatio(asked: Promise<string[]>, turns: number): Promise<Comparison> {
    const requestsEach = 120
    const tokens = await asked
    const pairs: { alone: number; withStreams: number }[] = []
    await cpuPerRequest(requestsEach)
    for (let turn = 0; turn < turns; turn++) {
      // Both parts of a pair run in the same minute, in alternating order: other load of the machine affects both.
      const withStreams = async () => {
        await readers.open(tokens)
        const cost = await cpuPerRequest(requestsEach)
        await readers.close()
        return cost
      }
      const without = () => cpuPerRequest(requestsEach)
      const [first, second] = turn % 2 ? [await withStreams(), await without()] : [await without(), await withStreams()]
      pairs.push(turn % 2 ? { alone: second, withStreams: first } : { alone: first, withStreams: second })
    }
    pairs.sort((a, b) => a.withStreams / a.alone - b.withStreams / b.alone)
    const { withStreams, alone } = pairs[Math.floor(pairs.length / 2)] ?? { withStreams: Number.NaN, alone: Number.NaN }
    return { value: withStreams, against: alone, unit: 'µs' }
  }

  /** CPU time in microseconds of this process, which has the engine and the senders. */
  async function cpuPerRequest(requests: number): Promise<number> {
    // Waits until the cost of opening and closing streams is over: this measures open streams.
    await new Promise(resolve => setTimeout(resolve, 1_500))
    const before = process.cpuUsage()
    let last = ''
    for (let n = 0; n < requests; n++) last = await submitNext()
    await openedMs(last)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / requests
  }
})

/**
 * For idle streams. The target is 1.05, but two runs of the same load differ by more here. The limit is what
 * differs from noise: before streams were pushed by country, 300 idle ones made it 2.
 */
const looseRatioMax = 1.2

/** Records when each request is first on the board, by the first eight characters of its number. */
const watchRows = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const shown = new Map<string, number>()
    Object.assign(globalThis, { shown })
    const look = (): void => {
      for (const { textContent: id } of document.querySelectorAll('tbody .row-link + .figures bdi'))
        if (!shown.has(id)) shown.set(id, Date.now())
    }
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
  })

const rowShownMs = (page: Page, requestId: string): Promise<number | undefined> =>
  page.evaluate(id => (globalThis as unknown as { shown: Map<string, number> }).shown.get(id), requestId.slice(0, 8))
