import { accountNumberOf, comparable, deterministicId, type FreezeRequest, toMinor } from '@holdfast/schemas'
import { referenceOf } from './references.ts'

/**
 * Two requests with the same key are requests for one payment, whoever asks (V12): same UETR, or else same reference, amount and date, to the same account of
 * the same country, however its numbers are written. It is a digest, so it shows no account number where it is kept.
 */
export function paymentKeyOf(request: FreezeRequest): string {
  const { beneficiaryCountry, payment } = request
  return deterministicId('payment', beneficiaryCountry, accountNumberOf(payment.creditor.account), ...marksOf(request))
}

/** Never the UETR without the account: unrelated cases have been seen to share one (V13). */
function marksOf(request: FreezeRequest): string[] {
  const { uetr, wallet, amount, settlementDate, executedAt } = request.payment
  if (uetr) return ['uetr', uetr]
  if (wallet) return ['chain', comparable(wallet.chain), comparable(wallet.txHash)]
  const date = settlementDate ?? new Date(executedAt).toISOString().slice(0, 10)
  return ['reference', comparable(referenceOf(request) ?? ''), amount.currency, String(toMinor(amount) ?? amount.value), date]
}
