import { responsibleCountryFor } from '@holdfast/countries'
import { countryOfBic } from './accounts.ts'
import type { Rule } from './rule.ts'

/** Only a flag: banks have branches and virtual accounts abroad. */
export const bicCountry: Rule = {
  id: 'V03',
  severity: 'flag',
  title: 'The creditor’s bank is in the beneficiary country',
  source: 'ISO 9362, characters 5 and 6',
  check({ beneficiaryCountry, payment }) {
    const country = countryOfBic(payment.creditorAgent.bic)
    if (country === beneficiaryCountry || responsibleCountryFor(country) === beneficiaryCountry) return []
    return [
      {
        path: '/payment/creditorAgent/bic',
        message: `the creditor's bank is of ${country}, the request is addressed to ${beneficiaryCountry}: make sure that the account is there`,
      },
    ]
  },
}
