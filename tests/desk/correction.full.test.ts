import { startBank } from '@holdfast/test-kit/bank'
import type { Institution } from '@holdfast/test-kit/institution'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTranslate } from '../../packages/desk-web/src/locales/translate.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { reaches, submit } from '../src/engine.ts'
import { accessibilityFaults, buildPage, missingBrowser, openBrowser, signInAs, type TestBrowser } from './src/browser.ts'

const [en, fr, es, ar] = await Promise.all([loadTranslate('en'), loadTranslate('fr'), loadTranslate('es'), loadTranslate('ar')])

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

  test.each([[en], [fr], [es], [ar]] as const)(
    'is corrected at the bank’s desk, and both countries read what was wrong and why: $0.tag',
    async t => {
      const caseReference = `CORRECTED-${t.tag}`
      const document = buildRequestNumber(++count, { caseReference })
      const requestId = await submit(engine, ['SG', 'system'], document, `corrected-${t.tag}`)
      await reaches(engine, requestId, 'frozen')

      const one = await browser.person({ language: t.tag })
      await signInAs(one.page, bankClerk, `/requests/${requestId}`)
      await one.page.getByRole('button', { name: t('commands.CorrectAnswer'), exact: true }).click()
      const dialog = one.page.getByRole('dialog')
      await dialog.getByLabel(t('fields.corrects')).selectOption({ label: t('codes.frozen') })
      await dialog.getByLabel(t('fields.reason')).fill(reason)
      expect(await accessibilityFaults(one.page)).toEqual([])
      await dialog.getByRole('button', { name: t('request.review') }).click()
      await dialog.getByText(t('request.consequences.CorrectAnswer')).waitFor()
      await dialog.getByRole('button', { name: t('request.confirm') }).click()
      await one.page.locator('.phase[data-phase=verified]').first().waitFor()

      const other = await browser.person({ language: t.tag })
      await signInAs(other.page, officer, `/requests/${requestId}`)
      for (const { page } of [one, other]) {
        const fact = page.locator('li.fact', { has: page.getByRole('heading', { name: t('facts.AnswerCorrected'), exact: true }) })
        await fact.getByText(reason).waitFor()
        expect(await fact.textContent()).toContain(t('codes.frozen'))
      }
      // The report is what a court reads.
      await other.page.goto(`/cases/SG/${caseReference}/report`)
      const reported = other.page.locator('.reported-fact', { hasText: t('facts.AnswerCorrected') })
      await reported.getByText(reason).waitFor()
      expect(await reported.textContent()).toContain(t('codes.frozen'))
      for (const { context } of [one, other]) await context.close()
    },
  )

  test('keeps the page’s security policy, and contacts no other origin', () => expect(browser.wrongs).toEqual([]))
})
