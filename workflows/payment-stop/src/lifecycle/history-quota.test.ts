import { factsPerMemberRoleMax, fitsHistoryQuota, reservedFactsPerMemberRoleMax } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { policy } from '../../test/lifecycle/policy.ts'
import {
  actors,
  answer,
  ask,
  at,
  codeOf,
  command,
  expired,
  freeze,
  from,
  frozen,
  giveBack,
  type History,
  history,
  interim,
  messageOf,
  noFunds,
  open,
  pass,
  proposalData,
  reopen,
  usd,
  withdraw,
} from '../../test/lifecycle/world.ts'
import { type Command, type CommandKind, commandDefinitionOf, commandKinds } from '../language/index.ts'
import { decide } from './decide.ts'
import { advances } from './history-quota.ts'

/** Repeats commands of one member role, each as often as it is accepted. Later ones are refused. */
function flood(h: History, next: (nth: number) => Command, times = 1000): void {
  for (let nth = 0; nth < times; nth++) h.give(next(nth))
  expect(codeOf(h.give(next(times)))).toBe('HISTORY_FULL')
}

const fullOf = (h: History, next: (nth: number) => Command): History => {
  flood(h, next)
  return h
}
const proposedBy = (role: 'judge' | 'bank', nth: number) =>
  role === 'judge'
    ? from(`TL/authority/p${nth}`, command('Release', { ...proposalData.Release, reference: `R-${nth}` }, 'judge'))
    : from(`TL/institution/p${nth}`, command('InitiateReturn', { ...proposalData.InitiateReturn, reference: `R-${nth}` }, 'bank'))

const floods: ReadonlyArray<readonly [string, (h: History) => void]> = [
  ['interim answers', h => flood(h, () => interim('S000'))],
  ['proposals of many persons, each with its own data', h => flood(h, nth => proposedBy('bank', nth))],
  ['a cent at a time', h => flood(h, () => freeze('0.01'))],
  ['reports without effect', h => flood(h, () => noFunds())],
]

describe('a history that is flooded with', () => {
  describe.each(floods)('%s', (_what, fill) => {
    const filled = () => {
      const h = frozen('920.00')
      fill(h)
      return h
    }

    test('ends below a thousand facts', () => {
      const h = filled()
      expect(Math.max(...Object.values(h.current().historyQuotaUsed))).toBeLessThanOrEqual(
        factsPerMemberRoleMax + reservedFactsPerMemberRoleMax,
      )
      expect(h.facts.length).toBeLessThan(1_000)
    })

    test('still accepts a release and a withdrawal', () => {
      for (const kind of ['Release', 'Withdraw'] as const) {
        const h = filled()
        expect(h.both(kind).outcome).toBe('fact')
        expect(h.view().phase).toBe('closed')
      }
    })

    test('still accepts a confirmation, an extension, another hold, and the return of everything', () => {
      const h = filled()
      h.give(from(actors.fiu, freeze('0.03')))
      expect(h.last()?.type).toBe('holdfast.fact.v1.FreezeReported')
      expect(h.both('ConfirmFreeze').outcome).toBe('fact')
      h.give(from(actors.fiu, command('InitiateReturn', proposalData.InitiateReturn, 'bank')))
      h.give(from(actors.secondFiu, command('InitiateReturn', proposalData.InitiateReturn, 'bank')))
      const held = h.view().amounts.frozen?.value ?? ''
      expect(h.give(giveBack(held)).outcome).toBe('fact')
      expect(h.states()).toEqual(['recovered'])
    })

    test('still accepts the engine’s own facts, such as the expiry of a hold', () => {
      const h = filled()
      const ends = h.current().state.context.holds.flatMap(({ expiresAt }) => expiresAt ?? [])
      for (const dueAt of new Set(ends)) expect(decide(h.current(), expired(dueAt), policy).outcome).toBe('fact')
    })
  })

  test('interim answers before the hold still accepts the freeze', () => {
    const h = fullOf(history(open(), pass()), () => interim('S000'))
    expect(h.current().historyQuotaUsed['TL/institution/']).toBe(factsPerMemberRoleMax)
    expect(messageOf(h.give(ask('bank')))).toBe(
      `a history takes ${factsPerMemberRoleMax} facts of each member role, then only facts that advance the request, and ${reservedFactsPerMemberRoleMax} more reports on money or proposals`,
    )
    expect(h.give(ask('desk')).outcome).toBe('fact')
    for (const value of ['1.00', '2.00']) h.give(freeze(value))
    expect(h.view().amounts.frozen).toEqual(usd('3.00'))
  })

  test('questions and answers still accepts the desk’s rejection', () => {
    const h = fullOf(history(open(), pass()), nth => (nth % 2 === 0 ? ask('bank') : answer()))
    expect(h.give(command('Reject', { code: 'IMMUNITY' }, 'desk')).outcome).toBe('fact')
  })

  test('withdrawals and reopenings ends closed, and cannot be reopened', () => {
    const h = history(open())
    for (let nth = 0; nth < 500; nth++) {
      h.give(withdraw())
      h.give(reopen())
    }
    expect(codeOf(h.give(reopen()))).toBe('HISTORY_FULL')
    expect(h.states()).toEqual(['closed.withdrawn'])
  })

  test('the facts of all member roles together stay below a thousand', () => {
    const h = frozen('920.00')
    flood(h, nth => interim('S000', at(nth / 100)))
    for (let nth = 0; nth < 100; nth++) {
      h.give(proposedBy('judge', nth))
      h.give(proposedBy('bank', nth))
      h.give(from(actors.fiu, freeze('0.01')))
      h.give(from(`SG/officer/p${nth}`, command('Withdraw', { reason: `No ${nth}` }, 'officer')))
    }
    expect(Math.max(...Object.values(h.current().historyQuotaUsed))).toBeLessThanOrEqual(
      factsPerMemberRoleMax + reservedFactsPerMemberRoleMax,
    )
    expect(h.facts.length).toBeLessThan(1_000)
  })
})

