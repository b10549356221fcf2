import { noSearchTerms, type SearchTerms } from '@holdfast/core'
import { comparable, isRedacted, type LedgerFact } from '@holdfast/schemas'
import {
  type Account,
  accountNumberOf,
  documentOf,
  type FreezeRequest,
  isFact,
  isKnownFact,
  type OnwardPayment,
} from '../language/index.ts'

/** Every fact counts, because a corrected name is still in a bank's papers. */
export function searchTermsOf(fact: LedgerFact): SearchTerms {
  if (!isKnownFact(fact) || isRedacted(fact.data)) return noSearchTerms
  const document = documentOf(fact)
  if (document) return termsOfDocument(document)
  return isFact(fact, 'MovedOnwardReported') && fact.data.onward ? termsOfPayment(fact.data.onward, []) : noSearchTerms
}

const termsOfDocument = ({ victim, payment }: FreezeRequest): SearchTerms =>
  termsOfPayment(payment, [payment.debtor], victim.name === payment.debtor.name ? [] : [victim.name])

interface Party {
  readonly name: string
  readonly account: Account
}

function termsOfPayment({ creditor, uetr, wallet }: OnwardPayment, others: readonly Party[], names: readonly string[] = []): SearchTerms {
  const parties = [creditor, ...others]
  return {
    names: [...parties.map(({ name }) => name), ...names, ...(wallet?.vasp ? [wallet.vasp] : [])],
    numbers: [
      ...parties.map(({ account }) => accountNumberOf(account)),
      ...[uetr, wallet?.address, wallet?.txHash].flatMap(text => (text === undefined ? [] : [comparable(text)])),
    ],
  }
}

export const isSearchable = (fact: LedgerFact): boolean =>
  isKnownFact(fact) && isRedacted(fact.data) && (documentOf(fact) !== undefined || isFact(fact, 'MovedOnwardReported'))
