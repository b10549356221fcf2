import { drawnCases } from '@holdfast/test-kit/drawn-cases'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fact, isFact, type Money, toMinor } from '../../../src/language/index.ts'
import { outcomeOf } from '../../../src/lifecycle/outcome.ts'
import { viewOf } from '../../../src/lifecycle/request-summary.ts'
import type { RequestSnapshot } from '../../../src/lifecycle/snapshot.ts'
import { patient, walk, walks } from '../walks.ts'

const minor = (money: Money | undefined): bigint => (money === undefined ? 0n : (toMinor(money) ?? 0n))
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)

/** The sums of the facts, independent of the lifecycle's own sums. */
function sumsOf(facts: readonly Fact[]) {
  const amounts = (of: (fact: Fact) => Money | undefined) => sum(facts.map(fact => minor(of(fact))))
  const takenBack = (corrects: string) =>
    amounts(fact => (isFact(fact, 'AnswerCorrected') && fact.data.corrects === corrects ? fact.data.amount : undefined))
  const found = (fact: Fact) => isFact(fact, 'FreezeReported') || isFact(fact, 'MovedOnwardReported')
  return {
    currencies: new Set(facts.flatMap(fact => (found(fact) ? [(fact.data as { amount: Money }).amount.currency] : []))),
    frozen: amounts(fact => (isFact(fact, 'FreezeReported') ? fact.data.amount : undefined)) - takenBack('frozen'),
    moved: amounts(fact => (isFact(fact, 'MovedOnwardReported') ? fact.data.amount : undefined)) - takenBack('movedOnward'),
    recovered: amounts(fact => (isFact(fact, 'ReturnReported') ? fact.data.amount : undefined)),
    charges: amounts(fact => (isFact(fact, 'ReturnReported') ? fact.data.charges : undefined)),
  }
}

test('V19: the sums of money are correct after any commands', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      const { steps, history } = walk(seeds)
      let released = 0n
      for (const { after } of steps) {
        const { document, holds, movedOnward, sums } = after.state.context
        const { recoveredMinor, chargesMinor, releasedMinor } = sums
        const requested = BigInt(document.requestedMinor ?? 0)
        const held = sum(holds.map(hold => BigInt(hold.amountMinor)))
        const settled = BigInt(recoveredMinor) + BigInt(chargesMinor)
        const moved = sum(movedOnward.map(({ amountMinor }) => BigInt(amountMinor)))
        // The state has the sums of all reports.
        expect([sums.heldMinor, sums.movedMinor]).toEqual([held.toString(), moved.toString()])
        const children = sum(
          movedOnward.filter(({ childRequestId }) => childRequestId !== null).map(({ amountMinor }) => BigInt(amountMinor)),
        )
        expect(held + settled + moved <= requested || held + settled + moved === 0n).toBe(true)
        expect(children <= moved).toBe(true)
        expect(holds.every(({ amountMinor }) => BigInt(amountMinor) > 0n)).toBe(true)
        expect(viewOf(after).phase === 'frozen').toBe(holds.length > 0)
        expect(BigInt(releasedMinor) >= released).toBe(true)
        released = BigInt(releasedMinor)
        const facts = sumsOf(history.facts.slice(0, after.sequence))
        if (facts.frozen + facts.moved > 0n) expect([...facts.currencies]).toEqual([after.state.context.document.currency])
        // Every cent that was reported frozen is on hold, returned, a charge of the return, or released.
        expect(facts.frozen).toBe(held + settled + released)
        expect([facts.recovered, facts.charges, facts.moved]).toEqual([BigInt(recoveredMinor), BigInt(chargesMinor), moved])
      }
    }),
    { numRuns: drawnCases(1000), seed: 4 },
  )
})

test('V19: the sums of views and outcomes (V29) are correct too', patient, () => {
  fc.assert(
    fc.property(walks, seeds => {
      const { history } = walk(seeds)
      const snapshot: RequestSnapshot = history.current()
      const { amounts } = viewOf(snapshot)
      if (snapshot.state.context.document.requestedMinor === null)
        expect(Object.values(amounts).every(amount => amount === undefined)).toBe(true)
      const [requested, frozen, recovered, charges, moved] = [
        amounts.requested,
        amounts.frozen,
        amounts.recovered,
        amounts.charges,
        amounts.movedOnward,
      ].map(minor) as [bigint, bigint, bigint, bigint, bigint]
      expect(frozen <= requested).toBe(true)
      expect(frozen + moved <= requested).toBe(true)
      expect(recovered + charges <= frozen).toBe(true)
      const outcome = outcomeOf(snapshot)?.amounts
      if (!outcome) return
      expect(minor(outcome.frozen) <= minor(outcome.requested)).toBe(true)
      expect(minor(outcome.frozen)).toBe(minor(outcome.recovered) + minor(outcome.charges) + minor(outcome.released))
    }),
    { numRuns: drawnCases(1000), seed: 4 },
  )
})
