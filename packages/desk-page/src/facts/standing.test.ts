import { expect, test } from 'vitest'
import { changesBetween, type Standing } from './standing.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const nothing = { frozen: usd('0.00'), recovered: usd('0.00'), charges: usd('0.00'), movedOnward: usd('0.00'), released: usd('0.00') }
const verified: Standing = {
  states: ['verified.ordered'],
  phase: 'verified',
  amounts: { requested: usd('100.00'), ...nothing },
  deadlines: [{ kind: 'execute', dueAt: '2024-07-24T02:00:00.000Z' }],
}
const frozen: Standing = {
  states: ['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle'],
  phase: 'frozen',
  amounts: { requested: usd('100.00'), ...nothing, frozen: usd('60.00') },
  deadlines: [
    { kind: 'holdWarning', dueAt: '2024-07-25T02:00:00.000Z' },
    { kind: 'holdExpiry', dueAt: '2024-07-26T02:00:00.000Z' },
  ],
}

test('a hold changes the state, one sum, and which deadlines run', () => {
  expect(changesBetween(verified, frozen)).toEqual([
    { of: 'state', before: verified.states, after: frozen.states },
    { of: 'amount', name: 'frozen', before: usd('0.00'), after: usd('60.00') },
    { of: 'deadline', kind: 'execute', before: ['2024-07-24T02:00:00.000Z'], after: [] },
    { of: 'deadline', kind: 'holdWarning', before: [], after: ['2024-07-25T02:00:00.000Z'] },
    { of: 'deadline', kind: 'holdExpiry', before: [], after: ['2024-07-26T02:00:00.000Z'] },
  ])
})

test('what stays the same is no change', () => {
  expect(changesBetween(frozen, { ...frozen, states: [...frozen.states] })).toEqual([])
})

test('the first fact brings its state, what is asked for and its deadlines, and no sums of nothing', () => {
  expect(changesBetween(undefined, verified).map(change => (change.of === 'amount' ? change.name : change.of))).toEqual([
    'state',
    'requested',
    'deadline',
  ])
})

test('a deadline that moves is before and after in one', () => {
  const moved = { ...verified, deadlines: [{ kind: 'execute' as const, dueAt: '2024-07-29T02:00:00.000Z' }] }
  expect(changesBetween(verified, moved)).toEqual([
    { of: 'deadline', kind: 'execute', before: ['2024-07-24T02:00:00.000Z'], after: ['2024-07-29T02:00:00.000Z'] },
  ])
})
