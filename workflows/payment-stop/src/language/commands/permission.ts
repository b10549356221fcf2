import type { Actor } from '@holdfast/schemas'

/** A party of the request, and the roles that may act for it. */
export interface Permission {
  readonly party: 'requesting country' | 'beneficiary country' | 'engine'
  readonly roles: ReadonlyArray<Actor['role']>
}

export const requester: Permission = { party: 'requesting country', roles: ['system', 'officer'] }
export const requestersOfficer: Permission = { party: 'requesting country', roles: ['officer'] }
export const desk: Permission = { party: 'beneficiary country', roles: ['officer'] }
export const institution: Permission = { party: 'beneficiary country', roles: ['institution'] }
export const institutionOrFiu: Permission = { party: 'beneficiary country', roles: ['institution', 'fiu'] }
export const authority: Permission = { party: 'beneficiary country', roles: ['authority'] }
export const validation: Permission = { party: 'engine', roles: ['validation'] }
export const dispatch: Permission = { party: 'engine', roles: ['dispatch'] }
export const clock: Permission = { party: 'engine', roles: ['clock'] }
