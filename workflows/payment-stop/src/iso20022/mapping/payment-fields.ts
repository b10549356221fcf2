import type { CustomerCreditTransfer, TransferredPayment } from '../messages/credit-transfer.ts'
import { provided, withItsOffset } from './provided.ts'

interface Transferred {
  readonly message: CustomerCreditTransfer
  readonly transaction: TransferredPayment
}

/** A field of a request's payment, and where the pacs.008 that was the payment says it. */
export interface PaymentField {
  readonly field: string
  readonly element: string
  readonly read: (transferred: Transferred) => unknown
}

export const paymentFields: readonly PaymentField[] = [
  { field: 'uetr', element: 'PmtId/UETR', read: ({ transaction }) => transaction.id.uetr },
  { field: 'messageId', element: 'GrpHdr/MsgId', read: ({ message }) => provided(message.group.messageId) },
  { field: 'instructionId', element: 'PmtId/InstrId', read: ({ transaction }) => provided(transaction.id.instructionId) },
  { field: 'endToEndId', element: 'PmtId/EndToEndId', read: ({ transaction }) => provided(transaction.id.endToEndId) },
  { field: 'transactionId', element: 'PmtId/TxId', read: ({ transaction }) => provided(transaction.id.transactionId) },
  { field: 'amount', element: 'IntrBkSttlmAmt', read: ({ transaction }) => transaction.amount },
  {
    field: 'executedAt',
    element: 'AccptncDtTm, or GrpHdr/CreDtTm',
    read: ({ message, transaction }) => withItsOffset(transaction.acceptedAt) ?? withItsOffset(message.group.createdAt),
  },
  {
    field: 'settlementDate',
    element: 'IntrBkSttlmDt, or GrpHdr/IntrBkSttlmDt',
    read: ({ message, transaction }) => transaction.settlementDate ?? message.group.settlementDate,
  },
  { field: 'debtor.name', element: 'Dbtr/Nm', read: ({ transaction }) => transaction.debtor.name },
  { field: 'debtor.account', element: 'DbtrAcct', read: ({ transaction }) => transaction.debtorAccount },
  { field: 'debtorAgent.bic', element: 'DbtrAgt', read: ({ transaction }) => transaction.debtorAgent.bic },
  { field: 'creditor.name', element: 'Cdtr/Nm', read: ({ transaction }) => transaction.creditor.name },
  { field: 'creditor.account', element: 'CdtrAcct', read: ({ transaction }) => transaction.creditorAccount },
  { field: 'creditorAgent.bic', element: 'CdtrAgt', read: ({ transaction }) => transaction.creditorAgent.bic },
  { field: 'creditorAgent.name', element: 'CdtrAgt', read: ({ transaction }) => transaction.creditorAgent.name },
  { field: 'intermediaries', element: 'IntrmyAgt1, IntrmyAgt2, IntrmyAgt3', read: ({ transaction }) => intermediariesOf(transaction) },
]

function intermediariesOf({ intermediary1, intermediary2, intermediary3 }: TransferredPayment) {
  const bics = [intermediary1, intermediary2, intermediary3].flatMap(agent => (agent?.bic ? [{ bic: agent.bic }] : []))
  return bics.length > 0 ? bics : undefined
}
