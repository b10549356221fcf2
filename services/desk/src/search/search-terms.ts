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

/** What of a fact a request is found by, beside its id and its case. */
export interface SearchTerms {
  /** Of persons and companies, as they are written. */
  readonly names: readonly string[]
  /** Accounts, wallets and UETRs as two of them are compared, however they are written. */
  readonly numbers: readonly string[]
}

const none: SearchTerms = { names: [], numbers: [] }

/** A request is found by what any of its facts said: a name that was corrected still stands in a bank's papers. */
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
 * The words of a text as they are compared: without marks, which the index would take for the end of a word in scripts other than Latin, and without case.
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
