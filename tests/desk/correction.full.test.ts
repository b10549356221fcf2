import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ar } from '../../packages/desk-web/src/words/ar.ts'
import { en } from '../../packages/desk-web/src/words/en.ts'
import { es } from '../../packages/desk-web/src/words/es.ts'
import { fr } from '../../packages/desk-web/src/words/fr.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const bankClerk = ['TL', 'institution', 'a.bank'] as const
const officer = ['SG', 'officer', 'a.tan'] as const
const reason = 'The hold was put on another account'

describe.skipIf(missingBrowser())('a wrong answer', () => {
  let engine: EmbeddedEngine
  let browser: TestBrowser
  let bank: Institution
  let count = 918_000

  beforeAll(async () => {
    buildPage()
    engine = await startEmbeddedEngine()
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

  test.each([en, fr, es, ar])('is corrected at the bank’s desk, and both countries read what was wrong and why: $tag', async words => {
    const caseReference = `CORRECTED-${words.tag}`
    const document = buildRequestNumber(++count, { caseReference })
    const requestId = await submit(engine, ['SG', 'system'], document, `corrected-${words.tag}`)
    await reaches(engine, requestId, 'frozen')

    const one = await browser.person({ language: words.tag })
    await signInAs(one.page, bankClerk, `/requests/${requestId}`)
    await one.page.getByRole('button', { name: words.commands.CorrectAnswer, exact: true }).click()
    const dialog = one.page.getByRole('dialog')
    await dialog.getByLabel(words.fields.corrects).selectOption({ label: words.codes.frozen })
    await dialog.getByLabel(words.fields.reason).fill(reason)
    expect(await accessibilityFaults(one.page)).toEqual([])
    await dialog.getByRole('button', { name: words.request.review }).click()
    await dialog.getByText(words.request.consequences.CorrectAnswer).waitFor()
    await dialog.getByRole('button', { name: words.request.confirm }).click()
    await one.page.locator('.phase[data-phase=verified]').first().waitFor()

    const other = await browser.person({ language: words.tag })
    await signInAs(other.page, officer, `/requests/${requestId}`)
    for (const { page } of [one, other]) {
      const fact = page.locator('li.fact', { has: page.getByRole('heading', { name: words.facts.AnswerCorrected, exact: true }) })
      await fact.getByText(reason).waitFor()
      expect(await fact.textContent()).toContain(words.codes.frozen)
    }
    // The report is what a court reads.
    await other.page.goto(`/cases/SG/${caseReference}/report`)
    const reported = other.page.locator('.reported-fact', { hasText: words.facts.AnswerCorrected })
    await reported.getByText(reason).waitFor()
    expect(await reported.textContent()).toContain(words.codes.frozen)
    for (const { context } of [one, other]) await context.close()
  })

  test('breaks no rule of the page’s security policy, and asks nobody else', () => expect(browser.wrongs).toEqual([]))
})
