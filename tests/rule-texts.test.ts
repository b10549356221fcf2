import { ruleBook } from '@holdfast/rules'
import { expect, test } from 'vitest'
import { ar } from '../packages/desk-web/src/words/ar.ts'
import { en } from '../packages/desk-web/src/words/en.ts'
import { es } from '../packages/desk-web/src/words/es.ts'
import { fr } from '../packages/desk-web/src/words/fr.ts'

// The page does not stand on the rules, so that no test of its own can ask them which there are.

test('the page of the desk has words in each language for what each rule finds', () => {
  const found = ruleBook.flatMap(rule => ('check' in rule ? [`${rule.id}.${rule.severity}`] : []))
  for (const { rules } of [en, fr, es, ar]) expect(Object.keys(rules).sort()).toEqual([...new Set(found)].sort())
})
