import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  actors,
  ask,
  at,
  command,
  frozen,
  frozenFor,
  type History,
  history,
  open,
  pairs,
  pass,
  proposalData,
  reject,
} from '../../test/lifecycle/world.ts'
import { type Deadline, type DualApprovalOnceFrozen, dualApprovalOnceFrozen, type FactKind } from '../language/index.ts'
import type { StatechartEvent } from './event.ts'
import { chart } from './transition.ts'

// `decide` never writes such facts. Accepting them would let a writer of the log, or a bug of the ledger, change
// states.

const next = (h: History, type: FactKind, data: object, actor: string) =>
  chart.transition(h.current().state, { type, data, actor, time: at(1), sequence: h.current().sequence + 1 } as unknown as StatechartEvent)

const facts: Readonly<Record<DualApprovalOnceFrozen, { readonly type: FactKind; readonly data: object }>> = {
  ConfirmFreeze: { type: 'FreezeConfirmed', data: proposalData.ConfirmFreeze },
  ExtendFreeze: { type: 'FreezeExtended', data: { ...proposalData.ExtendFreeze, extended: [{ hold: 0, expiresAt: at(200) }] } },
  InitiateReturn: { type: 'ReturnInitiated', data: proposalData.InitiateReturn },
  Withdraw: { type: 'RequestWithdrawn', data: proposalData.Withdraw },
  Release: { type: 'FreezeReleased', data: proposalData.Release },
  CloseUnrecovered: { type: 'ClosedUnrecovered', data: proposalData.CloseUnrecovered },
  DecideChallenge: { type: 'ChallengeDecided', data: { ...proposalData.DecideChallenge, reason: 'CHALLENGE_UPHELD' } },
}

describe.each(dualApprovalOnceFrozen)('V17: the statechart accepts %s with dual approval only', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]
  const fact = (h: History, proposedBy: string | undefined, actor: string) =>
    next(h, facts[kind].type, { ...facts[kind].data, ...(proposedBy === undefined ? {} : { proposedBy }) }, actor)
  const proposed = () => {
    const h = frozenFor(kind)
    h.give(command(kind, proposalData[kind] as never, pairs[kind][0]))
    return h
  }

  test('the proposer and another person', () => {
    const h = proposed()
    expect(fact(h, first, second)).not.toBe(h.current().state)
  })

  test('not of one person twice, not without a proposer, and not without a proposal', () => {
    const h = proposed()
    for (const refused of [fact(h, first, first), fact(h, second, first), fact(h, undefined, second), fact(h, '', second)])
      expect(refused).toBe(h.current().state)
    const alone = frozenFor(kind)
    expect(fact(alone, first, second)).toBe(alone.current().state)
  })

  test('not if the named person proposed something else', () => {
    const h = frozenFor(kind)
    const otherKind = kind === 'Release' ? 'CloseUnrecovered' : 'Release'
    h.give(command(otherKind, proposalData[otherKind] as never, 'judge'))
    expect(fact(h, actors.judge, second)).toBe(h.current().state)
  })

  test('not if another person than the named one proposed it', () => {
    const h = proposed()
    expect(fact(h, 'TL/fiu/another', second)).toBe(h.current().state)
  })
})

test('V17: the statechart accepts no withdrawal of one person while a return is being prepared', () => {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  expect(next(h, 'RequestWithdrawn', proposalData.Withdraw, actors.officer)).toBe(h.current().state)
  expect(next(h, 'RequestWithdrawn', { ...proposalData.Withdraw, proposedBy: actors.secondOfficer }, actors.officer)).toBe(
    h.current().state,
  )
})

describe('a missed deadline starts its next deadlines in every state', () => {
  const armed: Deadline = { kind: 'execute', dueAt: at(999) }
  test.each([
    ['during the assessment', () => history(open())],
    ['at a question of the rules', () => history(open(), ask('validation'))],
    ['after the verification', () => history(open(), pass())],
    ['at a question of the bank', () => history(open(), pass(), ask('bank'))],
    ['at a question after the acknowledgement', () => history(open(), pass(), acknowledge(), ask('bank'))],
    ['while money is frozen', () => frozen('920.00')],
    ['after the end', () => history(open(), reject())],
    ['after the recovery', recovered],
  ] as const)('%s', (_when, world) => {
    for (const deadline of world()
      .view()
      .deadlines.filter(({ kind }) => kind !== 'holdExpiry')) {
      const state = next(world(), 'DeadlineReached', { ...deadline, deadlines: [armed] }, actors.clock)
      expect(state.context.deadlines, deadline.kind).toContainEqual(armed)
      expect(state.context.deadlines, deadline.kind).not.toContainEqual(deadline)
    }
  })

  function recovered(): History {
    const h = frozen('920.00')
    h.both('InitiateReturn')
    h.give(command('ReportReturn', { amount: { currency: 'USD', value: '920.00' }, reference: 'P4-1' }, 'bank'))
    return h
  }
})
