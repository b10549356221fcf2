import { formatMessage, type IsoMessage, referenceOf } from '@holdfast/payment-stop/iso20022'
import type { Money } from '@holdfast/payment-stop/language'

const bank = { agent: { bic: 'KMNSTLDL' } }
const police = { party: { name: 'Payment fraud desk', country: 'SG' } }
const createdAt = '2024-07-24T09:00:00+09:00'

const xmlOf = (message: IsoMessage): string => {
  const written = formatMessage(message)
  if (!written.ok) throw new Error(JSON.stringify(written.error))
  return written.value
}

interface Resolution {
  readonly id?: string
  readonly confirmation: string
  readonly reason?: string
  readonly lines?: string[]
  /** The case that each transaction names. */
  readonly cases: ReadonlyArray<string | undefined>
  readonly orderId?: string
}

/** A camt.029 about these cases. */
export const resolution = ({ id = 'RSL-1', confirmation, reason, lines, cases, orderId }: Resolution): string =>
  xmlOf({
    kind: 'resolutionOfInvestigation',
    name: 'camt.029.001.09',
    body: {
      assignment: { id, assigner: bank, assignee: police, createdAt },
      status: { confirmation },
      details: [
        {
          transactions: cases.map(caseId => ({
            ...(caseId ? { case: { id: caseId, creator: police } } : {}),
            ...(orderId ? { originalMessage: { messageId: referenceOf(orderId), messageName: 'camt.056.001.08' } } : {}),
            ...(reason || lines ? { reasons: [{ ...(reason ? { reason: { code: reason } } : {}), ...(lines ? { lines } : {}) }] } : {}),
          })),
        },
      ],
    },
  })

/** A pacs.004 about this case, which it can only name in free text. */
export const paymentReturn = (requestId: string, amount: Money, { id = 'RTR-1', words = `CASE ${referenceOf(requestId)}` } = {}): string =>
  xmlOf({
    kind: 'paymentReturn',
    name: 'pacs.004.001.10',
    body: {
      group: { messageId: id, createdAt, transactionCount: '1', settlement: { method: 'INDA' } },
      transactions: [{ returnId: id, amount, reasons: [{ reason: { code: 'FOCR' }, lines: [words] }] }],
    },
  })
