import { responsibleCountryFor } from '@holdfast/countries'
import { countryOfAccount } from './accounts.ts'
import type { Rule } from './rule.ts'

/** An officer decides, because the request may have to go to another country. */
export const ibanCountry: Rule = {
  id: 'V04',
  severity: 'review',
  title: 'The creditor’s IBAN belongs to the beneficiary country',
  source: 'ISO 13616, first two characters',
  check({ requestingCountry, beneficiaryCountry, payment }) {
    const country = countryOfAccount(payment.creditor.account)
    if (country === undefined || country === beneficiaryCountry) return []
    const addressee = responsibleCountryFor(country)
    if (addressee === beneficiaryCountry) return []
    const found = `the creditor's IBAN is of ${country}, the request is addressed to ${beneficiaryCountry}`
    return [{ path: '/payment/creditor/account/iban', message: `${found}: ${advice(addressee, requestingCountry)}` }]
  },
}

function advice(addressee: string | undefined, requestingCountry: string): string {
  if (addressee === undefined) return 'no member is responsible for that country, so check the account'
  if (addressee === requestingCountry) return 'that is your own country, so check the account or use the national channel'
  return `if the account is right, withdraw this request and send it to ${addressee}`
}
