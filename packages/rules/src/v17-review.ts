import type { CountryProfile } from '@holdfast/profiles'
import { type FreezeRequest, requestedMoneyOf, toMinor } from '@holdfast/schemas'
import type { EnforcedElsewhere, Observation, Rule } from './rule.ts'

/**
 * One officer or two look at every request, or two at what is above an amount. The number is that of the two-person rule, which is what such a request meets next.
 * An amount in another currency than the threshold's is not converted, so it is not caught.
 */
export const review: Rule = {
  id: 'V17',
  severity: 'review',
  title: 'Officers of the beneficiary country look at what its profile says they should',
  source: 'the profile of the beneficiary country; Regulation (EU) 2018/1805 Art. 2(1)',
  check(request, { profiles }) {
    const profile = profiles.of(request.beneficiaryCountry)
    return [...byPolicy(request, profile), ...byAmount(request, profile)]
  },
}

export const dualApproval: EnforcedElsewhere = {
  id: 'V17',
  title: 'Who proposed a verification, or anything that moves held money, is not who does it: another person of the same side must',
  source: 'Regulation (EU) 2018/1805 Art. 2(1)',
  effect: 'refused (SAME_PERSON); the first of the two is kept as a proposal',
  enforcedBy: ['packages/lifecycle/src/proposal.ts', 'packages/lifecycle/src/dual-approval.ts', 'schemas/src/requests/commands.ts'],
  provenBy: ['packages/lifecycle/src/verification.test.ts', 'packages/lifecycle/src/dual-approval.test.ts'],
}

function byPolicy({ beneficiaryCountry: country }: FreezeRequest, profile: CountryProfile): Observation[] {
  const path = '/beneficiaryCountry'
  if (profile.verification === 'fourEyes')
    return [{ path, message: `${country} has two officers look at every request: nothing is needed of you` }]
  if (profile.verification === 'oneOfficer')
    return [{ path, officers: 1, message: `${country} has an officer look at every request: nothing is needed of you` }]
  return []
}

function byAmount(request: FreezeRequest, { review: { threshold } }: CountryProfile): Observation[] {
  if (!threshold) return []
  const requested = requestedMoneyOf(request)
  const [asked, limit] = [toMinor(requested), toMinor(threshold)]
  if (requested.currency !== threshold.currency || asked === undefined || limit === undefined || asked <= limit) return []
  return [
    {
      path: request.requestedAmount ? '/requestedAmount' : '/payment/amount',
      message: `${request.beneficiaryCountry} has two officers look at requests above ${threshold.currency} ${threshold.value}: nothing is needed of you`,
    },
  ]
}
