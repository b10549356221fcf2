import { expect, test } from 'vitest'
import { actors } from '../test/world.ts'
import { budgetOf, mayBeUnrecorded, noRefusals, refusalsMax } from './refusal-budgets.ts'

const usedBy = (actor: string, late: boolean, count: number) => ({ commands: [], used: { [budgetOf(actor, late)]: count } })

test('each member role has a budget for refusals, and one for late answers', () => {
  expect(budgetOf(actors.bank, false)).toBe('TL/institution/')
  expect(budgetOf(actors.bank, true)).toBe('TL/institution/late')
  expect(budgetOf('TL/institution/another', false)).toBe(budgetOf(actors.bank, false))
})

test.each([false, true])('refusals may be unrecorded once a budget is used up (late: %s)', late => {
  expect(mayBeUnrecorded(noRefusals, actors.bank)).toBe(false)
  expect(mayBeUnrecorded(usedBy(actors.bank, late, refusalsMax - 1), actors.bank)).toBe(false)
  expect(mayBeUnrecorded(usedBy(actors.bank, late, refusalsMax), actors.bank)).toBe(true)
  expect(mayBeUnrecorded(usedBy(actors.bank, late, refusalsMax + 1), actors.bank)).toBe(true)
  expect(mayBeUnrecorded(usedBy(actors.bank, late, refusalsMax), actors.officer)).toBe(false)
})
