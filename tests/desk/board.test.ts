import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backends, describeOnBackends } from '../src/backends.ts'
import { type Engine, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, liveWithinMs, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'
import { openLine } from './src/cut-line.ts'

const isMissing = missingBrowser()
const officer = ['SG', 'officer', 'a.tan'] as const

describeOnBackends('the board', { skip: isMissing }, backend => {
  let engine: Engine
  let browser: TestBrowser
  // On Kafka other tests use the same ledger: this one uses payments of its own.
  let count = 800_000 + 1_000 * backends.indexOf(backend)
  const nextRequest = () => submit(engine, ['SG', 'system'], buildRequestNumber(++count), `board-${count}`)

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  test('requires a sign-in, and shows a new request without a reload', async () => {
    const { page, context } = await browser.person()
    await page.goto('/')
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await signInAs(page, officer)
    await page.getByText('Live', { exact: true }).waitFor()
    const requestId = await nextRequest()
    await page.getByText(requestId.slice(0, 8)).waitFor({ timeout: liveWithinMs })
    await context.close()
  })

  test('has one stream for all tabs of a browser, and updates each', async () => {
    const { page, context } = await browser.person()
    let streams = 0
    context.on('request', request => {
      if (new URL(request.url()).pathname === '/v1/stream') streams++
    })
    await signInAs(page, officer)
    await page.getByText('Live', { exact: true }).waitFor()
    const second = await context.newPage()
    await second.goto('/')
    await second.getByRole('link', { name: /SG-/ }).first().waitFor()
    const requestId = await nextRequest()
    for (const each of [page, second]) await each.getByText(requestId.slice(0, 8)).waitFor({ timeout: liveWithinMs })
    expect(streams).toBe(1)
    await context.close()
  })

  test('can be navigated by keys, where single keys are on', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    await page.getByRole('link', { name: /SG-/ }).first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    const second = await page.locator('.row-link').nth(1).getAttribute('href')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe(second)
    await page.keyboard.press('/')
    await page.keyboard.type('jj')
    expect(await page.getByRole('searchbox').inputValue()).toBe('jj')
    await context.close()
  })

  test('keeps the filters in its address, and resets them with one button', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, '/?phase=frozen&sort=deadline')
    const frozen = page.getByRole('checkbox', { name: 'Frozen' })
    await expect.poll(() => frozen.isChecked()).toBe(true)
    expect(await page.getByRole('combobox', { name: 'Order' }).inputValue()).toBe('deadline')
    await page.getByRole('search').getByRole('button', { name: 'Clear' }).click()
    await page.waitForURL(url => url.search === '')
    await expect.poll(() => frozen.isChecked()).toBe(false)
    await context.close()
  })

  test('shows the time of its data on a lost connection, and is complete once it is restored', async () => {
    const line = await openLine(engine.deskUrl)
    const other = await openBrowser(line.url)
    const { page } = await other.person()
    await signInAs(page, officer)
    await page.getByText('Live', { exact: true }).waitFor()
    await page.locator('.row-link').first().waitFor()
    line.cut()
    await page.getByText(/^As of .*, reconnecting$/).waitFor({ timeout: 10_000 })
    const rows = await page.locator('.row-link').count()
    const requestId = await nextRequest()
    expect(rows).toBeGreaterThan(0)
    expect(await page.locator('.row-link').count()).toBe(rows)
    line.repair()
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 15_000 })
    await page.getByText(requestId.slice(0, 8)).waitFor({ timeout: 10_000 })
    expect(other.wrongs).toEqual([])
    await other.close()
    await line.close()
  })

  test('keeps named views for the person who saved them, without the search text', async () => {
    const { page, context } = await browser.person()
    const views = page.getByRole('region', { name: 'Saved views' })
    await signInAs(page, officer, '/?q=Tan')
    await page.getByRole('checkbox', { name: 'Frozen' }).check({ force: true })
    await views.getByRole('button', { name: 'Save as a view' }).click()
    await views.getByText('What is searched for is not kept with it').waitFor()
    await page.getByLabel('Name of the view').fill('Held')
    await page.keyboard.press('Enter')
    await views.getByRole('link', { name: 'Held' }).click()
    await page.waitForURL(url => url.search === '?phase=frozen')
    expect(await page.evaluate(() => localStorage.getItem('holdfast-views'))).toBe(
      JSON.stringify({ 'SG/officer/a.tan': [{ name: 'Held', search: { phase: 'frozen' } }] }),
    )

    await page.goto('/')
    await views.getByRole('link', { name: 'Held' }).click()
    await views.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('Name of the view').fill('Held now')
    await page.keyboard.press('Enter')
    await views.getByRole('link', { name: 'Held now' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.textContent === 'Rename')
    expect(await accessibilityFaults(page)).toEqual([])

    await signInAs(page, ['SG', 'officer', 'b.lim'], '/?phase=frozen')
    await views.getByRole('button', { name: 'Save as a view' }).waitFor()
    expect(await views.getByRole('link').count()).toBe(0)

    await signInAs(page, officer, '/?phase=frozen')
    await views.getByRole('button', { name: 'Delete the view' }).click()
    await views.getByRole('button', { name: 'Save as a view' }).waitFor()
    await context.close()
  })

  test('is filtered by corridor and by age, in an order that supports it', async () => {
    const requestId = await nextRequest()
    const { page, context } = await browser.person()
    await signInAs(page, officer, '/?sort=updated')
    await page.getByText(requestId.slice(0, 8)).waitFor()
    await page.getByRole('combobox', { name: 'Money is in' }).selectOption('TL')
    await page.waitForURL(url => url.search === '?to=TL')
    await page.getByText(requestId.slice(0, 8)).waitFor()
    await page.getByRole('combobox', { name: 'Age' }).selectOption({ label: '3 days and more' })
    await page.waitForURL(url => url.search === '?to=TL&age=3')
    await page.getByText('No request matches').waitFor()
    expect(await page.getByRole('option', { name: 'Changed last first' }).isDisabled()).toBe(true)
    await context.close()
  })

  test('has a way to every page and request by keys only', async () => {
    const requestId = await nextRequest()
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    await page.getByText(requestId.slice(0, 8)).waitFor()
    await page.keyboard.press('.')
    const field = page.getByRole('combobox', { name: 'Page, view, or number or case of a request' })
    await field.waitFor()
    await page.keyboard.type('wor')
    await page.getByRole('option', { name: 'Work' }).waitFor()
    expect(await page.getByRole('listbox').getByRole('option', { selected: true }).textContent()).toContain('Work')
    await page.keyboard.press('Enter')
    await page.waitForURL(url => url.pathname === '/inbox')

    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.waitForURL(url => url.pathname === '/')

    await page.keyboard.press('.')
    await field.waitFor()
    await page.keyboard.type(requestId.slice(0, 8))
    await page.getByRole('option', { name: requestId.slice(0, 8) }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    // The case first, then the request.
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(url => url.pathname === `/requests/${requestId}`)

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('.')
    await page.getByRole('group', { name: 'Looked at in this tab' }).getByRole('option').waitFor()
    await context.close()
  })

  test('opens the command palette also while another dialog closes', async () => {
    const requestId = await nextRequest()
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    await page.getByText(requestId.slice(0, 8)).waitFor()
    await page.keyboard.press('.')
    await page.getByRole('option', { name: 'Work' }).waitFor()
    await page.getByRole('combobox', { name: 'Page, view, or number or case of a request' }).evaluate(field => {
      const press = (at: Element, key: string) => at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      press(field, 'Enter')
      // The field of a closed dialog keeps the focus until the next frame.
      press(field, '?')
    })
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ timeout: liveWithinMs })
    await context.close()
  })

  test('ignores single keys that a user has switched off: the button remains', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    await page.locator('.row-link').first().waitFor()
    await page.locator('summary', { hasText: 'Settings' }).click()
    await page.getByRole('checkbox', { name: /Single keys/ }).uncheck()
    await page.locator('summary', { hasText: 'Settings' }).click()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('.')
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    const button = page.getByRole('button', { name: 'Search…' })
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Go to' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Search…')
    await context.close()
  })

  test('explains an empty list: by its filters, or in development how to play a story', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, ['VU', 'officer', 'x'])
    await page.getByText('No request yet. A new one appears here by itself.').waitFor()
    await page.getByText('npm run demo -- --desk').waitFor()
    expect(await page.getByRole('button', { name: 'Clear' }).count()).toBe(0)
    await page.goto('/?phase=closed&sort=updated')
    await page.getByText('No request matches.').waitFor()
    await page.locator('.blank').getByRole('button', { name: 'Clear' }).click()
    await page.getByText('No request yet.').waitFor()
    await context.close()
  })

  test('has settings that close by Escape, by a click outside and by navigation', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer)
    const button = page.locator('summary', { hasText: 'Settings' })
    const isOpen = () => page.locator('.menu').evaluate(menu => (menu as HTMLDetailsElement).open)
    for (const close of [
      () => page.keyboard.press('Escape'),
      () => page.locator('main').click({ position: { x: 5, y: 5 } }),
      () => page.keyboard.press('g').then(() => page.keyboard.press('i')),
    ]) {
      await button.click()
      expect(await isOpen()).toBe(true)
      await close()
      await page.waitForFunction(() => !(document.querySelector('.menu') as HTMLDetailsElement).open)
    }
    await page.waitForURL('**/inbox')
    await context.close()
  })

  test('says that the session has ended where the stream or another query is refused', async () => {
    for (const refuses of ['stream', 'list']) {
      const { page, context } = await browser.person()
      if (refuses === 'stream')
        await page.route('**/v1/stream', async route => {
          await context.clearCookies()
          await route.fulfill({ status: 401 })
        })
      await signInAs(page, officer, '/?phase=closed')
      if (refuses === 'list') {
        await page.locator('.live[data-live=true]').waitFor()
        await context.clearCookies()
        await page.getByText('Received', { exact: true }).first().click()
      }
      await page.getByRole('heading', { name: 'Your session has ended.' }).waitFor()
      expect(await page.locator('.bar').count()).toBe(0)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.locator('select[name=country]').selectOption('SG')
      await page.locator('button').click()
      await page.waitForURL(url => url.search.startsWith('?phase='))
      await context.close()
    }
  })

  test('keeps its security policy, and contacts no other origin', () => {
    expect(browser.wrongs).toEqual([])
  })
})
