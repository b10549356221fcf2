import { listOf, statesOf } from '@holdfast/core'
import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandKinds, factDefinitionOf, factKindOf, refusedStopCommandSchema } from '../../../src/language/index.ts'
import { decide, evolve, evolveByRefusal } from '../../../src/lifecycle/decide.ts'
import { policy } from '../policy.ts'
import { anyOf, patient, walk, walks } from '../walks.ts'
import { chained } from '../world.ts'

test('no command is applied twice, however late it is repeated', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      const { steps, history } = walk(seeds)
      for (const { given, decision } of steps)
        if (decision.outcome !== 'dropped') expect(decide(history.current(), given, policy)).toEqual({ outcome: 'applied' })
      const causes = history.facts.map(fact => fact.causationid)
      expect(new Set(causes).size).toBe(causes.length)
      expect(listOf(history.current().causes)).toEqual(causes)
    }),
    { numRuns: drawnCases(1000), seed: 2 },
  )
})

test(
  'decide never throws: any command in any state gives an accepted fact, a recorded refusal, or is dropped with its reason',
  patient,
  () => {
    fc.assert(
      fc.property(walks, fc.nat(), (seeds, seed) => {
        const { history } = walk(seeds)
        for (const [index, kind] of commandKinds.entries()) {
          const given = anyOf(kind, history, seed + index)
          for (const snapshot of [undefined, history.current()]) {
            const decision = decide(snapshot, given, policy)
            if (decision.outcome === 'dropped') expect(decision.refusal.message).not.toBe('')
            if (decision.outcome === 'fact') expect(evolve(snapshot, chained(decision.fact)).accepted).toBe(true)
            if (decision.outcome === 'refused') {
              expect(refusedStopCommandSchema.safeParse(decision.refused).error).toBeUndefined()
              expect(evolveByRefusal(snapshot, decision.refused).accepted).toBe(true)
            }
          }
        }
      }),
      { numRuns: drawnCases(1000), seed: 2 },
    )
  },
)

test('a refused command changes nothing, and an accepted one gives a fact', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      const { steps, history } = walk(seeds)
      for (const [index, { decision, after }] of steps.entries()) {
        const before = steps[index - 1]?.after
        if (decision.outcome === 'refused') {
          expect({ ...after, refusals: before?.refusals }).toEqual(before)
          expect(after.refusals.commands).toHaveLength(decision.refused.number)
          expect(decision.refused.data.state).toBe(before && statesOf(before).join(', '))
          continue
        }
        if (decision.outcome !== 'fact') {
          expect(after).toBe(before)
          continue
        }
        expect(after.sequence).toBe((before?.sequence ?? 0) + 1)
        // The ledger continues from the decided state, consumers from the evolved one. Both must be the same.
        expect(decision.state.value).toEqual(after.state.value)
        expect(decision.state.context).toEqual(after.state.context)
        const fact = history.facts[after.sequence - 1]
        if (!fact) throw new Error('the fact is missing')
        expect(statesOf(after)[0]?.startsWith(fact.phase)).toBe(true)
        if (factDefinitionOf(factKindOf(fact))?.isRecordOnly) expect(after.state).toBe(before?.state)
        else expect(after.state).not.toBe(before?.state)
      }
    }),
    { numRuns: drawnCases(1000), seed: 2 },
  )
})
