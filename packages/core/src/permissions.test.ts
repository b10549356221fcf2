import type { Actor } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { actsAsInstitution, describePermission, hasPart, isPermitted } from './permissions.ts'

const parties = [
  { name: 'asking country', country: 'SG' },
  { name: 'answering country', country: 'TL' },
  { name: 'answering country', country: 'AU' },
]
const allowed = [
  { party: 'answering country', roles: ['institution', 'fiu', 'officer'] },
  { party: 'engine', roles: ['clock'] },
] as const
const actor = (country: string, role: string) => ({ country, role, person: 'p' }) as Actor

describe('a command is permitted', () => {
  test.each([
    ['to each country of a party', actor('TL', 'fiu'), true],
    ['to each country of a party', actor('AU', 'officer'), true],
    ['not to another party', actor('SG', 'officer'), false],
    ['not to another role', actor('TL', 'authority'), false],
    ['not to a stranger', actor('FR', 'fiu'), false],
    ['to the engine', actor('holdfast', 'clock'), true],
    ['not to a member with a role of the engine', actor('TL', 'clock'), false],
    ['not to the engine in a role of a member', actor('holdfast', 'fiu'), false],
  ])('%s: %j', (_to, who, is) => expect(isPermitted(who, allowed, parties)).toBe(is))
})

test('the parties and the engine have a part in a request', () => {
  expect(['SG', 'AU', 'holdfast', 'FR'].map(country => hasPart(actor(country, 'officer'), parties))).toEqual([true, true, true, false])
})

test('an institution or FIU of a party acts as the institution', () => {
  const acts = (country: string, role: string) => actsAsInstitution(actor(country, role), allowed, parties)
  expect([acts('TL', 'institution'), acts('TL', 'fiu'), acts('TL', 'officer'), acts('SG', 'fiu')]).toEqual([true, true, false, false])
})

test('a permission is described by party and roles', () => {
  expect(describePermission(allowed)).toBe("the answering country's institution or fiu or officer, or the engine's clock")
})
