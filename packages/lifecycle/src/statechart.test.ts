import { type Deadline, type DualApprovalOnceHeld, dualApprovalOnceHeld, type FactKind } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import {
  acknowledge,
  actors,
  ask,
  at,
  command,
  frozen,
  type History,
  history,
  open,
  pairs,
  pass,
  proposalData,
  reject,
} from '../test/world.ts'
import type { StatechartEvent } from './event.ts'
import { transition } from './transition.ts'

// What decides asks first, and so never writes such facts. A fold that took them would be bent by whoever could write to the log, and by a fault of the ledger.

const next = (h: History, type: FactKind, data: object, actor: string) =>
  transition(h.current().state, { type, data, actor, time: at(1), sequence: h.current().sequence + 1 } as unknown as StatechartEvent)

const facts: Readonly<Record<DualApprovalOnceHeld, { readonly type: FactKind; readonly data: object }>> = {
  ConfirmFreeze: { type: 'FreezeConfirmed', data: proposalData.ConfirmFreeze },
  ExtendFreeze: { type: 'FreezeExtended', data: { ...proposalData.ExtendFreeze, extended: [{ hold: 0, expiresAt: at(200) }] } },
  InitiateReturn: { type: 'ReturnInitiated', data: proposalData.InitiateReturn },
  Withdraw: { type: 'RequestWithdrawn', data: proposalData.Withdraw },
  Release: { type: 'FreezeReleased', data: proposalData.Release },
  CloseUnrecovered: { type: 'ClosedUnrecovered', data: proposalData.CloseUnrecovered },
}

describe.each(dualApprovalOnceHeld)('V17: the statechart takes %s of two persons only', kind => {
  const [first, second] = pairs[kind].map(name => actors[name]) as [string, string]
  const fact = (h: History, proposedBy: string | undefined, actor: string) =>
    next(h, facts[kind].type, { ...facts[kind].data, ...(proposedBy === undefined ? {} : { proposedBy }) }, actor)
  const proposed = () => {
    const h = frozen('920.00')
    h.give(command(kind, proposalData[kind] as never, pairs[kind][0]))
    return h
  }

  test('one who proposed it and another', () => {
    const h = proposed()
    expect(fact(h, first, second)).not.toBe(h.current().state)
  })

  test('not of one person twice, not where the second names nobody, and not where nobody proposed it', () => {
    const h = proposed()
    for (const refused of [fact(h, first, first), fact(h, second, first), fact(h, undefined, second), fact(h, '', second)])
      expect(refused).toBe(h.current().state)
    const alone = frozen('920.00')
    expect(fact(alone, first, second)).toBe(alone.current().state)
  })

  test('not where the one who is named has proposed something else', () => {
    const h = frozen('920.00')
    const otherKind = kind === 'Release' ? 'CloseUnrecovered' : 'Release'
    h.give(command(otherKind, proposalData[otherKind] as never, 'judge'))
    expect(fact(h, actors.judge, second)).toBe(h.current().state)
  })

  test('not where somebody else than the one who is named proposed it', () => {
    const h = proposed()
    expect(fact(h, 'TL/fiu/somebody', second)).toBe(h.current().state)
  })
})

test('V17: of one person no withdrawal is taken while a return is being prepared either', () => {
  const h = frozen('920.00')
  h.both('InitiateReturn')
  expect(next(h, 'RequestWithdrawn', proposalData.Withdraw, actors.officer)).toBe(h.current().state)
  expect(next(h, 'RequestWithdrawn', { ...proposalData.Withdraw, proposedBy: actors.secondOfficer }, actors.officer)).toBe(
    h.current().state,
  )
})

describe('whatever a passed deadline arms is armed, wherever it passes', () => {
  const armed: Deadline = { kind: 'execute', dueAt: at(999) }
  test.each([
    ['while it is assessed', () => history(open())],
    ['at a question of the rules', () => history(open(), ask('validation'))],
    ['once it is verified', () => history(open(), pass())],
    ['at a question of the bank', () => history(open(), pass(), ask('bank'))],
    ['at a question once it was acknowledged', () => history(open(), pass(), acknowledge(), ask('bank'))],
    ['while money is held', () => frozen('920.00')],
    ['once it has ended', () => history(open(), reject())],
    ['once it is recovered', recovered],
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
