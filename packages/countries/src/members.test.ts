import { describe, expect, test } from 'vitest'
import { isReachable, memberCountries, responsibleCountryFor, subBureaus } from './members.ts'

describe('members', () => {
  test('INTERPOL has 196 members', () => {
    expect(memberCountries.size).toBe(196)
    expect([...memberCountries].filter(code => !/^[A-Z]{2}$/.test(code))).toEqual([])
  })

  test.each(['SG', 'TL', 'GB', 'US', 'CN', 'PW', 'FM', 'VA', 'PS', 'AW', 'CW', 'SX', 'BT', 'SS'])('%s is a member', country => {
    expect(memberCountries.has(country)).toBe(true)
  })

  test.each(['KP', 'TV', 'TW', 'XK', 'UK', 'EU', 'ZZ', ''])('%s is not reachable', country => {
    expect(isReachable(country)).toBe(false)
    expect(responsibleCountryFor(country)).toBeUndefined()
  })

  test('Hong Kong and Macao are reached as sub-bureaus of China, Gibraltar as one of the United Kingdom', () => {
    expect(memberCountries.has('HK')).toBe(false)
    expect(isReachable('HK')).toBe(true)
    expect(subBureaus.get('HK')).toBe('CN')
    expect(subBureaus.get('MO')).toBe('CN')
    expect(subBureaus.get('GI')).toBe('GB')
  })

  test('every sub-bureau belongs to a member and is not a member itself', () => {
    for (const [code, member] of subBureaus) {
      expect(memberCountries.has(member), code).toBe(true)
      expect(memberCountries.has(code), code).toBe(false)
    }
  })

  test('a place without its own bureau has a responsible member', () => {
    expect(responsibleCountryFor('JE')).toBe('GB')
    expect(responsibleCountryFor('GP')).toBe('FR')
    expect(responsibleCountryFor('SG')).toBe('SG')
    expect(responsibleCountryFor('HK')).toBe('HK')
    expect(isReachable('JE')).toBe(false)
  })
})
