import type { Deadline } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import { groupsOf, nextGroup } from './deadline-groups.ts'

const end = '2024-09-08T00:30:00.000Z'
const warningAt = (dueAt: string): Deadline => ({ kind: 'holdWarning', dueAt, about: end })
const first = warningAt('2024-08-23T01:22:00.000Z')
const second = warningAt('2024-09-07T00:30:00.000Z')
const review: Deadline = { kind: 'confirmedHoldReview', dueAt: '2024-09-01T00:00:00.000Z' }
const retention: Deadline = { kind: 'retention', dueAt: '2029-07-30T00:00:00.000Z' }

test('a warning of the end of a hold is grouped with that end, at the position of the earlier one', () => {
  const deadline = { kind: 'holdExpiry', dueAt: end }
  expect(groupsOf([first, review, second, { kind: 'holdExpiry', dueAt: end }])).toEqual([
    { deadline, warnings: [first, second] },
    { deadline: review, warnings: [] },
  ])
})

test('the next deadline is the end of the hold, not its warning, and never the end of retention', () => {
  expect(nextGroup([first, second, retention])?.deadline).toEqual({ kind: 'holdExpiry', dueAt: end })
  expect(nextGroup([retention])).toBeUndefined()
})

test('a warning without its end is a group of its own', () => {
  const old: Deadline = { kind: 'holdWarning', dueAt: end }
  expect(groupsOf([old])).toEqual([{ deadline: old, warnings: [] }])
})
