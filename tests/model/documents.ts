import type { FreezeRequest } from '@holdfast/payment-stop/language'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'
import { oneOfficerCountry } from './countries.ts'

/** The verdict of the rules on a document. */
export type Verdict = 'pass' | 'reviewByTwo' | 'reviewByOne' | 'ask' | 'reject' | 'duplicate'

/** Small, so that amounts of 4 and 6 make the whole. */
const amount = { currency: 'USD', value: '10.00' }

const wrongIn: Readonly<Record<Verdict, Overrides<FreezeRequest>>> = {
  pass: {},
  // V04: the account is in another country.
  reviewByTwo: { payment: { creditor: { account: { iban: 'GB29NWBK60161331926819' } } } },
  // V17: the policy of the country, where nothing is wrong.
  reviewByOne: {
    beneficiaryCountry: oneOfficerCountry,
    payment: { creditor: { account: { other: '0123456789' } }, creditorAgent: { bic: 'EXMPTHBK' } },
  },
  // V02: check digits.
  ask: { payment: { creditor: { account: { iban: 'TL000020123456789012345' } } } },
  // V14: not attested.
  reject: { attestations: { article3: false } },
  duplicate: {},
}

const build = (verdict: Verdict): FreezeRequest =>
  // The payment of a duplicate differs from that of the other documents.
  buildRequestNumber(verdict === 'duplicate' ? 2 : 1, { ...wrongIn[verdict], payment: { ...wrongIn[verdict].payment, amount } })

export const verdicts = Object.keys(wrongIn) as Verdict[]

const documents = new Map(verdicts.map(verdict => [verdict, build(verdict)]))

/** The document of a request with this verdict of the rules. */
export const documentFor = (verdict: Verdict): FreezeRequest => documents.get(verdict) as FreezeRequest
