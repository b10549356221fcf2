import { parseActor } from '@holdfast/schemas'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DualApprovalCommand, type Fact, type FactKind, factKindOf, isFact } from '../../../src/language/index.ts'
import { bringsToAssess, patient, walk, walks } from '../walks.ts'

/** The actors of each fact, as party and role. Independent of the table under test. */
const institutionOrFiu = ['beneficiary/institution', 'beneficiary/fiu']
const requester = ['requesting/system', 'requesting/officer']
const authority = ['beneficiary/authority']
const desk = ['beneficiary/officer']
const makers: Readonly<Record<Exclude<FactKind, 'ActionProposed'>, readonly string[]>> = {
  RequestOpened: [...requester, 'engine/dispatch'],
  RequestVerified: ['engine/validation', ...desk],
  ReviewRequested: ['engine/validation'],
  VerificationProposed: desk,
  InformationRequested: ['engine/validation', ...desk, ...institutionOrFiu],
  InformationProvided: requester,
  RequestRejected: ['engine/validation', ...desk],
  DuplicateDetected: ['engine/validation'],
  OrderAcknowledged: ['beneficiary/institution'],
  FreezeReported: institutionOrFiu,
  NoFundsReported: institutionOrFiu,
  NotFoundReported: institutionOrFiu,
  MovedOnwardReported: institutionOrFiu,
  OnwardFollowed: ['requesting/officer'],
  OnwardDeclined: ['requesting/officer'],
  InterimReported: institutionOrFiu,
  AnswerCorrected: institutionOrFiu,
  FreezeConfirmed: authority,
  FreezeExtended: authority,
  ReturnInitiated: institutionOrFiu,
  ReturnReported: ['beneficiary/institution'],
  RequestWithdrawn: requester,
  FreezeReleased: authority,
  ClosedUnrecovered: authority,
  ChallengeLodged: [...institutionOrFiu, ...authority],
  ChallengeDecided: authority,
  RequestReopened: [...requester, ...desk],
  RequestShared: ['requesting/officer', ...desk],
  ShareWithdrawn: ['requesting/officer', ...desk],
  OrderUndelivered: ['engine/dispatch'],
  HoldExpired: ['engine/clock'],
  DeadlineReached: ['engine/clock'],
  ErasureOrdered: ['requesting/officer', ...authority],
  KeysDestroyed: ['engine/dispatch'],
  DestructionConfirmed: ['engine/dispatch'],
}
const doneBy: Readonly<Record<DualApprovalCommand, keyof typeof makers>> = {
  ConfirmFreeze: 'FreezeConfirmed',
  ExtendFreeze: 'FreezeExtended',
  InitiateReturn: 'ReturnInitiated',
  Withdraw: 'RequestWithdrawn',
  Release: 'FreezeReleased',
  CloseUnrecovered: 'ClosedUnrecovered',
  OrderErasure: 'ErasureOrdered',
  DecideChallenge: 'ChallengeDecided',
}

const parties: Readonly<Record<string, string>> = { SG: 'requesting', TL: 'beneficiary', holdfast: 'engine' }
const partOf = (actor: string): string => {
  const parsed = parseActor(actor)
  if (!parsed.ok) throw new Error(parsed.error)
  return `${parties[parsed.value.country] ?? 'none'}/${parsed.value.role}`
}
const dataOf = (fact: Fact) => fact.data as { readonly proposedBy?: string }

