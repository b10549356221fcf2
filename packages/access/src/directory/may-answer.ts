import { type Directory, isGivenToInstitution } from '@holdfast/directory'
import type { Actor } from '@holdfast/schemas'
import { actsForOffice, institutionFor, type Members } from '@holdfast/trust'

/** A sender in the role of an institution or a FIU. */
export interface AnsweringSender extends Pick<Actor, 'country' | 'role'> {
  /** The offices of the institution whose key the sender has. */
  readonly bics?: readonly string[] | undefined
  /** The answer was in a folder of the directory, which says whose orders are answered there. */
  readonly byFolder?: true
}

/** Why a sender may not act for the institution with this BIC; undefined where it may. */
export type WhyNotAnswer = (sender: AnsweringSender, bic: string) => string | undefined

/** The same refusal for another institution's order as for an order that does not exist. */
export const notOfThisInstitution = 'your institution has no order for the request it names'

/**
 * Decides for every endpoint who acts for an institution (ADR 54). An institution with a key of its own acts for its offices, and no other sender does in its role, except by its folder.
 * A FIU acts where the directory gives orders to no institution.
 */
export function createWhyNotAnswer(members: Pick<Members, 'get'>, directory: () => Directory): WhyNotAnswer {
  return ({ country, role, bics, byFolder }, bic) => {
    const member = members.get(country)
    if (bics) return actsForOffice(member, bics, bic) ? undefined : notOfThisInstitution
    if (byFolder) return undefined
    if (role === 'fiu')
      return isGivenToInstitution(directory(), country, bic)
        ? 'the directory gives the orders of this request to an institution, so the FIU can not answer them'
        : undefined
    return institutionFor(member, bic)
      ? 'the institution of this request has a key of its own in the registry, so only that key answers for it'
      : undefined
  }
}
