import { referenceOf } from '@holdfast/payment-stop/iso20022'
import { topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolution } from '../../services/dispatch/test/bank-messages.ts'
import { backends, describeOnBackends } from '../src/backends.ts'
import { type Engine, reaches, submit, tokenOf } from '../src/engine.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const first = ['SG', 'officer', 'a.tan'] as const
const second = ['SG', 'officer', 'b.lim'] as const

describeOnBackends('a request', { skip: missingBrowser() }, backend => {
  let engine: Engine
  let browser: TestBrowser
  let bank: Institution
  // On Kafka other tests use the same ledger: this one uses payments of its own.
  let count = 700_000 + 1_000 * backends.indexOf(backend)

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    bank = await startBank(engine, {
      plan: ({ data }) => (data.kind === 'freeze' ? [{ kind: 'frozen', details: { amount: data.amount, basis: 'FIU_SUSPENSION' } }] : []),
    })
  })
  afterAll(async () => {
    await browser?.close()
    await bank?.stop()
    await engine?.stop()
  })

  /** A bank of Timor-Leste answers by an ISO 20022 message. */
  async function say(xml: string): Promise<void> {
    const token = await tokenOf(engine, ['TL', 'institution', 'a.bank'])
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
    await engine.streams.publish(topics.answers.name, [{ key: 'TL', value: xml, headers }])
  }

  const opened = () => submit(engine, ['SG', 'system'], buildRequestNumber(++count), `request-${count}`)
  async function held(): Promise<string> {
    const requestId = await opened()
    await reaches(engine, requestId, 'frozen')
    return requestId
  }

  test('is shown as verified and frozen without a reload', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, first)
    await page.getByText('Live', { exact: true }).waitFor()
    const requestId = await opened()
    await page.locator('.row-link', { hasText: 'SG-' }).first().waitFor()
    await page.locator(`a[href="/requests/${requestId}"]`).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('.phase[data-phase=frozen]').first().waitFor({ timeout: 10_000 })
    await page.getByText(/\d facts, each hash checked here/).waitFor()
    await context.close()
  })

  test('is withdrawn with dual approval: one officer proposes, another finds it in the inbox and approves', async () => {
    const requestId = await held()
    const one = await browser.person()
    await signInAs(one.page, first, `/requests/${requestId}`)
    await one.page.getByRole('button', { name: 'Withdraw the request' }).click()
    await one.page.getByRole('dialog').getByText('Another person of your side has to approve the identical command').waitFor()
    await one.page.getByRole('dialog').getByRole('textbox').first().fill('Paid back by another way')
    await one.page.getByRole('button', { name: 'Review' }).click()
    await one.page.getByText(/The request ends, and .*USD.* will be released\. This can not be undone\./).waitFor()
    await one.page.getByRole('button', { name: 'Propose' }).click()
    await one.page.getByText('Proposed: another person of your side has to approve.').waitFor()

    const other = await browser.person()
    await signInAs(other.page, second)
    await other.page.getByRole('link', { name: /awaiting second approval/ }).click()
    await other.page.waitForURL('**/inbox?list=second')
    await other.page
      .locator('.alert', { hasText: 'Withdraw the request' })
      .getByText(/USD\s+42,300,000\.00/)
      .first()
      .waitFor()
    await other.page.goto(`/requests/${requestId}`)
    await other.page.getByRole('button', { name: 'Give the second approval' }).click()
    await other.page.getByText('Paid back by another way').first().waitFor()
    await other.page
      .getByRole('dialog')
      .getByText(/Proposed by a\.tan/)
      .waitFor()
    await other.page.getByRole('dialog').getByRole('button', { name: 'Give the second approval' }).click()
    await other.page.getByText(/^Done: Request withdrawn, .*USD 42,300,000\.00/).waitFor()
    for (const { page } of [one, other]) await page.locator('.phase[data-phase=closed]').first().waitFor()
    await one.context.close()
    await other.context.close()
  })

  test('executes a command once where the answer was lost and the command repeated', async () => {
    const requestId = await held()
    const { page, context } = await browser.person()
    await signInAs(page, first, `/requests/${requestId}`)
    let sent = 0
    await page.route('**/commands', async route => {
      sent++
      const answer = await route.fetch()
      // The engine has the command, and its answer is lost.
      if (sent === 1) await route.abort('connectionreset')
      else await route.fulfill({ response: answer })
    })
    await page.getByRole('button', { name: 'Withdraw the request' }).click()
    await page.getByRole('dialog').getByRole('textbox').first().fill('Sent by mistake')
    await page.getByRole('button', { name: 'Review' }).click()
    await page.getByRole('button', { name: 'Propose' }).click()
    await page.getByRole('button', { name: /again/i }).click()
    await page.getByText('Proposed: another person of your side has to approve.').waitFor()
    expect(sent).toBe(2)
    await page.getByRole('button', { name: 'Close' }).click()
    const proposed = page.locator('.fact', { hasText: 'Action proposed' })
    await proposed.first().waitFor()
    expect(await proposed.count()).toBe(1)
    await context.close()
  })

  test('is shown over time: an address shows an earlier state, derived in the page', async () => {
    const requestId = await held()
    const { page, context } = await browser.person()
    await signInAs(page, first, `/requests/${requestId}?at=2`)
    await page
      .getByText(/Fact 2 of \d/)
      .first()
      .waitFor()
    await page.locator('.phase[data-phase=verified]').first().waitFor()
    await page.getByRole('button', { name: 'Now', exact: true }).first().click()
    await page.locator('.phase[data-phase=frozen]').first().waitFor()
    await page.waitForURL(url => url.search === '')
    await context.close()
  })

  test('shows orders and answers; the bank’s country sees the messages too', async () => {
    const requestId = await held()
    const one = await browser.person()
    await signInAs(one.page, first, `/requests/${requestId}`)
    await one.page.locator('.orders').getByText('Money held').waitFor()
    expect(await one.page.locator('.orders').getByText('The message').count()).toBe(0)
    const other = await browser.person()
    await signInAs(other.page, ['TL', 'officer', 'x'], `/requests/${requestId}`)
    await other.page.locator('.orders').getByText('Ready where the institution fetches its orders').waitFor()
    await other.page.locator('.orders').getByText('The message').first().click()
    await other.page.getByText('urn:iso:std:iso:20022:tech:xsd:camt.056.001.08').waitFor()

    await say(resolution({ id: `RSL-${requestId.slice(0, 8)}`, confirmation: 'PDCR', reason: 'RQDA', cases: [referenceOf(requestId)] }))
    for (const { page } of [one, other]) await page.locator('.orders').getByText('Interim answer').waitFor()
    await other.page.locator('.orders').getByText('Message of the institution').click()
    await other.page
      .locator('.orders')
      .getByText(`<Id>RSL-${requestId.slice(0, 8)}</Id>`)
      .waitFor()
    expect(await one.page.locator('.orders').getByText('Message of the institution').count()).toBe(0)
    await one.context.close()
    await other.context.close()
  })

  test('does not exist for another country', async () => {
    const requestId = await opened()
    const { page, context } = await browser.person()
    await signInAs(page, ['VU', 'officer', 'x'], `/requests/${requestId}`)
    await page.getByText('Your country has no request with this number.').waitFor()
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
