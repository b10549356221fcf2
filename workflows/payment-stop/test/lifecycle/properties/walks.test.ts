import { statesOf } from '@holdfast/core'
import type { RefusalCode } from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commandKindOf, commandKinds, commandSchema, type FactKind, factKinds, factSchema } from '../../../src/language/index.ts'
import { outcomeOf } from '../../../src/lifecycle/outcome.ts'
import { walk, walks } from '../walks.ts'

// Checks the walks of the properties. Properties of walks that stay near their start would prove little.

const walked = fc.sample(walks, { numRuns: 1000, seed: 5 }).map(walk)

/** The percentage of walks that satisfy a condition. */
const percentageOf = (does: (walked: ReturnType<typeof walk>) => boolean): number => (100 * walked.filter(does).length) / walked.length
const reach = (state: string) =>
  percentageOf(({ steps }) => steps.some(({ after }) => statesOf(after).some(each => each.startsWith(state))))
const come = (kind: FactKind) => percentageOf(({ history }) => history.kinds().includes(kind))

describe('the walks of the properties reach', () => {
  test.each([
    ['received.awaitingReview', 40],
    ['received.awaitingInformation', 30],
    ['verified.ordering', 70],
    ['verified.ordered', 25],
    ['verified.awaitingInformation', 20],
    ['frozen', 60],
    ['frozen.coverage.full', 20],
    ['frozen.coverage.partial', 45],
    ['frozen.mandate.confirmed', 20],
    ['frozen.recovery.returning', 30],
    ['frozen.recovery.partlyReturned', 15],
    ['recovered', 12],
    ['closed.rejected', 10],
    ['closed.duplicate', 5],
    ['closed.withdrawn', 15],
    ['closed.notFound', 2],
    ['closed.noFunds', 2],
    ['closed.movedOnward', 4],
    ['closed.expired', 5],
    ['closed.released', 8],
    ['closed.unrecovered', 8],
  ])('%s in at least %i of a hundred', (state, least) => {
    expect(reach(state)).toBeGreaterThanOrEqual(least)
  })

  test('a reopening in half of them, and many of those freeze money again', () => {
    expect(come('RequestReopened')).toBeGreaterThanOrEqual(40)
    const again = percentageOf(({ history }) => {
      const kinds = history.kinds()
      return kinds.lastIndexOf('FreezeReported') > kinds.indexOf('RequestReopened') && kinds.includes('RequestReopened')
    })
    expect(again).toBeGreaterThanOrEqual(15)
  })

  test('every kind of command and fact, and every recorded refusal', () => {
    const given = new Set(walked.flatMap(({ steps }) => steps.map(step => commandKindOf(step.given))))
    expect([...given].sort()).toEqual([...commandKinds].sort())
    const written = new Set(walked.flatMap(({ history }) => history.kinds()))
    expect([...written].sort()).toEqual([...factKinds].sort())
    const refused = new Set(walked.flatMap(({ history }) => history.refusals.map(({ data }) => data.code)))
    const expected: RefusalCode[] = [
      'AMOUNT_EXCEEDED',
      'AMOUNT_UNREADABLE',
      'CURRENCY_MISMATCH',
      'EXTENSION_NOT_ALLOWED',
      'HOLD_TOO_LONG',
      'NOT_FOLLOWED',
      'NOT_PERMITTED',
      'SAME_PERSON',
      'WRONG_STATE',
    ]
    expect([...refused].sort()).toEqual(expected)
  })

  test('more facts than refusals', () => {
    const count = (of: 'facts' | 'refusals') => walked.reduce((sum, { history }) => sum + history[of].length, 0)
    expect(count('facts')).toBeGreaterThan(count('refusals'))
  })
})

test('all commands and facts of walks match their schemas', () => {
  for (const { steps, history } of walked.slice(0, 200)) {
    for (const { given } of steps) expect(commandSchema.safeParse(given).error).toBeUndefined()
    for (const fact of history.facts) expect(factSchema.safeParse(fact).error).toBeUndefined()
  }
})

test('V29: exactly the ended requests have an outcome', () => {
  for (const { steps } of walked)
    for (const { after } of steps) expect(outcomeOf(after) !== undefined).toBe(/^(recovered|closed)/.test(statesOf(after)[0] ?? ''))
})