describe('the history quota of a member role', () => {
  test('is not used by other member roles', () => {
    const h = frozen('920.00')
    flood(h, () => freeze('0.01'))
    expect(codeOf(h.give(command('ExtendFreeze', proposalData.ExtendFreeze, 'judge')))).not.toBe('HISTORY_FULL')
    expect(h.give(from(actors.fiu, freeze('0.01'))).outcome).toBe('fact')
    expect(h.current().historyQuotaUsed).toMatchObject({
      'TL/institution/': factsPerMemberRoleMax + reservedFactsPerMemberRoleMax,
      'TL/authority/': 1,
      'TL/fiu/': 1,
    })
  })

  test('lets the requesting country share and decide after a bank’s flood of reports', () => {
    const h = frozen('920.00')
    flood(h, () => freeze('0.01'))
    const share = { with: { country: 'FR', unit: 'cybercrime' }, extent: 'history', purpose: 'The same accounts' } as const
    expect(h.give(command('ShareRequest', share, 'officer')).outcome).toBe('fact')
  })
})

describe('a proposal', () => {
  test('is not displaced by another member role: each can have eight', () => {
    const h = frozen('920.00')
    h.give(command('Release', proposalData.Release, 'judge'))
    for (let nth = 0; nth < 30; nth++) h.give(proposedBy('bank', nth))
    expect(h.view().proposals.map(({ command: what }) => what)).toEqual(['Release', ...Array.from({ length: 8 }, () => 'InitiateReturn')])
    h.give(command('Release', proposalData.Release, 'secondJudge'))
    expect(h.states()).toEqual(['closed.released'])
  })
})

describe('with the quota of a member role used up', () => {
  const state = frozen('400.00').current().state
  const fits = (kind: CommandKind, used: number, next = state, type = 'InterimReported') =>
    advances(state, next, type) ||
    fitsHistoryQuota({ 'TL/institution/': used }, actors.bank, commandDefinitionOf(kind)?.mayUseReservedQuota === true)

  test('reports on money, dual approvals and approvals of onward requests fit the reserve', () => {
    const reserved = commandKinds.filter(kind => fits(kind, factsPerMemberRoleMax))
    expect(new Set(reserved)).toEqual(
      new Set([
        'ProposeVerification',
        'ReportFreeze',
        'ReportMovedOnward',
        'CorrectAnswer',
        'ConfirmFreeze',
        'ExtendFreeze',
        'InitiateReturn',
        'ReportReturn',
        'Withdraw',
        'Release',
        'CloseUnrecovered',
        'FollowOnward',
        'OrderErasure',
        'DecideChallenge',
      ]),
    )
    expect(commandKinds.every(kind => fits(kind, factsPerMemberRoleMax - 1))).toBe(true)
    expect(commandKinds.some(kind => fits(kind, factsPerMemberRoleMax + reservedFactsPerMemberRoleMax))).toBe(false)
  })

  test('a step to another phase or region fits, but not a reopening', () => {
    const full = factsPerMemberRoleMax + reservedFactsPerMemberRoleMax
    const after = (change: (h: History) => void) => {
      const h = frozen('400.00')
      change(h)
      return h.current().state
    }
    const confirmed = after(h => h.both('ConfirmFreeze'))
    const returning = after(h => h.both('InitiateReturn'))
    const more = after(h => h.give(freeze('600.00')))
    const ended = after(h => h.both('Release'))
    expect([confirmed, returning, ended].map(next => fits('ReportFreeze', full, next))).toEqual([true, true, true])
    expect([more, state].map(next => fits('ReportFreeze', full, next))).toEqual([false, false])
    expect(fits('ReportInterim', full, ended, 'RequestReopened')).toBe(false)
  })
})