test(
  'V18: every fact has a permitted actor; only the engine’s clock reports deadlines, only the requesting country withdraws',
  patient,
  () => {
    fc.assert(
      fc.property(walks, seeds => {
        const { facts, refusals } = walk(seeds).history
        for (const { actor } of refusals) expect(partOf(actor)).toMatch(/^(requesting|beneficiary)\//)
        for (const fact of facts) {
          const part = partOf(fact.actor)
          if (isFact(fact, 'ActionProposed')) {
            expect(makers[doneBy[fact.data.command]]).toContain(part)
            if (fact.data.command === 'Withdraw') expect(part).toBe('requesting/officer')
          } else expect(makers[factKindOf(fact) as keyof typeof makers], factKindOf(fact)).toContain(part)
        }
      }),
      { numRuns: 1000, seed: 6 },
    )
  },
)

test('V26: every onward request has an approval or a standing policy, at most one for each report', patient, () => {
  let agreed = 0
  let byPolicy = 0
  fc.assert(
    fc.property(walks, seeds => {
      const { history } = walk(seeds)
      const followed = new Map<number, string>()
      for (const fact of history.facts) {
        if (isFact(fact, 'MovedOnwardReported') && fact.data.child) {
          byPolicy++
          expect(fact.data.standingPolicy).toBeDefined()
          followed.set(fact.sequence, fact.data.child.requestId)
        }
        if (!isFact(fact, 'OnwardFollowed')) continue
        agreed++
        expect(followed.has(fact.data.report)).toBe(false)
        followed.set(fact.data.report, fact.data.child.requestId)
      }
      const { movedOnward } = history.current().state.context
      const children = movedOnward.flatMap(({ report, childRequestId }) => (childRequestId ? [[report, childRequestId] as const] : []))
      expect(new Map(children)).toEqual(followed)
      expect(new Set(followed.values()).size).toBe(followed.size)
    }),
    { numRuns: 1500, seed: 11 },
  )
  expect(agreed).toBeGreaterThan(50)
  expect(byPolicy).toBeGreaterThan(5)
})

test('V17: every action on frozen money has a proposer and another approver of one member role, with the same data', patient, () => {
  let approvals = 0
  fc.assert(
    fc.property(walks, seeds => {
      /** Proposals since money was last frozen. */
      let proposals: Fact[] = []
      let phase = ''
      for (const fact of walk(seeds).history.facts) {
        if (isFact(fact, 'ActionProposed')) proposals.push(fact)
        const kind = factKindOf(fact)
        if (phase === 'frozen' && Object.values<string>(doneBy).includes(kind)) {
          approvals++
          const { proposedBy = '' } = dataOf(fact)
          expect(proposedBy).not.toBe(fact.actor)
          expect(partOf(proposedBy)).toBe(partOf(fact.actor))
          const said = proposals.filter(
            each => isFact(each, 'ActionProposed') && doneBy[each.data.command] === kind && each.actor === proposedBy,
          )
          expect(said.some(each => isFact(each, 'ActionProposed') && isWithin(each.data.data as object, fact.data))).toBe(true)
        } else if (kind === 'RequestWithdrawn') expect(dataOf(fact).proposedBy).toBeUndefined()
        phase = fact.phase
        if (phase !== 'frozen') proposals = []
      }
    }),
    { numRuns: 1000, seed: 6 },
  )
  // At least as many as there are walks, so the property is not vacuous.
  expect(approvals).toBeGreaterThan(1000)
})

/** Whether an object contains all members of another, with the same values. */
const isWithin = (words: object, data: object): boolean =>
  Object.entries(words).every(([name, value]) => JSON.stringify((data as Record<string, unknown>)[name]) === JSON.stringify(value))

test('V17: a verification by officers has two of them, unless the latest review of the document required one', patient, () => {
  let byTwo = 0
  fc.assert(
    fc.property(walks, seeds => {
      let officers = 2
      let proposedBy: string | undefined
      for (const fact of walk(seeds).history.facts) {
        if (isFact(fact, 'ReviewRequested')) officers = fact.data.officers ?? 2
        if (isFact(fact, 'RequestReopened') || (isFact(fact, 'InformationProvided') && fact.data.request)) officers = 2
        if (isFact(fact, 'VerificationProposed')) proposedBy = fact.actor
        if (isFact(fact, 'RequestVerified') && partOf(fact.actor) !== 'engine/validation') {
          if (officers === 2) {
            byTwo++
            expect(fact.data.proposedBy).toBe(proposedBy)
            expect(fact.data.proposedBy).not.toBe(fact.actor)
            expect(proposedBy).toBeDefined()
          }
        }
        // A question or an end voids earlier proposals.
        if (isFact(fact, 'InformationRequested') || fact.phase !== 'received') proposedBy = undefined
      }
    }),
    { numRuns: 1000, seed: 6 },
  )
  expect(byTwo).toBeGreaterThan(100)
})

test('an assessment by the rules counts only for its own document', patient, () => {
  let verdicts = 0
  let late = 0
  fc.assert(
    fc.property(walks, seeds => {
      const { steps, history } = walk(seeds)
      for (const [index, { given, decision }] of steps.entries()) {
        if (index === 0 || partOf(given.actor) !== 'engine/validation') continue
        const before = history.facts.slice(0, steps[index - 1]?.after.sequence)
        const isOfThis = given.causationid === before.findLast(bringsToAssess)?.id
        if (decision.outcome === 'fact') verdicts++
        if (decision.outcome === 'fact') expect(isOfThis).toBe(true)
        else if (!isOfThis) late++
      }
    }),
    { numRuns: 1000, seed: 6 },
  )
  expect(verdicts).toBeGreaterThan(1000)
  expect(late).toBeGreaterThan(100)
})
