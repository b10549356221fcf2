import { isReachable, responsibleCountryFor } from '@holdfast/countries'
import type { RejectingRule } from './rule.ts'

/** Within one country the national channel is faster. */
export const countries: RejectingRule = {
  id: 'V07',
  severity: 'reject',
  title: 'A request goes from one country to another, each a member of INTERPOL or a sub-bureau',
  source: 'INTERPOL I-GRIP: between member countries',
  check({ requestingCountry, beneficiaryCountry }) {
    const strangers = (
      [
        ['/requestingCountry', requestingCountry],
        ['/beneficiaryCountry', beneficiaryCountry],
      ] as const
    ).filter(([, country]) => !isReachable(country))
    if (strangers.length > 0)
      return strangers.map(([path, country]) => ({ path, code: 'NOT_A_MEMBER', message: strangerMessage(country) }) as const)
    if (requestingCountry !== beneficiaryCountry) return []
    return [
      {
        path: '/beneficiaryCountry',
        code: 'SAME_COUNTRY',
        message: 'the money went to an account in your own country: use the national channel, which is faster',
      },
    ]
  },
}

function strangerMessage(country: string): string {
  const addressee = responsibleCountryFor(country)
  return addressee
    ? `${country} has no bureau of its own: ${addressee} is responsible for it, so give ${addressee}`
    : `${country} is not a member of INTERPOL and can not be reached this way: use diplomatic or mutual legal assistance channels`
}
