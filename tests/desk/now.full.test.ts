import { readFileSync } from 'node:fs'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends, everyBackend } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['NO', 'officer', 'k.dahl'] as const
const secretariat = ['XP', 'officer', 'g.moreau'] as const

describeOnBackends('what is now', { skip: missingBrowser(), on: everyBackend }, backend => {
  let engine: Engine
  let browser: TestBrowser
  // On Kafka other tests use the same ledger: this one uses a country of its own.
  let count = 840_000 + 1_000 * everyBackend.indexOf(backend)
  const send = (to: string) => {
    const document = buildRequestNumber(++count, {
      requestingCountry: 'NO',
      beneficiaryCountry: to,
      payment: { amount: { currency: 'USD', value: '1000.00' } },
    })
    return submit(engine, ['NO', 'system'], document, `now-${count}`)
  }
  const requested = (page: Page) => page.locator('.totals [data-amount=requested] dd').first().textContent()

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    for (const to of ['TL', 'TL', 'TL', 'TL', 'TL', 'MT', 'MT', 'IS']) await send(to)
    const { desk } = clientsOf(engine, ['NO', 'officer'])
    await eventually(async () => {
      const listed = await desk.list()
      return listed.ok && listed.value.requests.length === 8 ? true : undefined
    }, 'the desk has all facts')
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  test('a new request is frozen, and the sums change without a reload and keep the focus', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, '/now')
    await page.getByRole('heading', { name: 'By corridor' }).waitFor()
    expect(await requested(page)).toBe('8,000.00')
    await page.getByText('Live', { exact: true }).waitFor()
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }))
    const field = page.getByRole('combobox', { name: 'Currency' })
    await field.focus()
    const requestId = await send('TL')
    await page.locator('.totals').getByText('9,000.00').waitFor({ timeout: 15_000 })
    const held = { amount: { currency: 'USD', value: '400.00' }, basis: 'VOLUNTARY' } as const
    const { desk } = clientsOf(engine, ['TL', 'institution'])
    // Money counts as frozen, whatever the rules ask first.
    const given = await eventually(async () => {
      const answer = await desk.act(requestId, 'ReportFreeze', held, { idempotencyKey: `held-${requestId}-${Date.now()}` })
      return answer.ok ? answer : undefined
    }, 'the bank holds')
    expect(given.ok).toBe(true)
    const corridor = page.getByRole('table', { name: 'By corridor' }).getByRole('row', { name: /Norway.*Timor-Leste/ })
    await corridor.getByText('400.00').waitFor({ timeout: 15_000 })
    expect(await corridor.getByRole('cell').first().textContent()).toBe('6')
    expect(await page.evaluate(() => [Object.hasOwn(window, 'isTheSamePage'), document.activeElement?.tagName])).toEqual([true, 'SELECT'])
    await context.close()
  })

  test('the selection is in the address, and a table can be exported as a file', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, '/now')
    await page.getByRole('combobox', { name: 'Opened in the last' }).selectOption('7')
    await page.waitForURL(url => url.search === '?days=7')
    const corridors = page.getByRole('region', { name: 'By corridor' })
    const [download] = await Promise.all([page.waitForEvent('download'), corridors.getByRole('button', { name: 'Export CSV' }).click()])
    const lines = readFileSync(await download.path(), 'utf8')
      .replace('\u{feff}', '')
      .trimEnd()
      .split('\r\n')
    expect(download.suggestedFilename()).toBe('corridors.csv')
    expect(lines[0]).toBe('"value","requests","cases","currency","requested","frozen","recovered"')
    expect(lines).toContain('"NO-MT","2","","USD","2000.00","0.00","0.00"')
    await context.close()
  })

  test('the map loads when it is opened, and not before', async () => {
    const { page, context } = await browser.person()
    const fetched: string[] = []
    page.on('request', request => fetched.push(new URL(request.url()).pathname))
    await signInAs(page, officer, '/now')
    await page.getByRole('heading', { name: 'By corridor' }).waitFor()
    expect(fetched.filter(path => path.includes('world-map'))).toEqual([])
    await page.getByRole('button', { name: 'Show the map' }).click()
    await page.getByRole('img', { name: /3 corridors/ }).waitFor()
    expect(await page.locator('.world-map .way').count()).toBe(3)
    await page.getByText('Borders and names are no statement').waitFor()
    expect(fetched.filter(path => path.includes('world-map'))).toHaveLength(1)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    await context.close()
  })

  test('the General Secretariat sees totals of all countries, without small numbers and without requests', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, secretariat, '/now')
    await page.getByText('What fewer than 5 requests stand behind is not shown').waitFor()
    const corridors = page.getByRole('region', { name: 'By corridor' })
    const all = corridors.getByRole('button', { name: /Show all/ })
    if ((await all.count()) > 0) await all.click()
    const small = corridors.getByRole('row', { name: /Norway.*Malta/ })
    expect(await small.getByText('not shown').count()).toBe(4)
    for (const name of ['Expires within 24 hours', 'Accounts that several cases lead to', 'By institution'])
      expect(await page.getByRole('heading', { name }).count(), name).toBe(0)
    expect(await page.locator('a[href^="/requests/"], a[href^="/cases/"]').count()).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
