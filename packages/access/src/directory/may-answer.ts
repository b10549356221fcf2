import { type Directory, hasInstitutionEntry } from '@holdfast/directory'
import type { Actor } from '@holdfast/schemas'
import { actsForOffice, institutionFor, type Members } from '@holdfast/trust'

/** A sender in the role of an institution or a FIU. */
export interface AnsweringSender extends Pick<Actor, 'country' | 'role'> {
  /** The offices of the institution whose key the sender has. */
  readonly bics?: readonly string[] | undefined
  /** The answer was in an answer folder of the directory. */
  readonly byFolder?: true
}

/** Returns why a sender may not act for the institution with this BIC; undefined if it may. */
export type AnswerObstacleFinder = (sender: AnsweringSender, bic: string) => string | undefined

/** The refusal for the order of another institution, identical to that for an unknown order. */
export const notOfThisInstitution = 'your institution has no order for the request it names'

/**
 * Decides for every ingress which sender acts for an institution (ADR 54). An institution with its own key acts for its
 * offices, and no other sender in its role does, except through its folder. A FIU acts if the directory gives the
 * orders to no institution.
 */
export function createAnswerObstacleFinder(members: Pick<Members, 'get'>, directory: () => Directory): AnswerObstacleFinder {
  return ({ country, role, bics, byFolder }, bic) => {
    const member = members.get(country)
    if (bics) return actsForOffice(member, bics, bic) ? undefined : notOfThisInstitution
    if (byFolder) return undefined
    if (role === 'fiu')
      return hasInstitutionEntry(directory(), country, bic)
        ? 'the directory gives the orders of this request to an institution, so the FIU cannot answer them'
        : undefined
    return institutionFor(member, bic)
      ? 'the institution of this request has a key of its own in the registry, so only that key answers for it'
      : undefined
  }
}
