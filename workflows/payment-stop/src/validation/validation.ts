import type { Validation } from '@holdfast/core'
import { documentOf, type Fact, type FreezeRequest, isFact } from '../language/index.ts'
import type { Profiles } from '../law/profiles.ts'
import { assess } from '../rules/assess.ts'
import type { ParentRequest } from '../rules/rule.ts'
import { type KnownRequest, knownAfter } from './known-request.ts'
import { linkFor, parentOf } from './related-requests.ts'
import { reportOf } from './verdict-command.ts'

/** The parent that an onward request names, or `unknown` if no request has its id. */
type Parent = ParentRequest | 'unknown' | undefined

export const validation: Validation<FreezeRequest, KnownRequest, Profiles, Parent> = {
  // Free-text answers are for the officer who asked, not for the rules.
  isToBeAssessed: fact => documentOf(fact as Fact) !== undefined || isFact(fact as Fact, 'RequestReopened'),
  // Officers ask questions only in a review, which comes later.
  keepsClaim: fact =>
    isFact(fact as Fact, 'RequestVerified') || isFact(fact as Fact, 'ReviewRequested') || isFact(fact as Fact, 'InformationRequested'),
  knownAfter: (before, fact, document, digestOf) => knownAfter(before, fact as Fact, document, digestOf),
  claimOf: ({ paymentKey, requestingCountry }) => ({ key: paymentKey, country: requestingCountry }),
  relatedTo: parentOf,
  async assess({ requestId, document, known, at, profiles, related: parent, claim, find }) {
    const holder = claim?.representative ?? requestId
    const linkedTo = await linkFor(document, claim?.linkedTo, find)
    const assessment = assess(document, {
      at,
      profiles,
      ...(holder !== requestId && { duplicateOf: holder }),
      ...(linkedTo !== undefined && { linkedTo }),
      ...(parent !== undefined && { parent }),
      destinationId: known.account,
      legalBasisIndex: known.law,
    })
    return reportOf(assessment, holder)
  },
}
