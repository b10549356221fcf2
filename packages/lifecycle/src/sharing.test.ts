import type { CommandBody, SharedUnit, ShareExtent } from '@holdfast/schemas'
import { sharesMax, specialUnits } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { type ActorName, codeOf, command, freeze, frozen, type History, history, messageOf, open, pass, reject } from '../test/world.ts'
import { factsPerMemberRoleMax } from './history-quota-used.ts'
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

describe('a request is shared', () => {
  test('by the requesting country with a unit of any member and with the General Secretariat, and its state stays what it is', () => {
    const h = frozen('600.00')
    const states = h.states()
    h.give(share(cybercrimeOf('FR')))
    h.give(share(secretariat, 'standing'))
    expect(h.states()).toEqual(states)
    expect(sharedIn(h)).toEqual([
      ['FR', 'cybercrime', 'history', 4],
      ['XP', 'generalSecretariat', 'standing', 5],
    ])
    expect(h.facts.at(-1)).toMatchObject({ critical: false, data: { purpose: 'The same accounts stand in its cases', ledTo: { states } } })
  })

  test('by the beneficiary country with units of its own alone: what it knows of the case is the requesting country’s', () => {
    const h = frozen('600.00')
    const elsewhere = h.give(share(cybercrimeOf('FR'), 'history', 'desk'))
    expect([codeOf(elsewhere), messageOf(elsewhere)]).toEqual(['NOT_PERMITTED', expect.stringContaining('ask SG')])
    expect(codeOf(h.give(share(secretariat, 'history', 'desk')))).toBe('NOT_PERMITTED')
    h.give(share(cybercrimeOf('TL'), 'history', 'desk'))
    expect(sharedIn(h)).toEqual([['TL', 'cybercrime', 'history', 4]])
  })

  test('also once it has ended', () => {
    const h = history(open(), pass(), reject())
    h.give(share(cybercrimeOf('FR')))
    expect(sharedIn(h)).toHaveLength(1)
  })

  test.each<[string, SharedUnit, string]>([
    ['a country that the document is kept from', cybercrimeOf('VU'), 'is kept from VU'],
    ['a country that is no member', cybercrimeOf('XX'), 'no member'],
  ])('not with %s', (_what, unit, words) => {
    const refused = frozen('600.00').give(share(unit))
    expect([codeOf(refused), messageOf(refused)]).toEqual(['NOT_PERMITTED', expect.stringContaining(words)])
  })

  test('with one unit to one extent: a later share takes the place of the one before, and the same again is refused', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('FR'), 'standing'))
    expect(codeOf(h.give(share(cybercrimeOf('FR'), 'standing')))).toBe('WRONG_STATE')
    h.give(share(cybercrimeOf('FR'), 'history'))
    expect(sharedIn(h)).toEqual([['FR', 'cybercrime', 'history', 5]])
  })

  test(`with ${sharesMax} units at most, of which each can be withdrawn again, also where a history takes nothing else`, () => {
    const h = frozen('600.00')
    const units = ['FR', 'MY', 'AE', 'DE', 'US'].flatMap(country => specialUnits.map(unit => ({ country, unit })))
    for (const unit of units) h.give(share(unit))
    expect(sharedIn(h)).toHaveLength(sharesMax)
    for (let nth = 0; nth < factsPerMemberRoleMax; nth++) h.give(share(cybercrimeOf('FR'), nth % 2 ? 'history' : 'standing'))
    expect(h.current().roomUsed['SG/officer/']).toBe(factsPerMemberRoleMax)
    h.give(withdrawShare(4))
    expect(sharedIn(h)).toHaveLength(sharesMax - 1)
    expect(codeOf(h.give(share(cybercrimeOf('JP'))))).toBe('HISTORY_FULL')
  })
})

describe('a share is withdrawn', () => {
  test('by the country that made it and by the one whose request it is, once', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('TL'), 'standing', 'desk'))
    h.give(share(cybercrimeOf('FR')))
    expect(codeOf(h.give(withdrawShare(5, 'desk')))).toBe('NOT_PERMITTED')
    h.give(withdrawShare(4, 'secondOfficer'))
    h.give(withdrawShare(5))
    expect(sharedIn(h)).toEqual([])
    expect(codeOf(h.give(withdrawShare(5)))).toBe('WRONG_STATE')
    expect(h.facts.at(-1)?.data).toMatchObject({ with: cybercrimeOf('FR'), reason: 'Its case is closed' })
  })

  test('and what the requesting country shared the beneficiary country does not narrow', () => {
    const h = frozen('600.00')
    h.give(share(cybercrimeOf('TL'), 'history'))
    expect(codeOf(h.give(share(cybercrimeOf('TL'), 'standing', 'desk')))).toBe('NOT_PERMITTED')
    h.give(share(cybercrimeOf('TL'), 'standing', 'secondOfficer'))
    expect(sharedIn(h)).toEqual([['TL', 'cybercrime', 'standing', 5]])
  })
})

test('readers that run no statechart know the same shares', () => {
  const h = history(open(), pass())
  h.give(share(cybercrimeOf('FR')))
  h.give(share(secretariat))
  h.give(withdrawShare(3))
  h.give(freeze('600.00'))
  const standing = h.facts.reduce<ReturnType<typeof evolveSummary>['standing']>(
    (before, fact) => evolveSummary(before, fact).standing,
    undefined,
  )
  expect(standing?.sharedWith).toEqual(h.current().sharedWith)
  expect(standing?.sharedWith).toHaveLength(1)
})
