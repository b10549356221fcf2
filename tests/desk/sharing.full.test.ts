import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends, everyBackend } from '../src/backends.ts'
import { type Engine, reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['SG', 'officer', 'a.tan'] as const
const unit = ['FR', 'officer', 'c.martin', 'cybercrime'] as const

describeOnBackends('sharing', { skip: missingBrowser(), on: everyBackend }, backend => {
  let engine: Engine
  let browser: TestBrowser
  let requestId = ''
  const number = 720_000 + 1_000 * everyBackend.indexOf(backend)

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(number), `shared-${number}`)
    await reaches(engine, requestId, 'verified')
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  test('an officer shares a request: a unit of another country finds it in its inbox without a reload, reads it and cannot give commands', async () => {
    const [one, other] = [await browser.person(), await browser.person()]
    await signInAs(other.page, unit)
    await other.page.getByText('Nothing is shared with your unit.').waitFor()
    await signInAs(one.page, officer, `/requests/${requestId}`)
    await one.page.getByText('Only the two countries see it.').waitFor()
    await one.page.getByRole('button', { name: 'Share the request' }).click()
    const dialog = one.page.getByRole('dialog')
    await dialog.getByLabel(/^Country/).fill('FR')
    await dialog.getByLabel(/^Unit/).selectOption('cybercrime')
    await dialog.getByLabel(/^How much it sees/).selectOption('history')
    await dialog.getByLabel(/^Purpose/).fill('The same accounts stand in its cases')
    await one.page.getByRole('button', { name: 'Review' }).click()
    await dialog.getByText('The unit sees from now on what you let it see').waitFor()
    await one.page.getByRole('button', { name: 'Do it' }).click()
    await one.page.getByText('Done: Request shared.').first().waitFor()

    await other.page.locator(`a[href="/requests/${requestId}"]`).click()
    await other.page.getByText('Your unit reads what is shared with it and gives no commands.').waitFor()
    await other.page.getByText(/\d facts, each hash checked here/).waitFor()
    expect(await other.page.getByRole('button', { name: 'Withdraw the request' }).count()).toBe(0)
    expect(await other.page.getByRole('link', { name: 'Work' }).count()).toBe(0)
    for (const page of [one.page, other.page]) expect(await accessibilityFaults(page)).toEqual([])
    for (const { context } of [one, other]) await context.close()
  })

  test('and after the share is withdrawn, the unit finds it no longer', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/requests/${requestId}`)
    await page.getByRole('button', { name: 'Withdraw a share' }).click()
    await page
      .getByRole('dialog')
      .getByLabel(/^Reason/)
      .fill('Its case is closed')
    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Do it' }).click()
    await page.getByText('Only the two countries see it.').waitFor()
    await context.close()
    const other = await browser.person()
    await signInAs(other.page, unit, `/requests/${requestId}`)
    await other.page.getByText('Your country has no request with this number.').waitFor()
    await other.context.close()
  })

  test('keeps the security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
