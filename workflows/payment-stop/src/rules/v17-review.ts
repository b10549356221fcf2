import type { EnforcedElsewhere, Observation } from '@holdfast/core'
import { type FreezeRequest, requestedMoneyOf, toMinor } from '../language/index.ts'
import type { CountryProfile } from '../law/profiles.ts'
import type { Rule } from './rule.ts'

/**
 * One or two officers verify every request, or two verify those above an amount. The number also applies to the dual
 * approval that follows. An amount in another currency than the threshold's is not converted, so it does not count.
 */
export const review: Rule = {
  id: 'V17',
  severity: 'review',
  title: 'Officers of the beneficiary country review the requests that its profile names',
  source: 'the profile of the beneficiary country; Regulation (EU) 2018/1805 Art. 2(1)',
  check(request, { profiles }) {
    const profile = profiles.of(request.beneficiaryCountry)
    return [...byPolicy(request, profile), ...byAmount(request, profile)]
  },
}

export const dualApproval: EnforcedElsewhere = {
  id: 'V17',
  title: 'A verification, and any action on frozen money, needs the approval of another person of the same member role',
  source: 'Regulation (EU) 2018/1805 Art. 2(1)',
  effect: 'refused (SAME_PERSON); the first command is stored as a proposal',
  enforcedBy: [
    'packages/core/src/proposal.ts',
    'packages/core/src/dual-approval.ts',
    'workflows/payment-stop/src/language/events/registry.ts',
  ],
  provenBy: ['workflows/payment-stop/src/lifecycle/verification.test.ts', 'workflows/payment-stop/src/lifecycle/dual-approval.test.ts'],
}

function byPolicy({ beneficiaryCountry: country }: FreezeRequest, profile: CountryProfile): Observation[] {
  const path = '/beneficiaryCountry'
  if (profile.verification === 'fourEyes')
    return [{ path, message: `${country} has every request verified by two officers: you need not do anything` }]
  if (profile.verification === 'oneOfficer')
    return [{ path, officers: 1, message: `${country} has every request verified by an officer: you need not do anything` }]
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
      message: `${request.beneficiaryCountry} has requests above ${threshold.currency} ${threshold.value} verified by two officers: you need not do anything`,
    },
  ]
}
