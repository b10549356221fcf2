import { describe, expect, test } from 'vitest'
import { findAlloy, type Question } from './alloy.ts'
import { claimsOf } from './claims.ts'
import { ingress } from './model/ingress.ts'
import { findSolver, glucose, programSolver } from './solver.ts'

const alloy = await findAlloy()
const asked = ['stays_so', 'without_claimed_key', 'a_repeat_gets_the_first_answer']
const questions: readonly Question[] = claimsOf(ingress, 'small').filter(({ name }) => asked.includes(name))

describe.skipIf(!alloy)('the solver of Alloy', () => {
  test('finds runs of the same length as the solver in use', async () => {
    const lengths = async (of: typeof alloy) =>
      [...((await of?.ask('ingress', questions, () => {})) ?? [])].map(([name, run]) => [name, run?.length])
    const found = await lengths(await findAlloy(glucose))
    expect(found).toEqual([
      ['stays_so', undefined],
      ['without_claimed_key', 5],
      ['a_repeat_gets_the_first_answer', 7],
    ])
    expect(await lengths(alloy)).toEqual(found)
  })

  test('reports a solver without an answer as failed, not as one that found no run', async () => {
    const silent = await findAlloy(programSolver('/bin/true'))
    await expect(silent?.ask('ingress', questions, () => {})).rejects.toThrow(/of 3 answers/)
  })
})

test('Alloy uses its own solver where no other is installed', () => {
  expect(findSolver({ PATH: '' })).toBe(glucose)
})
