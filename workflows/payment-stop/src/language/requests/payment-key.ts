import { comparable, deterministicId } from '@holdfast/schemas'
import { toMinor } from '../values/money.ts'
import { accountNumberOf, type FreezeRequest } from './freeze-request.ts'

/**
 * Two requests with the same key concern one payment, whatever country sent them (V12): the same UETR, or the same
 * reference, amount and date, and the same account in the same country, whatever the notation. Anyone who knows a payment
 * can compute its key, so only a keyed digest of it is stored.
 */
export function paymentKeyOf(request: FreezeRequest): string {
  const { beneficiaryCountry, payment } = request
  return deterministicId('payment', beneficiaryCountry, accountNumberOf(payment.creditor.account), ...numbersOf(request))
}

/** Never the UETR alone: unrelated cases can have the same one (V13). */
function numbersOf(request: FreezeRequest): string[] {
  const { uetr, wallet, amount, settlementDate, executedAt } = request.payment
  if (uetr) return ['uetr', uetr]
  if (wallet) return ['chain', comparable(wallet.chain), comparable(wallet.txHash)]
  const date = settlementDate ?? new Date(executedAt).toISOString().slice(0, 10)
  return ['reference', comparable(paymentReferenceOf(request) ?? ''), amount.currency, String(toMinor(amount) ?? amount.value), date]
}

/** What a bank enters if the customer gave no reference (ISO 20022 usage). It identifies nothing. */
const placeholder = 'NOTPROVIDED'

/** The most specific reference by which a bank can find the payment without a UETR; undefined if there is none. */
export function paymentReferenceOf({ payment }: FreezeRequest): string | undefined {
  const references = [payment.transactionId, payment.endToEndId, payment.instructionId, payment.messageId]
  return references.find(reference => reference !== undefined && reference.trim() !== '' && reference.trim().toUpperCase() !== placeholder)
}
