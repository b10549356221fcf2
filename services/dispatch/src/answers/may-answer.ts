import { type Directory, isGivenToInstitution } from '@holdfast/directory'
import type { MemberActor } from '@holdfast/schemas'
import { institutionFor, type Members, speaksForOffice } from '@holdfast/trust'
import type { SentOrder } from '../state/dispatch-state.ts'

/** Who answers, and for which offices where it speaks by a key of an institution. */
export interface AnswerSender extends MemberActor {
  readonly bics?: readonly string[] | undefined
  /** Its answer lay in a folder of the directory, which is for whom the orders in it are. */
  readonly byFolder?: true
}

/** Why somebody may not answer an order of its country; undefined where it may. */
export type WhyNotAnswer = (sender: AnswerSender, order: Pick<SentOrder, 'bic'>) => string | undefined

/** An institution with a key of its own is told of another's order what it is told of none: that there is one is not for it to know. */
export const notOfThisInstitution = 'your institution has no order for the request it names'

/**
 * A bank answers its own orders: one that has a key in the registry those of its offices, and then nobody else does in the role of an institution but by its folder. The FIU answers what the
 * directory gives to no institution.
 */
export function createWhyNotAnswer(members: Pick<Members, 'get'>, directory: () => Directory): WhyNotAnswer {
  return ({ country, role, bics, byFolder }, { bic }) => {
    const member = members.get(country)
    if (bics) return speaksForOffice(member, bics, bic) ? undefined : notOfThisInstitution
    if (byFolder) return undefined
    if (role === 'fiu')
      return isGivenToInstitution(directory(), country, bic)
        ? 'the directory gives this order to an institution, and not to the FIU'
        : undefined
    return institutionFor(member, bic)
      ? 'the institution that has this order has a key of its own in the registry, and no other answers it'
      : undefined
  }
}
