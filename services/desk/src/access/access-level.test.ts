import { audienceOf, type Share, type SharedUnit, type ShareExtent } from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AccessLevel, type AccessScope, accessLevelOf, audiencesOf, fullAccessAudiences } from './access-level.ts'

const shareWith = (unit: SharedUnit, extent: ShareExtent): Share => ({
  share: 3,
  with: unit,
  extent,
  sharedBy: 'SG/officer/a',
  sharedAt: '2024-07-23T02:25:00.000Z',
})
const french: SharedUnit = { country: 'FR', unit: 'cybercrime' }
const secretariat: SharedUnit = { country: 'XP', unit: 'generalSecretariat' }
const request: AccessScope = {
  parties: [
    { country: 'SG', isDenied: false },
    { country: 'TL', isDenied: false },
  ],
  sharedWith: [shareWith(french, 'standing'), shareWith(secretariat, 'history')],
}

describe('the access level of a request', () => {
  test.each<[string, AccessLevel]>([
    ['SG', 'history'],
    ['TL', 'history'],
    ['FR.cybercrime', 'standing'],
    ['XP', 'history'],
    ['FR', 'nothing'],
    ['FR.organisedCrime', 'nothing'],
    ['SG.cybercrime', 'nothing'],
    ['TL.financialInvestigation', 'nothing'],
    ['DE', 'nothing'],
    ['', 'nothing'],
  ])('%s: %s', (audience, level) => {
    expect(accessLevelOf(audience, request)).toBe(level)
  })

  test('any number of parties have full access', () => {
    const parties = ['SG', 'TL', 'AU'].map(country => ({ country, isDenied: country === 'TL' }))
    expect([audiencesOf({ parties }), fullAccessAudiences({ parties })]).toEqual([
      ['SG', 'AU'],
      ['SG', 'AU'],
    ])
  })

  test('a denied party sees nothing, and all others see what they saw before', () => {
    const denied: AccessScope = { ...request, parties: request.parties.map(party => ({ ...party, isDenied: party.country === 'TL' })) }
    expect(['SG', 'TL', 'FR.cybercrime', 'XP'].map(audience => accessLevelOf(audience, denied))).toEqual([
      'history',
      'nothing',
      'standing',
      'history',
    ])
    expect([audiencesOf(denied), fullAccessAudiences(denied)]).toEqual([
      ['SG', 'FR.cybercrime', 'XP'],
      ['SG', 'XP'],
    ])
  })
})

const country = fc.constantFrom('SG', 'TL', 'FR', 'XP')
const unit = fc.constantFrom<SharedUnit>(
  french,
  secretariat,
  { country: 'SG', unit: 'antiScamCentre' },
  { country: 'TL', unit: 'cybercrime' },
)
const everybody = ['SG', 'TL', 'FR', 'XP', 'FR.cybercrime', 'SG.antiScamCentre', 'TL.cybercrime', 'DE', 'DE.cybercrime']

const shares = fc.uniqueArray(fc.tuple(unit, fc.constantFrom<ShareExtent>('standing', 'history')), { selector: ([one]) => audienceOf(one) })

test('the listed audiences are those with access', () => {
  fc.assert(
    fc.property(country, country, fc.boolean(), shares, (requesting, other, isDenied, sharedWith) => {
      const any: AccessScope = {
        parties: [
          { country: requesting, isDenied: false },
          { country: other, isDenied },
        ],
        sharedWith: sharedWith.map(([one, extent]) => shareWith(one, extent)),
      }
      const seeing = (levels: readonly AccessLevel[]) => everybody.filter(audience => levels.includes(accessLevelOf(audience, any)))
      expect([...audiencesOf(any)].sort()).toEqual(seeing(['standing', 'history']).sort())
      expect([...fullAccessAudiences(any)].sort()).toEqual(seeing(['history']).sort())
    }),
    { seed: 20261128, numRuns: 1000 },
  )
})
