import { expect, test } from 'vitest'
import { budgetOf, mayBeUnrecorded, noRefusals, refusalsMax } from './refusal-budgets.ts'

const institution = 'TL/institution/clerk'
const officer = 'SG/officer/lim'
const usedBy = (actor: string, late: boolean, count: number) => ({ commands: [], used: { [budgetOf(actor, late)]: count } })

test('each member role has a budget for refusals, and one for late answers', () => {
  expect(budgetOf(institution, false)).toBe('TL/institution/')
  expect(budgetOf(institution, true)).toBe('TL/institution/late')
  expect(budgetOf('TL/institution/another', false)).toBe(budgetOf(institution, false))
})

test.each([false, true])('refusals may be unrecorded once a budget is used up (late: %s)', late => {
  expect(mayBeUnrecorded(noRefusals, institution)).toBe(false)
  expect(mayBeUnrecorded(usedBy(institution, late, refusalsMax - 1), institution)).toBe(false)
  expect(mayBeUnrecorded(usedBy(institution, late, refusalsMax), institution)).toBe(true)
  expect(mayBeUnrecorded(usedBy(institution, late, refusalsMax + 1), institution)).toBe(true)
  expect(mayBeUnrecorded(usedBy(institution, late, refusalsMax), officer)).toBe(false)
})
