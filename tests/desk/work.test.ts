import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkEvent } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadTranslate } from '../../packages/desk-web/src/locales/translate.ts'
import { backends, describeOnBackends } from '../src/backends.ts'
import { clientsOf, type Engine, reaches, submit, tokenOf } from '../src/engine.ts'
import { runHoldfast } from '../src/holdfast-command.ts'
import { accessibilityFaults, buildPage, liveWithinMs, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'
import { speak } from './src/page-states.ts'

const ar = await loadTranslate('ar')

const tan = ['SG', 'officer', 'a.tan'] as const
const lim = ['SG', 'officer', 'b.lim'] as const

describeOnBackends('the work of a desk', { skip: missingBrowser() }, backend => {
  let engine: Engine
  let browser: TestBrowser
  let bank: Institution
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-work-'))
  // On Kafka other tests use the same ledger: this one uses payments of its own.
  let count = 950_000 + 1_000 * backends.indexOf(backend)

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    bank = await startBank(engine, { plan: () => [] })
  })
  afterAll(async () => {
    await browser?.close()
    await bank?.stop()
    await engine?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function opened(): Promise<{ requestId: string; reference: string }> {
    const document = buildRequestNumber(++count)
    const requestId = await submit(engine, ['SG', 'system'], document, `work-${count}`)
    await reaches(engine, requestId, 'verified')
    return { requestId, reference: document.caseReference }
  }
  /** Money moved onward to the requester's own country: no onward request opens there, and its desk gets a task. */
  async function alerted(): Promise<{ requestId: string; reference: string }> {
    const request = await opened()
    const { desk } = clientsOf(engine, ['TL', 'institution'])
    const moved = { amount: { currency: 'USD', value: '1.00' }, country: 'SG' }
    const given = await desk.act(request.requestId, 'ReportMovedOnward', moved, { idempotencyKey: `moved-${request.requestId}` })
    if (!given.ok) throw new Error(JSON.stringify(given.error))
    return request
  }
  const workOf = (page: Page) => page.locator('.work')
  const row = (page: Page, reference: string) => page.locator('.work-row', { hasText: reference })

  test('is visible to a colleague of the country without a reload, and to no other country', async () => {
    const { requestId } = await opened()
    const [one, two, dili] = [await browser.person(), await browser.person(), await browser.person()]
    await signInAs(one.page, tan, `/requests/${requestId}`)
    await signInAs(two.page, lim, `/requests/${requestId}`)
    await signInAs(dili.page, ['TL', 'officer', 'm.soares'], `/requests/${requestId}`)
    for (const { page } of [one, two, dili]) await workOf(page).getByText('It is unassigned.').waitFor()
    await two.page.getByText('Live', { exact: true }).waitFor()

    await workOf(one.page).getByRole('button', { name: 'Give to…' }).click()
    await one.page.getByRole('dialog').getByLabel('To whom').fill('B.Lim')
    await one.page.getByRole('button', { name: 'Give', exact: true }).click()
    await workOf(two.page).getByText('You have it.').waitFor({ timeout: liveWithinMs })
    await workOf(one.page).getByText('b.lim has it.').waitFor()

    await workOf(one.page).getByLabel('New note').fill('The bank asks for the police report')
    await workOf(one.page).getByRole('button', { name: 'Add the note' }).click()
    await workOf(two.page).getByText('The bank asks for the police report').waitFor({ timeout: liveWithinMs })

    await workOf(two.page).getByRole('button', { name: 'Strike…' }).click()
    await two.page.getByRole('dialog').getByLabel('What is wrong with it').fill('It was another bank')
    await two.page.getByRole('button', { name: 'Strike', exact: true }).click()
    await workOf(one.page).locator('del', { hasText: 'The bank asks for the police report' }).waitFor({ timeout: liveWithinMs })

    await dili.page.reload()
    await workOf(dili.page).getByText('No notes.').waitFor()
    await workOf(dili.page).getByText('It is unassigned.').waitFor()
    for (const { context } of [one, two, dili]) await context.close()
  })

  test('can be assigned in bulk, snoozed and resumed', async () => {
    const requests = [await opened(), await opened()]
    const { page, context } = await browser.person()
    await signInAs(page, ['SG', 'officer', 'bulk'], '/inbox?list=unassigned')
    for (const { reference } of requests) await page.getByLabel(`Choose ${reference}`, { exact: true }).check()
    await page.getByText('2 chosen').waitFor()
    await page.getByRole('button', { name: 'Take it' }).click()
    await page.getByText('Done for 2 requests.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Done for 2 requests.')
    await page.getByRole('link', { name: 'For me' }).click()
    for (const { reference } of requests) await row(page, reference).waitFor()

    const [first] = requests as [(typeof requests)[number]]
    await page.getByLabel(`Choose ${first.reference}`, { exact: true }).check()
    await page.getByRole('button', { name: 'Snooze…' }).click()
    await page.getByLabel('Until tomorrow, 8:00').check()
    await page.getByLabel('Reason (may be left out)').fill('The bank is closed')
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click()
    await page.getByText('Done for 1 request.').waitFor()
    await row(page, first.reference).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Snoozed' }).click()
    await row(page, first.reference).getByText('The bank is closed').waitFor()
    await row(page, first.reference).getByRole('button', { name: 'Bring back now' }).click()
    await row(page, first.reference).waitFor({ state: 'detached' })
    await page.goto('/inbox?list=me')
    await row(page, first.reference).waitFor()
    await context.close()
  })

  test('stays in place during a user’s work, and says that it has changed', async () => {
    const [kept, taken] = [await opened(), await opened()]
    const [one, two] = [await browser.person(), await browser.person()]
    await signInAs(one.page, tan, '/inbox?list=unassigned')
    await one.page.getByText('Live', { exact: true }).waitFor()
    await one.page.getByLabel(`Choose ${kept.reference}`, { exact: true }).check()
    await signInAs(two.page, lim, `/requests/${taken.requestId}`)
    await workOf(two.page).getByRole('button', { name: 'Take it' }).click()
    await one.page.getByText('The list has changed.').waitFor({ timeout: liveWithinMs })
    expect(await row(one.page, taken.reference).count()).toBe(1)
    await one.page.getByRole('button', { name: 'Show it as it is now' }).click()
    await row(one.page, taken.reference).waitFor({ state: 'detached' })
    for (const { context } of [one, two]) await context.close()
  })

  test('lists tasks until an officer handles them', async () => {
    const { requestId, reference } = await alerted()
    const { page, context } = await browser.person()
    await signInAs(page, tan, '/inbox?list=look')
    const alert = page.locator('.alert', { hasText: reference })
    await alert.first().waitFor({ timeout: 10_000 })
    await speak(page, 'ar')
    const said = await page.locator('.alert-said > p:nth-child(2)').allInnerTexts()
    expect(said).toContain(ar('alerts.unfollowed.SAME_COUNTRY'))
    for (const sentence of said) expect(sentence).not.toMatch(/[A-Za-z]{2,} +[A-Za-z]{2,}/)
    await speak(page, 'en')
    await alert
      .first()
      .getByRole('button', { name: `I see to it: ${reference}` })
      .click()
    await alert.waitFor({ state: 'detached' })
    await page.goto(`/requests/${requestId}`)
    await workOf(page)
      .getByText(/Seen to by/)
      .waitFor()
    await context.close()
  })

  test('is handed over to the next shift, with a summary', async () => {
    const { requestId, reference } = await opened()
    const [day, night] = [await browser.person(), await browser.person()]
    await signInAs(day.page, ['SG', 'officer', 'day'], `/requests/${requestId}`)
    await workOf(day.page).getByRole('button', { name: 'Take it' }).click()
    await workOf(day.page).getByText('You have it.').waitFor()
    await signInAs(night.page, ['SG', 'officer', 'night'], '/inbox?list=me')
    await night.page.getByText('Live', { exact: true }).waitFor()

    await day.page.goto('/inbox?list=me')
    await row(day.page, reference).waitFor()
    await day.page.getByRole('button', { name: 'Hand over my shift…' }).click()
    await day.page.getByLabel('To whom').fill('night')
    await day.page.getByLabel('What the next shift has to know').fill('Call Dili at nine')
    await day.page.getByRole('button', { name: 'Hand over', exact: true }).click()
    await day.page.getByText('Handed over with 1 request.').waitFor()
    await row(night.page, reference).waitFor({ timeout: liveWithinMs })
    await night.page.goto(`/requests/${requestId}`)
    await night.page.getByText('All that was done').click()
    await workOf(night.page).getByText('Call Dili at nine').waitFor()
    for (const { context } of [day, night]) await context.close()
  })

  test('records each reveal of an encrypted field, with its purpose, before it is shown', async () => {
    const { requestId } = await opened()
    const { page, context } = await browser.person()
    // The page receives a redacted document, while this engine stores it in plaintext.
    await page.route(`**/v1/requests/${requestId}`, async route => {
      const answer = await route.fetch()
      const shown = await answer.json()
      const [first] = shown.history
      first.data.request.payment.creditor.name = { encrypted: { kid: 'key-1', box: 'A'.repeat(60) } }
      first.data.request.victim.name = { gone: { since: '2026-01-01T00:00:00Z' } }
      await route.fulfill({ json: shown })
    })
    await signInAs(page, tan, `/requests/${requestId}`)
    await page.getByText(/Gone, since/).waitFor()
    await page.getByText('Encrypted', { exact: true }).waitFor()
    const creditor = buildRequestNumber(count).payment.creditor.name
    expect(await page.getByText(creditor).count()).toBe(0)
    await page.getByRole('button', { name: 'Reveal: Creditor' }).click()
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('What for').fill('To call the bank of the creditor')
    await page.getByRole('button', { name: 'Reveal', exact: true }).click()
    await page.getByText(creditor).first().waitFor()
    await page.getByText('All that was done').click()
    await workOf(page).getByText('To call the bank of the creditor').waitFor()
    await context.close()
  })

  test('is a chain that is verified without the engine, which finds a changed line', async () => {
    const token = await tokenOf(engine, tan)
    const answer = await fetch(`${engine.deskUrl}/v1/work-log`, { headers: { authorization: `Bearer ${token}` } })
    const log = await answer.text()
    const kinds = log
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as WorkEvent).type.split('.').at(-1))
    expect(kinds).toEqual(
      expect.arrayContaining([
        'RequestAssigned',
        'NoteTaken',
        'NoteStruck',
        'AlertAcknowledged',
        'RequestSnoozed',
        'ShiftHandedOver',
        'FieldRevealed',
      ]),
    )
    const file = join(folder, 'work.jsonl')
    writeFileSync(file, log)
    expect(await runHoldfast(engine, 'verify', '--work', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`intact: ${kinds.length} events`),
    })
    writeFileSync(file, log.replace('police report', 'press report'))
    expect(await runHoldfast(engine, 'verify', '--work', file)).toMatchObject({ code: 1, err: expect.stringContaining('it was changed') })
  })

  test('is hidden from a bank’s users, who see their own approvals and alerts', async () => {
    const { requestId } = await opened()
    const { page, context } = await browser.person()
    await signInAs(page, ['TL', 'institution', 'teller'], '/inbox')
    await page.getByText('You agree here to what your side has proposed, and see what has to be looked at.').waitFor()
    expect(await page.getByRole('link', { name: 'For me' }).count()).toBe(0)
    await page.goto(`/requests/${requestId}`)
    await page.locator('.fact').first().waitFor()
    expect(await workOf(page).count()).toBe(0)
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
