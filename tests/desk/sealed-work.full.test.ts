import type { CommandKind } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ar } from '../../packages/desk-web/src/words/ar.ts'
import { en } from '../../packages/desk-web/src/words/en.ts'
import { es } from '../../packages/desk-web/src/words/es.ts'
import { fr } from '../../packages/desk-web/src/words/fr.ts'
import { destroyKeys } from '../src/destroy-keys.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, type Person, reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const tan = ['SG', 'officer', 'a.tan'] as const
const lim = ['SG', 'officer', 'b.lim'] as const

describe.skipIf(missingBrowser())('what the desk noted of a request, sealed', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  let bank: Institution
  let requestId: string
  const reference = 'SEALED-WORK-1'
  const workOf = (page: Page) => page.locator('.work')

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine()
    browser = await openBrowser(engine.deskUrl)
    bank = await startBank(engine, { plan: () => [] })
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(917_001, { caseReference: reference }), 'sealed-work-page')
    await reaches(engine, requestId, 'verified')
  })
  afterAll(async () => {
    await browser?.close()
    await bank?.stop()
    await engine?.stop()
  })

  test('is shown while its keys are there, and as gone once they are destroyed, in the reader’s language', async () => {
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
    await workOf(page).getByRole('button', { name: 'Put aside…' }).click()
    await page.getByLabel('Until tomorrow, 8:00').check()
    await page.getByLabel('Reason (may be left out)').fill('Gabbroquarry is closed')
    await page.getByRole('dialog').getByRole('button', { name: 'Put aside' }).click()
    await workOf(page).getByText('Gabbroquarry is closed').waitFor()

    await destroyKeys(engine, requestId)
    await eventually(async () => {
      await page.reload()
      await workOf(page).locator('del').waitFor()
      return (await workOf(page).locator('del', { hasText: en.wordsGone }).count()) || undefined
    }, 'the note is gone')
    expect(await workOf(page).locator('p.note-text', { hasText: en.wordsGone }).count()).toBe(1)
    await workOf(page).locator('.asleep', { hasText: en.wordsGone }).waitFor()
    // Two notes, why one was struck, and why it was put aside.
    expect(await workOf(page).getByText(en.wordsGone).count()).toBe(4)
    expect(await workOf(page).textContent()).not.toMatch(/marmaladefox|peridotlady|malachiteowl|Gabbroquarry/)
    expect(await accessibilityFaults(page)).toEqual([])

    await page.goto('/inbox?list=snoozed')
    await page.locator('.asleep-row', { hasText: reference }).getByText(en.wordsGone).waitFor()
    await context.close()
  })

  test.each([fr, es, ar])('is shown as gone in $tag', async words => {
    const { page, context } = await browser.person({ language: words.tag })
    await signInAs(page, tan, `/requests/${requestId}`)
    await workOf(page).locator('del', { hasText: words.wordsGone }).waitFor()
    await context.close()
  })

  test('who acted is named for as long as the keys of the request are there, and then told from others by some digits', async () => {
    const ended = await submit(
      engine,
      ['SG', 'system'],
      buildRequestNumber(917_002, { caseReference: 'SEALED-ACTORS-1' }),
      'sealed-actors-page',
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
    await factOf(en.facts.RequestWithdrawn).getByText('a.tan').waitFor()
    await act(lim, 'OrderErasure', court)
    await eventually(async () => {
      await page.reload()
      await factOf(en.facts.DestructionConfirmed).waitFor()
      return (await page.getByText('a.tan').count()) === 0 || undefined
    }, 'nobody is named')
    const [withdrawn, ordered] = [factOf(en.facts.RequestWithdrawn), factOf(en.facts.ErasureOrdered)]
    const digits = (await withdrawn.textContent())?.match(/#[0-9a-f]{8}/)?.[0]
    // Who proposed it is the same one.
    expect((await ordered.textContent())?.match(/#[0-9a-f]{8}/g)).toEqual([expect.not.stringMatching(String(digits)), digits])
    expect(await accessibilityFaults(page)).toEqual([])
    await context.close()
  })

  test('nothing of it is against the policy of the page', () => expect(browser.wrongs).toEqual([]))
})
