import type { EnforcedElsewhere, Observation } from '@holdfast/core'
import { destinationIn, type FreezeRequest } from '../language/index.ts'
import type { ParentRequest, RejectingRule, Rule, RuleContext } from './rule.ts'

const id = 'V26'

export const hops: RejectingRule = {
  id,
  severity: 'reject',
  title: 'A chain of onward requests has a limited number of hops, and never the same account twice',
  source: 'Pix MED 2.0; ISO 20022 PTNA (passed to next agent)',
  check(request, context) {
    if (!request.parent) return []
    const parent = parentOf(request, context)
    const { hopsMax } = context.profiles
    // Without a known parent, only the hop in the request itself can be checked.
    if ((parent ? parent.hop + 1 : request.parent.hop) > hopsMax)
      return [
        {
          path: '/parent/hop',
          code: 'HOP_LIMIT',
          message: `a case can have at most ${hopsMax} hops: use mutual legal assistance`,
        },
      ]
    const here = context.destinationId ?? destinationIn(request, {})
    if (!parent?.destinationIds.includes(here)) return []
    return [
      {
        path: '/payment/creditor/account',
        code: 'HOP_CYCLE',
        message: 'this case already includes this account: continue with the existing request',
      },
    ]
  },
}

/** Asked about and not rejected: only the requesting country, which owns both requests, knows which one is wrong. */
export const parentage: Rule = {
  id,
  severity: 'ask',
  title: 'An onward request names a parent of its own country, one hop before it, and denies the same countries',
  source: 'INTERPOL Rules on the Processing of Data, Art. 7 and 58; Pix MED 2.0',
  check(request, context) {
    if (!request.parent || context.parent === undefined) return []
    const parent = parentOf(request, context)
    // The message is the same for a missing parent and for one of another country, whose existence must stay hidden
    // (V16).
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

/** Only a flag: a country may number its cases and word its laws as it likes. */
export const inheritance: Rule = {
  id,
  severity: 'flag',
  title: 'An onward request has the case reference and legal basis of its parent',
  source: 'INTERPOL Rules on the Processing of Data, Art. 10',
  check(request, context) {
    const parent = parentOf(request, context)
    if (!parent) return []
    const { caseReference = request.caseReference, legalBasisIndex = context.legalBasisIndex } = parent
    const found: Observation[] = []
    if (caseReference !== request.caseReference)
      found.push({
        path: '/caseReference',
        message: 'the request before this one has another case reference: make sure that both belong to one case',
      })
    if (context.legalBasisIndex !== undefined && legalBasisIndex !== context.legalBasisIndex)
      found.push({
        path: '/offence/legalBasis',
        message: 'the request before this one has another legal basis: make sure that this one applies here too',
      })
    return found
  },
}

/** Checked when the report arrives, so that it states why there can be no onward request, and again at the approval. */
export const followed: EnforcedElsewhere = {
  id: 'V26',
  title:
    'An onward request has the approval of the requesting country, is one hop further, and goes to a new account in a permitted country',
  source: 'Pix MED 2.0; INTERPOL Rules on the Processing of Data',
  effect:
    'the report awaits an officer of the requesting country, or has the reason against it; a later approval may be refused (NOT_FOLLOWED)',
  enforcedBy: ['workflows/payment-stop/src/lifecycle/onward.ts'],
  provenBy: ['workflows/payment-stop/src/lifecycle/moved-onward.test.ts', 'tests/journeys/onward-agreement.test.ts'],
}

/** The parent, if the requesting country may know of it. */
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
 * The message is the same for all missing countries, also if the beneficiary country is one of them. It reads the
 * findings, and must not learn that it is denied the case, or which others are (V16). The requesting country sees the
 * list in its own request.
 */
function restrictionProblems({ beneficiaryCountry, handling }: FreezeRequest, { deniedTo }: ParentRequest): Observation[] {
  if (deniedTo.every(country => country !== beneficiaryCountry && handling.deniedTo?.includes(country))) return []
  return [
    {
      path: '/handling/deniedTo',
      message:
        'this request must deny the countries that the request before it denies (handling.deniedTo), and must not go to one of them: compare both, then correct or withdraw this one',
    },
  ]
}
