import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { emptyOpening, emptyOpeningId } from '../src/empty-opening.ts'
import { submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const night = ['', 'operator', 'night'] as const

/** The endpoint for the orders of Timor-Leste is an address where no server listens. */
function writeDirectory(dataDir: string): void {
  mkdirSync(join(dataDir, 'webhook-secrets'), { recursive: true, mode: 0o700 })
  const secret = `whsec_${randomBytes(32).toString('base64')}\n`
  writeFileSync(join(dataDir, 'webhook-secrets', 'a-key'), secret, { mode: 0o600 })
  const channel = { kind: 'webhook', url: 'http://127.0.0.1:9/secret-place', keyIds: ['a-key'], format: 'json' }
  writeFileSync(
    join(dataDir, 'directory.json'),
    JSON.stringify({ countries: { TL: [{ name: 'Kamanasa Bank, Dili', ncb: true, channel }] } }),
  )
}

describe.skipIf(missingBrowser())('an operator of an engine in trouble', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine({ prepare: async dataDir => writeDirectory(dataDir) })
    browser = await openBrowser(engine.deskUrl)
    await engine.streams.append(topics.ledger.name, 0, [{ key: emptyOpeningId, value: emptyOpening }])
    for (let number = 1; number <= 6; number++)
      await submit(engine, ['SG', 'system'], buildRequestNumber(number), `operations-in-trouble-${number}`)
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  test('sees paused endpoints: since when, how many orders wait and why, without their addresses', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    const row = page.getByRole('row').filter({ hasText: 'Kamanasa Bank, Dili' })
    await row.getByText('Left alone').waitFor({ timeout: 20_000 })
    // The last order can arrive after the first display.
    await row.getByRole('cell', { name: '6', exact: true }).waitFor({ timeout: 20_000 })
    expect(await row.textContent()).toContain('ECONNREFUSED')
    expect(await page.content()).not.toContain('secret-place')
    await context.close()
  })

  test('retries a parked request after a review, and reads that it stays parked', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    const row = page.getByRole('row').filter({ hasText: '0f0e0d0c' }).filter({ hasText: 'ledger' }).first()
    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(emptyOpeningId, { exact: true }).waitFor()
    await dialog.getByText('so it stays parked').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Try it again…' }).click()
    expect(await dialog.locator('.consequence').evaluate(place => place === document.activeElement)).toBe(true)
    await dialog.getByRole('button', { name: 'Try it again' }).click()
    await dialog.getByText('It stays parked.').waitFor({ timeout: 20_000 })
    await dialog.getByRole('button', { name: 'Close' }).click()
    await row.getByText('tried again and parked again').waitFor({ timeout: 15_000 })
    await context.close()
  })

  test('with an old session has to sign in again, and returns to the page', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, night, '/operations')
    // As the engine answers five minutes later.
    await page.route('**/redrive', route =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify({ code: 'SIGN_IN_AGAIN', detail: 'x' }) }),
    )
    await page.getByRole('row').filter({ hasText: '0f0e0d0c' }).first().getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Try it again…' }).click()
    await dialog.getByRole('button', { name: 'Try it again' }).click()
    await dialog.getByText('You signed in more than five minutes ago').waitFor()
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/development-sign-in/**')
    await page.locator('select[name=role]').selectOption('operator')
    await page.locator('button').click()
    await page.waitForURL('**/operations')
    await context.close()
  })

  test('keeps the security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
