import {
  type Account,
  accountNumberOf,
  comparable,
  documentOf,
  type Fact,
  type FreezeRequest,
  isFact,
  isRedacted,
  type OnwardPayment,
} from '@holdfast/schemas'

/** The terms by which the request of a fact is found, besides its id and its case. */
export interface SearchTerms {
  /** Names of persons and companies, as written. */
  readonly names: readonly string[]
  /** Accounts, wallets and UETRs in their comparable form. */
  readonly numbers: readonly string[]
}

const none: SearchTerms = { names: [], numbers: [] }

/** Every fact counts, because a corrected name is still in a bank's papers. */
export function termsIn(fact: Fact): SearchTerms {
  if (isRedacted(fact.data)) return none
  const document = documentOf(fact)
  if (document) return termsOfDocument(document)
  return isFact(fact, 'MovedOnwardReported') && fact.data.onward ? termsOfPayment(fact.data.onward, []) : none
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

/**
 * The words of a text in comparable form: in lower case and without combining marks, which the index would take for
 * word ends in scripts other than Latin.
 */
export const tokensOf = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  ),
]
