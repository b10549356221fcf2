import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type Engine, reaches, submit } from '../src/engine.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

// Performs docs/desk/handle-a-request.md, with the labels of the page alone.

const page = readFileSync(join(import.meta.dirname, '../../docs/desk/handle-a-request.md'), 'utf8')
const label = (text: string): string => {
  if (!page.includes(`**${text}**`)) throw new Error(`docs/desk/handle-a-request.md has no label ${text}`)
  return text
}
const press = (on: Page | Locator, text: string) => on.getByRole('button', { name: label(text), exact: true }).click()
const shows = (on: Page | Locator, text: string) => on.getByText(text).first().waitFor()

describeOnBackends('the page about handling a request', { skip: missingBrowser() }, backend => {
  let engine: Engine
  let browser: TestBrowser
  let bank: Institution

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

  test('leads two people of an authority to a confirmed hold', async () => {
    const document = buildRequestNumber(760_000)
    const requestId = await submit(engine, ['SG', 'system'], document, 'handle-a-request')
    await reaches(engine, requestId, 'frozen')

    const one = await browser.person()
    await signInAs(one.page, ['TL', 'authority', 'a.judge'])
    await one.page.locator('main label', { hasText: label('Frozen') }).click()
    await one.page.locator(`a.row-link[href="/requests/${requestId}"]`).click()
    for (const section of ['Money', 'Deadlines', 'Who and what', 'History']) await shows(one.page, label(section))
    await shows(one.page, label('The hold ends'))
    await one.page.getByText(/each hash checked here/).waitFor()
    await press(one.page, 'Take it')

    await press(one.page, 'Confirm the hold')
    const dialog = one.page.getByRole('dialog')
    const field = (name: string) => dialog.getByLabel(new RegExp(`^${label(name)}`))
    await field('Instrument').selectOption('COURT_ORDER')
    await field('Authority').fill('Dili District Court')
    await field('Reference').fill('DDC-7')
    await field('Date').fill('2024-07-23')
    await field('Ends at').waitFor()
    await press(one.page, 'Review')
    await dialog.getByRole('button', { name: label('Back'), exact: true }).waitFor()
    await press(one.page, 'Propose')
    await shows(one.page, label('Proposed: another person of your side has to approve.'))

    const other = await browser.person()
    await signInAs(other.page, ['TL', 'authority', 'b.judge'])
    await other.page.getByRole('link', { name: /awaiting second approval/ }).click()
    await other.page.getByRole('link', { name: label('Open the request') }).click()
    await press(other.page, 'Give the second approval')
    await shows(other.page.getByRole('dialog'), 'DDC-7')
    await press(other.page.getByRole('dialog'), 'Give the second approval')
    await shows(other.page, 'Done: Hold confirmed')
    await shows(other.page.locator('.fact'), label('Hold confirmed'))
    expect((await reaches(engine, requestId, 'frozen.mandate.confirmed')).request.amounts.frozen).toEqual(document.payment.amount)
    for (const { context } of [one, other]) await context.close()
  })
})
