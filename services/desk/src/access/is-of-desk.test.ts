import { type MemberRole, memberRoles } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { isOfDesk } from './is-of-desk.ts'

const who = (country: string, role: MemberRole, unit?: string) => ({ country, role, person: 'a', ...(unit ? { unit } : {}) })

test('a national desk is its officers, its FIU and its authority, without units and the General Secretariat', () => {
  expect(memberRoles.filter(role => isOfDesk(who('SG', role)))).toEqual(['officer', 'fiu', 'authority'])
  expect(memberRoles.filter(role => isOfDesk(who('SG', role, 'cybercrime')) || isOfDesk(who('XP', role)))).toEqual([])
})
