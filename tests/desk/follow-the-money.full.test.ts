import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '@holdfast/payment-stop/language'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHoldfast } from '../src/holdfast-command.ts'
import { longSessionMs, type StoryWorld, startStoryWorld } from '../src/story-world.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['SG', 'officer', 'a.tan'] as const
const usd = (value: string) => ({ currency: 'USD', value })
const onwardTo = (nth: number, bic: string) => ({
  rail: 'SWIFT' as const,
  uetr: `5e6d7c8b-4b5a-4968-8776-${String(nth).padStart(12, '0')}`,
  executedAt: '2024-07-23T09:45:00+08:00',
  creditor: { name: `Invented Trading ${nth}`, account: { other: `00990${nth}` } },
  creditorAgent: { bic },
})

describe.skipIf(missingBrowser())('money that went over three countries', () => {
  let world: StoryWorld
  let browser: TestBrowser
  let first: string
  let second: string
  let third: string
  let reference: string
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'))

  /** Its bank reports that money moved onward to another country, and Singapore agrees to an onward request. */
  async function moves(requestId: string, nth: number, country: string, value: string): Promise<string> {
    const order = await world.orderOf(requestId, 'freeze')
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd(value), country, onward: onwardTo(nth, `EXMP${country}HX`) } })
    const { sequence } = await world.fact(requestId, 'MovedOnwardReported')
    const followed = await world.act(officer, requestId, 'FollowOnward', { report: sequence })
    expect(followed.ok, JSON.stringify(followed)).toBe(true)
    const fact = (await world.fact(requestId, 'OnwardFollowed')) as Fact & { data: { child: { requestId: string } } }
    return fact.data.child.requestId
  }

  beforeAll(async () => {
    buildPage()
    world = await startStoryWorld(['TL', 'AE', 'MY'], { sessionMsMax: longSessionMs })
    browser = await openBrowser(world.engine.deskUrl)
    const { requestId, order } = await world.order()
    first = requestId
    await world.answer(order, { kind: 'acknowledged', details: {} })
    await world.fact(first, 'OrderAcknowledged')
    second = await moves(first, 1, 'AE', '600.00')
    third = await moves(second, 2, 'MY', '400.00')
    await world.answer(await world.orderOf(third, 'freeze'), {
      kind: 'frozen',
      details: { amount: usd('400.00'), basis: 'FIU_SUSPENSION' },
    })
    await world.reaches(third, 'frozen')
    // Singapore declines this one, and the rest is frozen where it was sent.
    await world.answer(order, { kind: 'movedOnward', details: { amount: usd('100.00'), country: 'VU', onward: onwardTo(3, 'EXMPVUHX') } })
    await world.fact(first, 'MovedOnwardReported', 2)
    await world.answer(order, { kind: 'frozen', details: { amount: usd('300.00'), basis: 'FIU_SUSPENSION' } })
    await world.reaches(first, 'frozen')
    const confirmation = { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: 'DDC-7', date: '2024-07-23' }
    expect(await world.together(['TL', 'authority'], first, 'ConfirmFreeze', confirmation)).toEqual(['proposed', 'applied'])
    expect(await world.kinds(first)).toHaveLength(9)
    reference = (await world.view(first)).caseReference
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await world?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is drawn hop by hop for the requesting country, with the declined report as an end', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/cases/SG/${reference}`)
    const boxes = page.locator('.trail-box')
    await boxes.first().waitFor()
    const told = await boxes.allInnerTexts()
    expect(told.map(text => text.split('\n')[0])).toEqual(['Singapore', 'Timor-Leste', 'United Arab Emirates', 'Malaysia', 'Vanuatu'])
    expect(told[1]).toMatch(/Frozen USD\s*300\.00/)
    expect(told[3]).toMatch(/Frozen USD\s*400\.00/)
    expect(told[4]).toContain('? waits for the requester’s word')
    expect(await page.locator('.trail-canvas path[data-known="false"]').count()).toBe(1)
    await page.getByText(/Of what moved onward, .*USD 600\.00.* is followed in 1 request/).waitFor()
    const starts = await boxes.evaluateAll(all => all.map(box => box.getBoundingClientRect().left))
    expect([...starts].slice(0, 4)).toEqual([...starts].slice(0, 4).sort((a, b) => a - b))
    await page.locator('.trail-box').getByRole('link', { name: 'Malaysia' }).click()
    await page.waitForURL(url => url.pathname === `/requests/${third}`)
    await context.close()
  })

  test('is shown to a country on its way as far as it is a party, and not before or after', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, ['AE', 'officer', 'x'], `/cases/SG/${reference}`)
    await page.locator('.trail-box').first().waitFor()
    const told = await page.locator('.trail-box').allInnerTexts()
    expect(told.map(text => text.split('\n')[0])).toEqual(['? not known here', 'United Arab Emirates', 'Malaysia'])
    expect(told[2]).toContain('? not known here')
    // The number of the parent is no link for a country that is not its party.
    const asked = page.waitForResponse(answer => new URL(answer.url()).pathname === `/v1/requests/${first}`)
    await page.goto(`/requests/${second}`)
    const parent = page.locator('.request-head').getByText('Parent request')
    await parent.getByText(first.slice(0, 8)).waitFor()
    await page.getByText(/facts, each hash checked here/).waitFor()
    expect((await asked).status()).toBe(404)
    expect(await parent.getByRole('link').count()).toBe(0)
    await context.close()
    const own = await browser.person()
    await signInAs(own.page, officer, `/requests/${second}`)
    await own.page.locator(`.request-head a[href="/requests/${first}"]`).waitFor()
    await own.context.close()
  })

  test('is drawn from right to left in Arabic', async () => {
    const { page, context } = await browser.person({ language: 'ar' })
    await signInAs(page, officer, `/cases/SG/${reference}`)
    await page.locator('.trail-box').first().waitFor()
    const starts = await page.locator('.trail-box').evaluateAll(all => all.slice(0, 4).map(box => box.getBoundingClientRect().left))
    expect(starts).toEqual([...starts].sort((a, b) => b - a))
    await context.close()
  })

  test('is shown over time: the slider shows the state at fact 3 of 9', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/requests/${first}?at=3`)
    await page.getByText('Fact 3 of 9').first().waitFor()
    await page.locator('.phase[data-phase=verified]').first().waitFor()
    await page.locator('.orders .order-step').first().waitFor()
    expect(await page.locator('.orders .order-step').allInnerTexts()).toEqual([
      expect.stringMatching(/Ordered · because of fact 2/),
      expect.stringMatching(/Acknowledged/),
    ])
    await page.getByRole('slider').focus()
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(url => url.search === '?at=4')
    await page.getByText('Fact 4 of 9').first().waitFor()
    await context.close()
  })

  test('has an order: the bank’s country sees the order, its delivery and the message', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, ['TL', 'officer', 'x'], `/requests/${first}`)
    await page.getByText('Ready where the institution fetches its orders').waitFor()
    await page.locator('.orders').getByText('Money held').waitFor()
    await page.getByText('The message, as an institution gets it').first().click()
    await page.getByText('urn:iso:std:iso:20022:tech:xsd:camt.056.001.08').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the message' }).click()])
    expect(download.suggestedFilename()).toMatch(/^order-[0-9a-f-]{36}\.xml$/)
    expect(await accessibilityFaults(page)).toEqual([])
    await context.close()

    const other = await browser.person()
    await signInAs(other.page, officer, `/requests/${first}`)
    await other.page.getByText('are for its own country').waitFor()
    expect(await other.page.getByText('The message, as an institution gets it').count()).toBe(0)
    await other.context.close()
  })

  test('has a report for a court: the page checks every hash, and any reader can do so without the engine', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/cases/SG/${reference}`)
    await page.getByRole('link', { name: 'Report for a court' }).click()
    await page.getByText(/All \d+ facts: each hash was checked in this browser/).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Evidence file (.jsonl)' }).click(),
    ])
    const file = join(folder, download.suggestedFilename())
    await download.saveAs(file)
    const verified = await runHoldfast(world.engine, 'verify', file)
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('intact') })
    const printed = await page.locator('.report').textContent()
    expect(printed).toContain(createHash('sha256').update(readFileSync(file)).digest('hex'))
    const facts = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Fact)
    expect(printed).toContain(`All ${facts.length} facts`)
    const heads = [first, second, third].map(id => facts.findLast(({ subject }) => subject === id)?.hash ?? 'none')
    for (const head of heads) expect(printed).toContain(head)
    for (const { hash } of facts) expect(printed).toContain(hash)
    await context.close()
  })

  test('has no report where a fact does not match its hash', async () => {
    const { page, context } = await browser.person()
    await page.route(`**/v1/requests/${second}`, async route => {
      const answer = await route.fetch()
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace('holdfast/validation/rules', 'holdfast/validation/rulez'),
      })
    })
    await signInAs(page, officer, `/cases/SG/${reference}/report`)
    await page.getByText(/is not what its hash says/).waitFor()
    expect(await page.getByRole('button', { name: 'Print' }).isDisabled()).toBe(true)
    await context.close()
  })

  test('has a report on A4 with page numbers and without the surrounding page', async () => {
    const { page, context } = await browser.person({ theme: 'dark' })
    await signInAs(page, officer, `/cases/SG/${reference}/report`)
    await page.locator('.report').waitFor()
    await page.emulateMedia({ media: 'print' })
    for (const part of ['.bar', '.report-tools', '.callout']) expect(await page.locator(part).isVisible()).toBe(false)
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    // A4 in points.
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/)
    await context.close()
  })

  test('expires while the page is open, and the page shows it without a reload', async () => {
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/requests/${third}`)
    await page.locator('.request-head .phase[data-phase=frozen]').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    const { deadlines } = await world.view(third)
    const expiry = deadlines.find(({ kind }) => kind === 'holdExpiry')
    world.pass(Date.parse(expiry?.dueAt ?? '') - world.now().getTime() + 1_000)
    await page.locator('.fact', { hasText: 'Hold ended' }).waitFor({ timeout: 20_000 })
    await page.locator('.request-head .phase[data-phase=closed]').waitFor()
    await context.close()
  }, 40_000)

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
