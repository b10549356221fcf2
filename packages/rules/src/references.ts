import type { FreezeRequest } from '@holdfast/schemas'

/** What a bank writes where the customer gave no reference (ISO 20022 usage). It finds nothing. */
const placeholder = 'NOTPROVIDED'

/** The reference by which a bank can find the payment without a UETR, the most telling one first; undefined when there is none. */
export function referenceOf({ payment }: FreezeRequest): string | undefined {
  const references = [payment.transactionId, payment.endToEndId, payment.instructionId, payment.messageId]
  return references.find(reference => reference !== undefined && reference.trim() !== '' && reference.trim().toUpperCase() !== placeholder)
}
