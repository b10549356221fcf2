import { statesOf } from '@holdfast/core'
import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Deadline, type DeadlineKind, isFact } from '../../../src/language/index.ts'
import { decide, evolve } from '../../../src/lifecycle/decide.ts'
import { deadlinesOf } from '../../../src/lifecycle/resulting-state.ts'
import type { RequestSnapshot } from '../../../src/lifecycle/snapshot.ts'
import { policy } from '../policy.ts'
import { patient, walk, walks } from '../walks.ts'
import { chained, passed } from '../world.ts'

/** The states in which each kind of deadline makes sense. */
const validStates: Readonly<Record<DeadlineKind, RegExp>> = {
  verify: /^received\./,
  verifyHard: /^received\./,
  informationReminder: /\.awaitingInformation$/,
  informationDecision: /\.awaitingInformation$/,
  acknowledge: /^verified\.ordering$/,
  acknowledgeEscalation: /^verified\.ordering$/,
  interimAnswer: /^verified\.ordering$/,
  execute: /^verified\./,
  executeHard: /^verified\./,
  holdWarning: /^frozen\./,
  holdExpiry: /^frozen\./,
  confirmedHoldReview: /^frozen\.mandate\.confirmed$/,
  consentAnswer: /^(verified|frozen)\./,
  returnPayment: /^frozen\.recovery\.(returning|partlyReturned)$/,
  retention: /^(recovered|closed)/,
}

const keyOf = ({ kind, dueAt, about = '' }: Deadline) => `${kind} ${dueAt} ${about}`

test('deadlines run only in valid states, each once', patient, () => {
  const seen = new Set<DeadlineKind>()
  fc.assert(
    fc.property(walks, seeds => {
      for (const { after } of walk(seeds).steps) {
        const armed = deadlinesOf(after)
        const states = statesOf(after)
        expect(new Set(armed.map(keyOf)).size).toBe(armed.length)
        for (const { kind, about } of armed) {
          seen.add(kind)
          expect(
            states.some(state => validStates[kind].test(state)),
            `${kind} in ${states}`,
          ).toBe(true)
          const { holds } = after.state.context
          if (kind === 'holdWarning') expect(holds.some(hold => hold.expiresAt === about)).toBe(true)
        }
      }
    }),
    { numRuns: drawnCases(1000), seed: 1 },
  )
  expect([...seen].sort()).toEqual(Object.keys(validStates).sort())
})

test('a hold without an end always has a review date or an expected return', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      for (const { after } of walk(seeds).steps) {
        const { holds } = after.state.context
        if (!holds.some(({ expiresAt }) => expiresAt === null)) continue
        expect(deadlinesOf(after).some(({ kind }) => kind === 'confirmedHoldReview' || kind === 'returnPayment')).toBe(true)
      }
    }),
    { numRuns: drawnCases(1000), seed: 1 },
  )
})

test('a running deadline that passes is recorded once, and never early', patient, () => {
  fc.assert(
    fc.property(walks, fc.nat(), (seeds, at) => {
      const { steps } = walk(seeds)
      for (const snapshot of [steps[at % steps.length]?.after, steps.at(-1)?.after]) {
        if (!snapshot) throw new Error('a walk has a step')
        for (const deadline of deadlinesOf(snapshot)) passes(snapshot, deadline)
      }
    }),
    { numRuns: drawnCases(1000), seed: 1 },
  )
})

function passes(snapshot: RequestSnapshot, deadline: Deadline): void {
  const early = new Date(Date.parse(deadline.dueAt) - 1).toISOString()
  expect(decide(snapshot, passed(deadline, early), policy)).toMatchObject({ outcome: 'dropped', dropReason: 'late' })
  const given = passed(deadline)
  const decision = decide(snapshot, given, policy)
  if (decision.outcome !== 'fact') throw new Error(`${keyOf(deadline)} was ${decision.outcome} in ${statesOf(snapshot)}`)
  const fact = chained(decision.fact)
  expect(isFact(fact, deadline.kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached')).toBe(true)
  const after = evolve(snapshot, fact).snapshot
  if (!after) throw new Error('the fact was not accepted')
  expect(deadlinesOf(after).map(keyOf)).not.toContain(keyOf(deadline))
  expect(decide(after, given, policy)).toEqual({ outcome: 'applied' })
  expect(decide(after, passed(deadline), policy).outcome).toBe('dropped')
}

test('a clock that reports every due deadline ends every walk, except for confirmed holds', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      let snapshot: RequestSnapshot | undefined = walk(seeds).history.current()
      for (let ticks = 0; ticks < 40; ticks++) {
        const [deadline] = deadlinesOf(snapshot)
        if (!deadline) break
        const decision = decide(snapshot, passed(deadline), policy)
        if (decision.outcome !== 'fact') throw new Error(`${keyOf(deadline)} was ${decision.outcome}: the clock would give it for ever`)
        snapshot = evolve(snapshot, chained(decision.fact)).snapshot as RequestSnapshot
      }
      const left = deadlinesOf(snapshot).map(({ kind }) => kind)
      // Only repeated deadlines may remain, and only for holds without an end.
      for (const kind of left) expect(['confirmedHoldReview', 'returnPayment']).toContain(kind)
      if (left.length > 0) expect(snapshot.state.context.holds.some(({ expiresAt }) => expiresAt === null)).toBe(true)
    }),
    { numRuns: drawnCases(1000), seed: 1 },
  )
})
