import type { Account, FreezeRequest } from '../language/index.ts'

/** The country of an IBAN (ISO 13616); undefined for another account number. */
export const countryOfAccount = (account: Account): string | undefined => ('iban' in account ? account.iban.slice(0, 2) : undefined)

/** Characters 5 and 6 of a BIC name the country of the institution (ISO 9362). */
export const countryOfBic = (bic: string): string => bic.slice(4, 6)

/** The IBANs of a payment, with their pointers in the request. */
export const ibansOf = ({ payment }: FreezeRequest): Array<{ path: string; iban: string }> =>
  (['debtor', 'creditor'] as const).flatMap(party => {
    const { account } = payment[party]
    return 'iban' in account ? [{ path: `/payment/${party}/account/iban`, iban: account.iban }] : []
  })
