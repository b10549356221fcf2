import { destinationIn, type FreezeRequest } from '@holdfast/schemas'
import type { EnforcedElsewhere, Observation, ParentRequest, RejectingRule, Rule, RuleContext } from './rule.ts'

const id = 'V26'

export const hops: RejectingRule = {
  id,
  severity: 'reject',
  title: 'Money is followed over a bounded number of hops, and never twice to the same account',
  source: 'Pix MED 2.0; ISO 20022 PTNA (passed to next agent)',
  check(request, context) {
    if (!request.parent) return []
    const parent = parentOf(request, context)
    const { hopsMax } = context.profiles
    // The hop that a request says of itself is all there is to go by where its parent is not known.
    if ((parent ? parent.hop + 1 : request.parent.hop) > hopsMax)
      return [
        {
          path: '/parent/hop',
          code: 'HOP_LIMIT',
          message: `money is followed over ${hopsMax} hops at most: ask by mutual legal assistance`,
        },
      ]
    const here = context.place ?? destinationIn(request, {})
    if (!parent?.places.includes(here)) return []
    return [
      {
        path: '/payment/creditor/account',
        code: 'HOP_CYCLE',
        message: 'this case has been at this account before: work on the request that is there',
      },
    ]
  },
}

/** Asked about, not rejected: only the requester, who owns what both say, knows which of the two is mistaken. */
export const parentage: Rule = {
  id,
  severity: 'ask',
  title: 'A child names a request of its own country, one hop before it, and is kept from whom that one is kept from',
  source: 'INTERPOL Rules on the Processing of Data, Art. 7 and 58; Pix MED 2.0',
  check(request, context) {
    if (!request.parent || context.parent === undefined) return []
    const parent = parentOf(request, context)
    // The same words for a request that is not there and for one of another country: not even that it exists is told (V16).
    if (!parent)
      return [
        {
          path: '/parent/requestId',
          message:
            'you have no request of this id: give the id of your request for the payment before this one, or send this one without a parent',
        },
      ]
    return [...hopProblems(request.parent.hop, parent), ...restrictionProblems(request, parent)]
  },
}

/** Only a flag: a country may number and word them as it likes. */
export const inheritance: Rule = {
  id,
  severity: 'flag',
  title: 'A child belongs to the case of its parent and stands on the same law',
  source: 'INTERPOL Rules on the Processing of Data, Art. 10',
  check(request, context) {
    const parent = parentOf(request, context)
    if (!parent) return []
    const { caseReference = request.caseReference, law = context.law } = parent
    const found: Observation[] = []
    if (caseReference !== request.caseReference)
      found.push({
        path: '/caseReference',
        message: 'the request before this one has another case reference: make sure that both are of one case',
      })
    if (context.law !== undefined && law !== context.law)
      found.push({
        path: '/offence/legalBasis',
        message: 'the request before this one has another legal basis: make sure that this one holds here too',
      })
    return found
  },
}

/** Known before a child is written, so the report says at once why there can be none; asked again when the requester agrees. */
export const followed: EnforcedElsewhere = {
  id: 'V26',
  title:
    'A child that the engine opens for money that moved onward has its requester’s agreement, is one hop farther, goes where the case has not been and to nobody whom it is kept from',
  source: 'Pix MED 2.0; INTERPOL Rules on the Processing of Data',
  effect:
    'the money is on record, and waits for an officer of the requesting country, or with the reason why no child can follow it; refused (NOT_FOLLOWED) where by then none can',
  enforcedBy: ['packages/lifecycle/src/onward.ts'],
  provenBy: ['packages/lifecycle/src/moved-onward.test.ts', 'tests/journeys/onward-agreement.test.ts'],
}

/** The parent as far as the requesting country may know of it. */
function parentOf({ requestingCountry, parent: named }: FreezeRequest, { parent }: RuleContext): ParentRequest | undefined {
  if (!named || parent === undefined || parent === 'unknown') return undefined
  return parent.requestingCountry === requestingCountry ? parent : undefined
}

function hopProblems(hop: number, parent: ParentRequest): Observation[] {
  if (hop === parent.hop + 1) return []
  return [
    { path: '/parent/hop', message: `the request before this one is hop ${parent.hop} of its case: this one is hop ${parent.hop + 1}` },
  ]
}

/**
 * The same words whoever is missing, and whether the country that is asked is one of them: it reads what is found, and may be told neither that it is denied the case nor who else is (V16). Who asks sees the list in its own request.
 */
function restrictionProblems({ beneficiaryCountry, handling }: FreezeRequest, { deniedTo }: ParentRequest): Observation[] {
  if (deniedTo.every(country => country !== beneficiaryCountry && handling.deniedTo?.includes(country))) return []
  return [
    {
      path: '/handling/deniedTo',
      message:
        'whom the request before this one is kept from (its handling.deniedTo), this one is kept from too, and is not addressed to: compare the two, then correct this one or withdraw it',
    },
  ]
}
