import type { Observation } from '@holdfast/core'
import { paymentReferenceOf } from '../language/index.ts'
import type { Rule } from './rule.ts'

export const references: Rule = {
  id: 'V11',
  severity: 'ask',
  title:
    'The bank can find the payment: by UETR on SWIFT, by address and transaction on a blockchain, otherwise by reference, amount and date',
  source: 'CBPR+ camt.056; SEPA recall matching',
  check(request) {
    const { payment } = request
    if (payment.rail === 'CRYPTO')
      return payment.wallet
        ? []
        : [
            {
              path: '/payment/wallet',
              message: 'a payment in crypto-assets is found by its wallet: give chain, address and transaction hash',
            },
          ]
    if (payment.uetr) return []
    if (payment.rail === 'SWIFT')
      return [{ path: '/payment/uetr', message: 'a SWIFT payment is found by its UETR: ask the paying bank for it' }]
    const found: Observation[] = []
    if (!paymentReferenceOf(request))
      found.push({
        path: '/payment/transactionId',
        message:
          'the payment has no usable reference: give a UETR, or the transaction, end-to-end, instruction or message id from the paying bank',
      })
    if (!payment.settlementDate)
      found.push({
        path: '/payment/settlementDate',
        message: 'without a UETR a payment is found by reference, amount and date: give its settlement date',
      })
    return found
  },
}
