import type { CommandKind } from '@holdfast/payment-stop/language'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTranslate } from '../../packages/desk-web/src/locales/translate.ts'
import { destroyKeys } from '../src/destroy-keys.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, type Person, reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

const tan = ['SG', 'officer', 'a.tan'] as const
const lim = ['SG', 'officer', 'b.lim'] as const

describe.skipIf(missingBrowser())('encrypted notes of a desk', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  let bank: Institution
  let requestId: string
  const reference = 'ENCRYPTED-WORK-1'
  const workOf = (page: Page) => page.locator('.work')

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine()
    browser = await openBrowser(engine.deskUrl)
    bank = await startBank(engine, { plan: () => [] })
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(917_001, { caseReference: reference }), 'encrypted-work-page')
    await reaches(engine, requestId, 'verified')
  })
  afterAll(async () => {
    await browser?.close()
    await bank?.stop()
    await engine?.stop()
  })

  test('are readable while their keys exist, and shown as erased afterwards, in the reader’s language', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, tan, `/requests/${requestId}`)
    await workOf(page).getByLabel('New note').fill('The marmaladefox rang twice')
    await workOf(page).getByRole('button', { name: 'Add the note' }).click()
    await workOf(page).locator('p.note-text', { hasText: 'The marmaladefox rang twice' }).waitFor()
    await workOf(page).getByRole('button', { name: 'Strike…' }).click()
    await page.getByRole('dialog').getByLabel('What is wrong with it').fill('It was the peridotlady')
    await page.getByRole('button', { name: 'Strike', exact: true }).click()
    await workOf(page).getByText('It was the peridotlady').waitFor()
    await workOf(page).getByLabel('New note').fill('The malachiteowl called')
    await workOf(page).getByRole('button', { name: 'Add the note' }).click()
    await workOf(page).locator('p.note-text', { hasText: 'The malachiteowl called' }).waitFor()
    await workOf(page).getByRole('button', { name: 'Snooze…' }).click()
    await page.getByLabel('Until tomorrow, 8:00').check()
    await page.getByLabel('Reason (may be left out)').fill('Gabbroquarry is closed')
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click()
    await workOf(page).getByText('Gabbroquarry is closed').waitFor()

    await destroyKeys(engine, requestId)
    await eventually(async () => {
      await page.reload()
      await workOf(page).locator('del').waitFor()
      return (
        (await workOf(page)
          .locator('del', { hasText: en('erasedData') })
          .count()) || undefined
      )
    }, 'the note is gone')
    expect(
      await workOf(page)
        .locator('p.note-text', { hasText: en('erasedData') })
        .count(),
    ).toBe(1)
    await workOf(page)
      .locator('.asleep', { hasText: en('erasedData') })
      .waitFor()
    // Two notes, why one was struck, and why it was snoozed.
    expect(await workOf(page).getByText(en('erasedData')).count()).toBe(4)
    expect(await workOf(page).textContent()).not.toMatch(/marmaladefox|peridotlady|malachiteowl|Gabbroquarry/)
    expect(await accessibilityFaults(page)).toEqual([])

    await page.goto('/inbox?list=snoozed')
    await page.locator('.asleep-row', { hasText: reference }).getByText(en('erasedData')).waitFor()
    await context.close()
  })

  test.each([[fr], [es], [ar]] as const)('is shown as gone in $0.tag', async t => {
    const { page, context } = await browser.person({ language: t.tag })
    await signInAs(page, tan, `/requests/${requestId}`)
    await workOf(page)
      .locator('del', { hasText: t('erasedData') })
      .waitFor()
    await context.close()
  })

  test('name the actor while the keys of the request exist, and show some digits of the pseudonym afterwards', async () => {
    const ended = await submit(
      engine,
      ['SG', 'system'],
      buildRequestNumber(917_002, { caseReference: 'ENCRYPTED-ACTORS-1' }),
      'encrypted-actors-page',
    )
    await reaches(engine, ended, 'verified')
    const act = async (person: Person, command: CommandKind, data: object) =>
      expect(await clientsOf(engine, person).desk.act(ended, command, data, { idempotencyKey: command })).toMatchObject({ ok: true })
    const court = { authority: 'Court of Singapore', reference: 'HC-77/2026', date: '2026-11-20' }
    await act(tan, 'Withdraw', { reason: 'The victim was paid back' })
    await act(tan, 'OrderErasure', court)
    const { page, context } = await browser.person()
    await signInAs(page, lim, `/requests/${ended}`)
    const factOf = (name: string) => page.locator('li.fact', { has: page.getByRole('heading', { name, exact: true }) })
    await page.locator('.proposals', { hasText: 'a.tan' }).waitFor()
    await factOf(en('facts.RequestWithdrawn')).getByText('a.tan').waitFor()
    await act(lim, 'OrderErasure', court)
    await eventually(async () => {
      await page.reload()
      await factOf(en('facts.DestructionConfirmed')).waitFor()
      return (await page.getByText('a.tan').count()) === 0 || undefined
    }, 'no person is named')
    const [withdrawn, ordered] = [factOf(en('facts.RequestWithdrawn')), factOf(en('facts.ErasureOrdered'))]
    const digits = (await withdrawn.textContent())?.match(/#[0-9a-f]{8}/)?.[0]
    // The proposer has the same digits.
    expect((await ordered.textContent())?.match(/#[0-9a-f]{8}/g)).toEqual([expect.not.stringMatching(String(digits)), digits])
    expect(await accessibilityFaults(page)).toEqual([])
    await context.close()
  })

  test('keep the page’s security policy', () => expect(browser.wrongs).toEqual([]))
})
