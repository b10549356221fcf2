/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact, PaymentStopView } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, UnknownKindError, viewOf } from '@holdfast/payment-stop/lifecycle'
import { expect, test } from 'vitest'
import { changesBetween, type RequestState, statedBy } from './resulting-state.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const nothing = { frozen: usd('0.00'), recovered: usd('0.00'), charges: usd('0.00'), movedOnward: usd('0.00'), released: usd('0.00') }
const verified: RequestState = {
  states: ['verified.ordered'],
  phase: 'verified',
  amounts: { requested: usd('100.00'), ...nothing },
  deadlines: [{ kind: 'execute', dueAt: '2024-07-24T02:00:00.000Z' }],
}
const frozen: RequestState = {
  states: ['frozen.coverage.partial', 'frozen.mandate.provisional', 'frozen.recovery.idle'],
  phase: 'frozen',
  amounts: { requested: usd('100.00'), ...nothing, frozen: usd('60.00') },
  deadlines: [
    { kind: 'holdWarning', dueAt: '2024-07-25T02:00:00.000Z' },
    { kind: 'holdExpiry', dueAt: '2024-07-26T02:00:00.000Z' },
  ],
}

test('a hold changes the state, one amount, and the deadlines', () => {
  expect(changesBetween(verified, frozen)).toEqual([
    { of: 'state', before: verified.states, after: frozen.states },
    { of: 'amount', name: 'frozen', before: usd('0.00'), after: usd('60.00') },
    { of: 'deadline', kind: 'execute', before: ['2024-07-24T02:00:00.000Z'], after: [] },
    { of: 'deadline', kind: 'holdWarning', before: [], after: ['2024-07-25T02:00:00.000Z'] },
    { of: 'deadline', kind: 'holdExpiry', before: [], after: ['2024-07-26T02:00:00.000Z'] },
  ])
})

test('an unchanged value is no change', () => {
  expect(changesBetween(frozen, { ...frozen, states: [...frozen.states] })).toEqual([])
})

test('the first fact brings the state, the requested amount and the deadlines, but no zero amounts', () => {
  expect(changesBetween(undefined, verified).map(change => (change.of === 'amount' ? change.name : change.of))).toEqual([
    'state',
    'requested',
    'deadline',
  ])
})

test('a moved deadline is one change with both instants', () => {
  const moved = { ...verified, deadlines: [{ kind: 'execute' as const, dueAt: '2024-07-29T02:00:00.000Z' }] }
  expect(changesBetween(verified, moved)).toEqual([
    { of: 'deadline', kind: 'execute', before: ['2024-07-24T02:00:00.000Z'], after: ['2024-07-29T02:00:00.000Z'] },
  ])
})

const replay = join(import.meta.dirname, '../../../../../tests/replay')
const recordings = readdirSync(replay)
  .filter(file => file.endsWith('.expected.jsonl'))
  .map(file => file.replace('.expected.jsonl', ''))
const linesOf = <T>(file: string): T[] =>
  readFileSync(join(replay, file), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))
const shownOf = ({ states, phase, amounts, deadlines }: PaymentStopView): RequestState => ({ states, phase, amounts, deadlines })
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('there are recordings', () => {
  expect(recordings).toContain('corrected-answers')
})

test.each(recordings)('after each fact of the recording %s the page shows the recorded state', name => {
  const stated = linesOf<Fact>(`${name}.jsonl`).map(statedBy)
  expect(asJson(stated)).toEqual(asJson(linesOf<PaymentStopView>(`${name}.expected.jsonl`).map(shownOf)))
})

test.each(recordings)('after each fact of the recording %s the page shows the state that the lifecycle computes', name => {
  const snapshots = new Map<string, RequestSnapshot>()
  /** Requests with a fact of a kind that only a later version knows. */
  const unfolded = new Set<string>()
  for (const fact of linesOf<Fact>(`${name}.jsonl`)) {
    if (unfolded.has(fact.subject)) continue
    try {
      const { accepted, snapshot } = evolve(snapshots.get(fact.subject), fact)
      if (!accepted || !snapshot) throw new Error(`fact ${fact.sequence} of ${fact.subject} was not accepted`)
      snapshots.set(fact.subject, snapshot)
      expect(statedBy(fact), fact.id).toEqual(shownOf(viewOf(snapshot)))
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error
      unfolded.add(fact.subject)
    }
  }
  expect(unfolded.size).toBe(name === 'from-the-future' ? 1 : 0)
})
