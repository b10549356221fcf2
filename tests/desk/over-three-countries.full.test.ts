import type { CommandBody, CommandKind } from '@holdfast/payment-stop/language'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnBackends, everyBackend } from '../src/backends.ts'
import { clientsOf, type Engine, eventually, reaches, submit, together } from '../src/engine.ts'
import { buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const officer = ['SG', 'officer', 'a.tan'] as const
const usd = (value: string) => ({ currency: 'USD', value })
/** Long enough for a slow machine to show the hold before it ends. */
const heldMs = 20_000

// With the real clock, so that it runs on Kafka too: follow-the-money.full.test.ts covers the details in a story.
describeOnBackends('money that goes over three countries', { skip: missingBrowser(), on: everyBackend }, backend => {
  let engine: Engine
  let browser: TestBrowser
  // On Kafka other tests use the same ledger: this one uses payments of its own.
  const number = 930_000 + 1_000 * everyBackend.indexOf(backend)
  let first = ''
  const { caseReference } = buildRequestNumber(number)

  /** A person of a bank answers at the desk. */
  async function says<K extends CommandKind>(country: string, requestId: string, command: K, data: CommandBody<K>): Promise<number> {
    const { desk } = clientsOf(engine, [country, 'institution', 'a.bank'])
    const idempotencyKey = `${command}-${requestId.slice(0, 8)}`
    const given = await eventually(async () => {
      const answer = await desk.act(requestId, command, data, { idempotencyKey })
      if (!answer.ok) throw new Error(JSON.stringify(answer.error))
      return answer.value.view
    }, `${command} is decided`)
    return given.sequence
  }

  async function moves(requestId: string, from: string, to: string, value: string): Promise<string> {
    const nth = number + Number(value)
    const onward = {
      rail: 'SWIFT' as const,
      uetr: `5e6d7c8b-4b5a-4968-8776-${String(nth).padStart(12, '0')}`,
      executedAt: '2024-07-23T09:45:00+08:00',
      creditor: { name: `Invented Trading ${nth}`, account: { other: `00990${nth}` } },
      creditorAgent: { bic: `EXMP${to}HX` },
    }
    const report = await says(from, requestId, 'ReportMovedOnward', { amount: usd(value), country: to, onward })
    const asked = await clientsOf(engine, officer).desk.act(
      requestId,
      'FollowOnward',
      { report },
      { idempotencyKey: `follow-${requestId.slice(0, 8)}` },
    )
    if (!asked.ok) throw new Error(JSON.stringify(asked.error))
    const child = await eventually(async () => {
      const shown = await clientsOf(engine, officer).desk.show(requestId)
      return shown.ok ? shown.value.children[0]?.requestId : undefined
    }, 'its child is open')
    await reaches(engine, child, 'verified')
    return child
  }

  beforeAll(async () => {
    buildPage()
    engine = await backend.start()
    browser = await openBrowser(engine.deskUrl)
    first = await submit(engine, ['SG', 'system'], buildRequestNumber(number, { payment: { amount: usd('1000.00') } }), `three-${number}`)
    await reaches(engine, first, 'verified')
    const second = await moves(first, 'TL', 'AE', '600.00')
    const third = await moves(second, 'AE', 'MY', '400.00')
    await says('MY', third, 'ReportFreeze', { amount: usd('400.00'), basis: 'FIU_SUSPENSION' })
    await says('TL', first, 'ReportFreeze', { amount: usd('400.00'), basis: 'FIU_SUSPENSION' })
    await together(
      engine,
      [
        ['TL', 'authority', 'a'],
        ['TL', 'authority', 'b'],
      ],
      first,
      'ConfirmFreeze',
      { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: 'DDC-7', date: '2024-07-23' },
    )
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await engine?.stop()
  })

  test.each(['en', 'ar'])('is drawn hop by hop, with the amount frozen in each country: %s', async language => {
    const { page, context } = await browser.person({ language })
    await signInAs(page, officer, `/cases/SG/${caseReference}`)
    const boxes = page.locator('.trail-box')
    await boxes.nth(3).waitFor()
    const told = await boxes.allInnerTexts()
    expect(told).toHaveLength(4)
    expect(told[1]).toContain('400.00')
    expect(told[3]).toContain('400.00')
    const starts = await boxes.evaluateAll(all => all.map(box => box.getBoundingClientRect().left))
    expect(starts).toEqual(starts.toSorted((a, b) => (language === 'ar' ? b - a : a - b)))
    await context.close()
  })

  test('is shown over time: the slider shows the state at fact 3', async () => {
    const { request } = await reaches(engine, first, 'frozen')
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/requests/${first}?at=3`)
    await page.getByText(`Fact 3 of ${request.sequence}`).first().waitFor()
    await page.locator('.phase[data-phase=verified]').first().waitFor()
    await page.getByRole('slider').focus()
    await page.keyboard.press('End')
    await page.locator('.phase[data-phase=frozen]').first().waitFor()
    await context.close()
  })

  test('a hold expires while the page is open, and the page shows it without a reload', { timeout: 180_000 }, async () => {
    const requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(number + 1), `expiry-${number}`)
    await reaches(engine, requestId, 'verified')
    const { page, context } = await browser.person()
    await signInAs(page, officer, `/requests/${requestId}`)
    await page.getByText('Live', { exact: true }).waitFor()
    const { payment } = buildRequestNumber(number + 1)
    const expiresAt = new Date(Date.now() + heldMs).toISOString()
    await says('TL', requestId, 'ReportFreeze', { amount: payment.amount, basis: 'FIU_SUSPENSION', expiresAt })
    await page.locator('.request-head .phase[data-phase=frozen]').waitFor()
    await page.locator('.fact', { hasText: 'Hold ended' }).waitFor({ timeout: 90_000 })
    await page.locator('.request-head .phase[data-phase=closed]').waitFor()
    await context.close()
  })

  test('keeps its security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
