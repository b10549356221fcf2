import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const tan = ['SG', 'officer', 'a.tan'] as const
const lim = ['SG', 'officer', 'b.lim'] as const
const typed = 'Paid back by Hana Kobayashi'
const shiftMs = 8 * 3_600_000

describe.skipIf(missingBrowser())('an officer whose session ends while a form is open', () => {
  let world: StoryWorld
  let browser: TestBrowser

  beforeAll(async () => {
    buildPage()
    world = await startStoryWorld(['TL'])
    browser = await openBrowser(world.engine.deskUrl)
  })
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
  })

  /** The page of an officer, with a completed form to withdraw a new request. `sent` has the commands of the page. */
  async function withFilledForm() {
    const { requestId, order } = await world.order()
    await world.answer(order, { kind: 'frozen', details: { amount: order.data.amount, basis: 'FIU_SUSPENSION' } })
    await world.reaches(requestId, 'frozen')
    const { page, context } = await browser.person()
    const sent: string[] = []
    const addresses: string[] = []
    page.on('request', request => {
      addresses.push(request.url())
      if (request.url().endsWith('/commands')) sent.push(request.postData() ?? '')
    })
    const address = `/requests/${requestId}`
    await signInAs(page, tan, address)
    await page.getByRole('button', { name: 'Withdraw the request' }).click()
    await page.getByRole('dialog').getByRole('textbox').first().fill(typed)
    return { page, context, address, sent, addresses }
  }

  async function propose(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Propose' }).click()
  }

  async function returnAs(page: Page, [country, role, person]: typeof tan | typeof lim, address: string): Promise<void> {
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL('**/development-sign-in/**')
    await page.locator('select[name=country]').selectOption(country)
    await page.locator('select[name=role]').selectOption(role)
    await page.locator('input[name=person]').fill(person)
    await page.locator('button').click()
    await page.waitForURL(`**${address}`)
    await page.getByRole('button', { name: 'Withdraw the request' }).waitFor()
  }

  /** The stream ends with the session, and the page then asks who is signed in. */
  const sessionEnds = (page: Page) => page.getByText('Your session has ended.').waitFor({ timeout: 30_000 })

  /** What the browser stores for this tab, and for all. */
  const stored = (page: Page) => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]))

  test('for dual approval finds the form as it was, and proposes the command herself', async () => {
    const { page, context, address, sent, addresses } = await withFilledForm()
    world.pass(5 * 60_000 + 1_000)
    await propose(page)
    await page.getByText('Sign in again to do this').waitFor()
    await returnAs(page, tan, address)
    const dialog = page.getByRole('dialog', { name: 'Withdraw the request' })
    await dialog.waitFor()
    expect(await dialog.getByRole('textbox').first().inputValue()).toBe(typed)
    expect(sent).toHaveLength(1)
    expect(await stored(page)).not.toContain(typed)
    await propose(page)
    await page.getByText('Proposed: another person of your side has to approve.').waitFor()
    expect(sent).toEqual([sent[0], sent[0]])
    expect(addresses.filter(url => decodeURIComponent(url).includes('Kobayashi'))).toEqual([])
    await context.close()
  })

  test('after the end of the session finds the form as it was', async () => {
    const { page, context, address } = await withFilledForm()
    world.pass(shiftMs)
    await sessionEnds(page)
    expect(await stored(page)).toContain(typed)
    await returnAs(page, tan, address)
    const dialog = page.getByRole('dialog', { name: 'Withdraw the request' })
    await dialog.waitFor()
    expect(await dialog.getByRole('textbox').first().inputValue()).toBe(typed)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Withdraw the request' }).waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await stored(page)).not.toContain(typed)
    await context.close()
  })

  test('leaves nothing of the form to another person', async () => {
    const { page, context, address } = await withFilledForm()
    world.pass(shiftMs)
    await sessionEnds(page)
    expect(await stored(page)).toContain(typed)
    await returnAs(page, lim, address)
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await stored(page)).not.toContain(typed)
    await context.close()
  })

  test('leaves nothing of the form when she signs out in another tab', async () => {
    const { page, context } = await withFilledForm()
    const other = await context.newPage()
    await other.goto('/')
    await other.getByRole('button', { name: 'Sign out' }).click()
    await sessionEnds(page)
    expect(await stored(page)).not.toContain(typed)
    await context.close()
  })

  test('keeps the security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
