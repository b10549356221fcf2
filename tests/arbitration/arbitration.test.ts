import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Guard, guards } from '../simulation/src/guards.ts'
import { findAlloy } from './alloy.ts'
import { readArguments } from './arguments.ts'
import { documentFile, documentOf } from './document.ts'
import { type Examined, examine, models } from './examine.ts'

const alloy = await findAlloy()

describe.skipIf(!alloy)('the arbitration model', () => {
  let examined: readonly Examined[] = []
  beforeAll(async () => {
    if (alloy) examined = await examine({ alloy, size: 'small', workers: 2, isWanted: () => true, onProgress: () => {} })
  }, 900_000)

  test('the promises follow from the inductive invariant, each guard and assumption is necessary, and each moment is reached', () => {
    const wrong = examined.filter(({ holds }) => !holds)
    expect(wrong.map(({ claim: { model, name, about }, steps = [] }) => [`${model.name}: ${name} (${about})`, ...steps])).toEqual([])
    expect(new Set(examined.map(({ claim }) => claim.model))).toEqual(new Set(models))
  })

  test('the page has the results, with the lengths of the shortest runs', () => {
    expect(readFileSync(documentFile, 'utf8')).toBe(documentOf(examined))
  })
})

test('a guard has the same name in the simulation and in the model', () => {
  const ofModel = models.flatMap(model => model.guards.map(({ without }) => without.replaceAll('_', '-')))
  // The model covers several owners on shared logs and stores, where no commit is rolled back.
  const ofSharedBackends = Object.entries<Guard>(guards).flatMap(([name, { embedded }]) => (embedded ? [] : name))
  expect([...new Set(ofModel)].sort()).toEqual(ofSharedBackends.sort())
})

test('invalid arguments are reported together', () => {
  expect(() => readArguments(['--model', 'ledger,luck', '--workers', '0', '--write'], 2)).toThrow(
    /^--workers 0 is not a whole number from 1 to 16\n--model luck names none of ledger, .*\n--write needs complete results/,
  )
  expect(() => readArguments(['--without-guard', 'luck'], 2)).toThrow(/^--without-guard luck names none of sequence-rule, /)
  expect(readArguments(['--help'], 2)).toBeUndefined()
  expect(readArguments([], 8)).toMatchObject({ size: 'small', workers: 4, isWritten: false })
})
