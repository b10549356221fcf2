import { factsPerMemberRoleMax } from '@holdfast/core'
import type { SharedUnit, ShareExtent } from '@holdfast/schemas'
import { sharesMax, specialUnits } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import {
  type ActorName,
  codeOf,
  command,
  freeze,
  frozen,
  type History,
  history,
  messageOf,
  open,
  pass,
  reject,
} from '../../test/lifecycle/world.ts'
import type { CommandBody } from '../language/index.ts'
import { evolveSummary } from './request-summary.ts'

const cybercrimeOf = (country: string): SharedUnit => ({ country, unit: 'cybercrime' })
const secretariat: SharedUnit = { country: 'XP', unit: 'generalSecretariat' }
const share = (unit: SharedUnit, extent: ShareExtent = 'history', actor: ActorName = 'officer') =>
  command(
    'ShareRequest',
    { with: unit, extent, purpose: 'The same accounts stand in its cases' } satisfies CommandBody<'ShareRequest'>,
    actor,
  )
const withdrawShare = (fact: number, actor: ActorName = 'officer') =>
  command('WithdrawShare', { share: fact, reason: 'Its case is closed' }, actor)
const sharedIn = (h: History) =>
  (h.view().sharedWith ?? []).map(({ with: { country, unit }, extent, share: fact }) => [country, unit, extent, fact])

describe('a request can be shared', () => {
  test('by the requesting country with a unit of any member and with the General Secretariat, without a change of state', () => {
    const h = frozen('600.00')
    const states = h.states()
    h.give(share(cybercrimeOf('FR')))
    h.give(share(secretariat, 'standing'))
    expect(h.states()).toEqual(states)
    expect(sharedIn(h)).toEqual([
      ['FR', 'cybercrime', 'history', 4],
      ['XP', 'generalSecretariat', 'standing', 5],
    ])
    expect(h.facts.at(-1)).toMatchObject({
      critical: false,
      data: { purpose: 'The same accounts stand in its cases', resultingState: { states } },
    })
  })

  test('by the beneficiary country with its own units only, because the case belongs to the requesting country', () => {
    const h = frozen('600.00')
    const elsewhere = h.give(share(cybercrimeOf('FR'), 'history', 'desk'))
    expect([codeOf(elsewhere), messageOf(elsewhere)]).toEqual(['NOT_PERMITTED', expect.stringContaining('Ask SG')])
    expect(codeOf(h.give(share(secretariat, 'history', 'desk')))).toBe('NOT_PERMITTED')
    h.give(share(cybercrimeOf('TL'), 'history', 'desk'))
    expect(sharedIn(h)).toEqual([['TL', 'cybercrime', 'history', 4]])
  })

  test('also after its end', () => {
    const h = history(open(), pass(), reject())
    h.give(share(cybercrimeOf('FR')))
    expect(sharedIn(h)).toHaveLength(1)
  })

  test.each<[string, SharedUnit, string]>([
    ['a denied country', cybercrimeOf('VU'), 'denies VU access'],
    ['a country that is not a member', cybercrimeOf('XX'), 'is not a member country'],
  ])('not with %s', (_what, unit, words) => {
    const refused = frozen('600.00').give(share(unit))
    expect([codeOf(refused), messageOf(refused)]).toEqual(['NOT_PERMITTED', expect.stringContaining(words)])
  })

  test('with one extent for each unit: a later share replaces the earlier one, and a repeat is refused', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('FR'), 'standing'))
    const repeated = h.give(share(cybercrimeOf('FR'), 'standing'))
    expect([codeOf(repeated), messageOf(repeated)]).toEqual(['WRONG_STATE', 'the request is already shared with that unit, by fact 4'])
    h.give(share(cybercrimeOf('FR'), 'history'))
    expect(sharedIn(h)).toEqual([['FR', 'cybercrime', 'history', 5]])
  })

  test(`with at most ${sharesMax} units, and each share can be withdrawn even if the history quota is used up`, () => {
    const h = frozen('600.00')
    const units = ['FR', 'MY', 'AE', 'DE', 'US'].flatMap(country => specialUnits.map(unit => ({ country, unit })))
    for (const unit of units) h.give(share(unit))
    expect(sharedIn(h)).toHaveLength(sharesMax)
    const further = h.give(share(cybercrimeOf('JP')))
    expect([codeOf(further), messageOf(further)]).toEqual(['WRONG_STATE', `a request can be shared with at most ${sharesMax} units`])
    for (let nth = 0; nth < factsPerMemberRoleMax; nth++) h.give(share(cybercrimeOf('FR'), nth % 2 ? 'history' : 'standing'))
    expect(h.current().historyQuotaUsed['SG/officer/']).toBe(factsPerMemberRoleMax)
    h.give(withdrawShare(4))
    expect(sharedIn(h)).toHaveLength(sharesMax - 1)
    expect(codeOf(h.give(share(cybercrimeOf('JP'))))).toBe('HISTORY_FULL')
  })
})

describe('a share can be withdrawn', () => {
  test('by the country that made it and by the requesting country, once', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('TL'), 'standing', 'desk'))
    h.give(share(cybercrimeOf('FR')))
    const foreign = h.give(withdrawShare(5, 'desk'))
    expect([codeOf(foreign), messageOf(foreign)]).toEqual(['NOT_PERMITTED', 'only SG or the requesting country may withdraw this share'])
    h.give(withdrawShare(4, 'secondOfficer'))
    h.give(withdrawShare(5))
    expect(sharedIn(h)).toEqual([])
    const repeated = h.give(withdrawShare(5))
    expect([codeOf(repeated), messageOf(repeated)]).toEqual(['WRONG_STATE', 'fact 5 has no active share'])
    expect(h.facts.at(-1)?.data).toMatchObject({ with: cybercrimeOf('FR'), reason: 'Its case is closed' })
  })

  test('but the beneficiary country cannot reduce a share of the requesting country', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('TL'), 'history'))
    const reduced = h.give(share(cybercrimeOf('TL'), 'standing', 'desk'))
    expect([codeOf(reduced), messageOf(reduced)]).toEqual(['NOT_PERMITTED', 'fact 4 shared it, of SG'])
    h.give(share(cybercrimeOf('TL'), 'standing', 'secondOfficer'))
    expect(sharedIn(h)).toEqual([['TL', 'cybercrime', 'standing', 5]])
  })
})

test('consumers without the statechart know the same shares', () => {
  const h = history(open(), pass())
  h.give(share(cybercrimeOf('FR')))
  h.give(share(secretariat))
  h.give(withdrawShare(3))
  h.give(freeze('600.00'))
  const summary = h.facts.reduce<ReturnType<typeof evolveSummary>['summary']>(
    (before, fact) => evolveSummary(before, fact).summary,
    undefined,
  )
  expect(summary?.sharedWith).toEqual(h.current().sharedWith)
  expect(summary?.sharedWith).toHaveLength(1)
})
