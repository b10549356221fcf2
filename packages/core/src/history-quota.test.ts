import { expect, test } from 'vitest'
import { historyQuotaUsedAfter } from './history-quota.ts'

test('each fact counts for the member role of its actor, whichever person it was', () => {
  const one = historyQuotaUsedAfter({}, { actor: 'TL/institution/clerk' })
  const two = historyQuotaUsedAfter(one, { actor: 'TL/institution/another' })
  expect(historyQuotaUsedAfter(two, { actor: 'TL/fiu/clerk' })).toEqual({ 'TL/institution/': 2, 'TL/fiu/': 1 })
  expect(one).toEqual({ 'TL/institution/': 1 })
})

test('facts of the engine use no quota', () => {
  const used = { 'TL/institution/': 1 }
  expect(historyQuotaUsedAfter(used, { actor: 'holdfast/validation/rules' })).toBe(used)
  expect(historyQuotaUsedAfter(used, { actor: 'TL/holdfast/clerk' })).toEqual({ 'TL/institution/': 1, 'TL/holdfast/': 1 })
})
