import { readFileSync } from 'node:fs'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact, ResultingState } from '@holdfast/payment-stop/language'
import type { LedgerFact } from '@holdfast/schemas'
import { documentCheck } from '@holdfast/test-kit/document-check'
import { actors, askedCheck, command, hashed } from '@holdfast/test-kit/started-check'
import { describe, expect, test } from 'vitest'
import { createOutcomeVerifier } from './verify-outcomes.ts'

const recording = (name: string): Fact[] =>
  readFileSync(new URL(`../../../../tests/replay/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Fact)

function verify(facts: readonly Fact[]) {
  const verifier = createOutcomeVerifier(paymentStop)
  for (const [index, fact] of facts.entries()) verifier.add(fact, index + 1)
  return verifier.finish()
}

describe('the resulting states in facts', () => {
  test('equal the derived ones, for each known type of fact', () => {
    const report = verify(recording('from-the-future'))
    expect(report).toMatchObject({ problemCount: 0, opaque: 1 })
    expect(report.proved).toBeGreaterThan(5)
  })

  test.each([
    [
      'another state',
      (resultingState: ResultingState) => ({ ...resultingState, states: ['recovered'] }),
      /states the resulting state recovered, but it is verified/,
    ],
    [
      'another amount',
      (resultingState: ResultingState) => ({
        ...resultingState,
        amounts: resultingState.amounts && { ...resultingState.amounts, frozen: '999.00' },
      }),
      /different: amounts/,
    ],
    ['a deadline that is not set', (resultingState: ResultingState) => ({ ...resultingState, deadlines: [] }), /different: deadlines/],
    ['nothing', () => undefined, /states no resulting state, but it is verified/],
  ])('are found wrong with %s', (_what, falsify, message) => {
    const facts = recording('from-the-future')
    const at = facts.findIndex(({ type }) => type.endsWith('.RequestVerified'))
    const lying = facts.map((fact, index) =>
      index === at ? ({ ...fact, data: { ...fact.data, resultingState: falsify(fact.data.resultingState) } } as Fact) : fact,
    )
    const { problems, problemCount } = verify(lying)
    expect(problemCount).toBe(1)
    expect(problems[0]).toMatchObject({ line: at + 1, requestId: facts[at]?.subject, message: expect.stringMatching(message) })
  })
})

test('the facts of another workflow are derived by that workflow', () => {
  const check = askedCheck()
  check.give(command('GiveOpinion', actors.fiu))
  const facts = check.records.map(hashed) as unknown as LedgerFact[]
  const verifyCheck = (all: readonly LedgerFact[]) => {
    const verifier = createOutcomeVerifier(documentCheck)
    for (const [index, fact] of all.entries()) verifier.add(fact, index + 1)
    return verifier.finish()
  }
  expect(verifyCheck(facts)).toMatchObject({ proved: 3, opaque: 0, problemCount: 0 })
  const changed = facts.with(2, { ...facts[2], data: { resultingState: { opinions: 2 } } } as LedgerFact)
  expect(verifyCheck(changed).problems).toEqual([
    expect.objectContaining({
      line: 3,
      message: expect.stringMatching(/^fact 3 states the resulting state {"opinions":2}, but it is {"openedAt":.*"opinions":1}/),
    }),
  ])
})
