import { deterministicId } from '../ids.ts'
import { toMinor } from '../money.ts'
import { comparable } from '../texts/characters.ts'
import { accountNumberOf, type FreezeRequest } from './freeze-request.ts'

/**
 * Two requests with the same key are requests for one payment, whoever asks (V12): same UETR, or else same reference, amount and date, to the same account of
 * the same country, however its numbers are written. Who knows a payment can work out its key: what is kept is a mark of it.
 */
export function paymentKeyOf(request: FreezeRequest): string {
  const { beneficiaryCountry, payment } = request
  return deterministicId('payment', beneficiaryCountry, accountNumberOf(payment.creditor.account), ...numbersOf(request))
}

/** Never the UETR without the account: unrelated cases have been seen to share one (V13). */
function numbersOf(request: FreezeRequest): string[] {
  const { uetr, wallet, amount, settlementDate, executedAt } = request.payment
  if (uetr) return ['uetr', uetr]
  if (wallet) return ['chain', comparable(wallet.chain), comparable(wallet.txHash)]
  const date = settlementDate ?? new Date(executedAt).toISOString().slice(0, 10)
  return ['reference', comparable(paymentReferenceOf(request) ?? ''), amount.currency, String(toMinor(amount) ?? amount.value), date]
}

/** What a bank writes where the customer gave no reference (ISO 20022 usage). It finds nothing. */
const placeholder = 'NOTPROVIDED'

/** The reference by which a bank can find the payment without a UETR, the most telling one first; undefined when there is none. */
export function paymentReferenceOf({ payment }: FreezeRequest): string | undefined {
  const references = [payment.transactionId, payment.endToEndId, payment.instructionId, payment.messageId]
  return references.find(reference => reference !== undefined && reference.trim() !== '' && reference.trim().toUpperCase() !== placeholder)
}
