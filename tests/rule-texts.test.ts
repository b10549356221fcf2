import { ruleBook } from '@holdfast/payment-stop/rules'
import { expect, test } from 'vitest'
import { loadTranslate } from '../packages/desk-web/src/locales/translate.ts'

// The page does not import the rules, so no test of its own can list them.

test.each(['en', 'fr', 'es', 'ar'] as const)('the page of the desk has a text for the finding of each rule: %s', async language => {
  const t = await loadTranslate(language)
  const findings = ruleBook.flatMap(rule => ('check' in rule ? [`rules.${rule.id}.${rule.severity}`] : []))
  expect(findings.length).toBeGreaterThan(10)
  expect(findings.filter(id => t.find(id) === undefined)).toEqual([])
})
