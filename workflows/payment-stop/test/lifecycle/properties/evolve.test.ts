import { isRefusedCommand } from '@holdfast/schemas'
import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createActor, type SnapshotFrom, transition as xstateTransition } from 'xstate'
import { factDefinitionOf, factKindOf, type LedgerRecord } from '../../../src/language/index.ts'
import { decide, evolve, evolveByRefusal, parseSnapshot, serializeSnapshot } from '../../../src/lifecycle/decide.ts'
import type { StatechartEvent } from '../../../src/lifecycle/event.ts'
import { viewOf } from '../../../src/lifecycle/request-summary.ts'
import type { RequestSnapshot } from '../../../src/lifecycle/snapshot.ts'
import { statechart } from '../../../src/lifecycle/statechart.ts'
import { chart, type StatechartSnapshot } from '../../../src/lifecycle/transition.ts'
import { policy } from '../policy.ts'
import { anyOf, patient, walk, walks } from '../walks.ts'
import { chained, evolveEntry } from '../world.ts'

const textOf = (snapshot: RequestSnapshot | undefined): string | undefined => snapshot && serializeSnapshot(snapshot)

test('repeated, missing or reordered facts lead only to states of the accepted order', patient, () => {
  fc.assert(
    fc.property(walks, fc.array(fc.nat(99), { maxLength: 80, size: 'max' }), (seeds, picks) => {
      const { facts } = walk(seeds).history
      /** The JSON of the states after 0, 1, 2 … facts. */
      const accepted: Array<string | undefined> = [undefined]
      let snapshot: RequestSnapshot | undefined
      for (const fact of facts) {
        snapshot = evolve(snapshot, fact).snapshot
        accepted.push(textOf(snapshot))
      }
      let disordered: RequestSnapshot | undefined
      // Prefers early facts in rough order, so that some of them are the next one.
      for (const [index, pick] of picks.entries()) {
        const fact = facts[(Math.floor(index / 3) + (pick % 4)) % facts.length]
        if (!fact) continue
        const before = disordered
        const step = evolve(disordered, fact)
        disordered = step.snapshot
        expect(step.accepted).toBe(fact.sequence === (before?.sequence ?? 0) + 1)
        if (step.accepted) expect(textOf(disordered)).toBe(accepted[fact.sequence])
        else expect(disordered).toBe(before)
      }
    }),
    { numRuns: drawnCases(1000), seed: 3 },
  )
})

test('records of two concurrent writers give the history of the first one', patient, () => {
  fc.assert(
    fc.property(walks, fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (seeds, at, rivals) => {
      const told = walk(seeds)
      const from = at % told.steps.length
      const start = told.steps[from]?.after
      // The other writer shares this part of the history, and appends after the records of the first one.
      const strays: LedgerRecord[] = []
      let theirs = start
      for (const seed of rivals) {
        const kinds = ['ReportInterim', 'ReportFreeze', 'Withdraw', 'DeadlinePassed', 'Reopen'] as const
        const decision = decide(theirs, anyOf(kinds[seed % kinds.length] ?? 'Withdraw', told.history, seed), policy)
        const stray = decision.outcome === 'fact' ? chained(decision.fact) : decision.outcome === 'refused' ? decision.refused : undefined
        if (!stray) continue
        strays.push(stray)
        theirs = evolveEntry(theirs, stray).snapshot
      }
      const { entries } = told.history
      const next = entries.findIndex(entry => !isRefusedCommand(entry) && entry.sequence === (start?.sequence ?? 0) + 1)
      fc.pre(next >= 0 && strays.length > 0)
      let snapshot: RequestSnapshot | undefined
      for (const entry of [...entries.slice(0, next), ...entries.slice(next).flatMap(own => [own, ...strays])])
        snapshot = evolveEntry(snapshot, entry).snapshot
      expect(textOf(snapshot)).toBe(textOf(told.history.current()))
    }),
    { numRuns: drawnCases(1000), seed: 3 },
  )
})

test('a restored snapshot gives the same decisions, byte for byte', patient, () => {
  fc.assert(
    fc.property(walks, fc.nat(), (seeds, at) => {
      const { steps } = walk(seeds)
      const from = at % steps.length
      const stored = steps[from]?.after
      if (!stored) throw new Error('a walk has a step')
      let snapshot: RequestSnapshot | undefined = parseSnapshot(serializeSnapshot(stored))
      expect(JSON.stringify(viewOf(snapshot))).toBe(JSON.stringify(viewOf(stored)))
      for (const { given, decision, after } of steps.slice(from + 1)) {
        const again = decide(snapshot, given, policy)
        expect(JSON.stringify(again)).toBe(JSON.stringify(decision))
        if (again.outcome === 'fact') snapshot = evolve(snapshot, chained(again.fact)).snapshot
        if (again.outcome === 'refused') snapshot = evolveByRefusal(snapshot, again.refused).snapshot
        expect(textOf(snapshot)).toBe(textOf(after))
        snapshot = snapshot && parseSnapshot(serializeSnapshot(snapshot))
      }
    }),
    { numRuns: drawnCases(1000), seed: 3 },
  )
})

test(
  "transition gives the same result as XState's public transition, for every fact in its state and for all others there",
  patient,
  () => {
    fc.assert(
      fc.property(walks, fc.nat(), (seeds, from) => {
        let ours = chart.initialState
        let theirs = createActor(statechart).getSnapshot()
        const events = walk(seeds).history.facts.flatMap(fact => {
          const kind = factKindOf(fact)
          if (factDefinitionOf(kind)?.isRecordOnly) return []
          return { type: kind, data: fact.data, actor: fact.actor, time: fact.time, sequence: fact.sequence } as StatechartEvent
        })
        for (const [index, event] of events.entries()) {
          const stray = events[(index + from) % events.length] as StatechartEvent
          expect(agreed(ours, theirs, stray)).toBe(true)
          const [next] = xstateTransition(statechart, theirs, event)
          expect(agreed(ours, theirs, event)).toBe(true)
          ours = chart.transition(ours, event)
          theirs = next
        }
      }),
      { numRuns: drawnCases(1000), seed: 3 },
    )
  },
)

/** Whether both give the same state, or both refuse. */
function agreed(ours: StatechartSnapshot, theirs: SnapshotFrom<typeof statechart>, event: StatechartEvent): boolean {
  const next = chart.transition(ours, event)
  const [expected] = xstateTransition(statechart, theirs, event)
  expect(next.value).toEqual(expected.value)
  expect(next.context).toEqual(expected.context)
  return (next === ours) === (expected === theirs)
}
