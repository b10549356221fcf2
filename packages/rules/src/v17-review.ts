import type { CountryProfile } from '@holdfast/profiles'
import { type FreezeRequest, requestedMoneyOf, toMinor } from '@holdfast/schemas'
import type { Observation, Rule } from './rule.ts'

/**
 * Officers of the beneficiary country look at what its profile says they should: nothing, every request by one of them or by two, or by two what is above an amount.
 * The number is that of the two-person rule, which is what such a request meets next; who the two may be is the lifecycle's. An amount in another currency
 * than the threshold's is not converted, so it is not caught. Source: Regulation (EU) 2018/1805, an authority's act validated by another.
 */
export const review: Rule = {
  id: 'V17',
  severity: 'review',
  source: 'the profile of the beneficiary country; Regulation (EU) 2018/1805 Art. 2(1)',
  check(request, { profiles }) {
    const profile = profiles.of(request.beneficiaryCountry)
    return [...byPolicy(request, profile), ...byAmount(request, profile)]
  },
}

function byPolicy({ beneficiaryCountry: country }: FreezeRequest, profile: CountryProfile & { verification?: string }): Observation[] {
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
