import { addresseeFor } from '@holdfast/profiles'
import { countryOfAccount } from './accounts.ts'
import type { Rule } from './rule.ts'

/** Where it is not, an officer decides: the request may have to go to the other country. */
export const ibanCountry: Rule = {
  id: 'V04',
  severity: 'review',
  title: 'The creditor’s IBAN is of the beneficiary country',
  source: 'ISO 13616, first two characters',
  check({ requestingCountry, beneficiaryCountry, payment }) {
    const country = countryOfAccount(payment.creditor.account)
    if (country === undefined || country === beneficiaryCountry) return []
    const addressee = addresseeFor(country)
    if (addressee === beneficiaryCountry) return []
    const found = `the creditor's IBAN is of ${country}, the request is addressed to ${beneficiaryCountry}`
    return [{ path: '/payment/creditor/account/iban', message: `${found}: ${advice(addressee, requestingCountry)}` }]
  },
}

function advice(addressee: string | undefined, requestingCountry: string): string {
  if (addressee === undefined) return 'no member answers for that country, so make sure of the account'
  if (addressee === requestingCountry) return 'that is your own country, so make sure of the account or go the national way'
  return `if the account is right, withdraw this request and send it to ${addressee}`
}
