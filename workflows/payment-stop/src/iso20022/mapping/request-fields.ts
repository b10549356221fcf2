import type { CancellationRequest, CancelledTransaction } from '../messages/cancellation-request.ts'
import { bicCountry, partyCountry } from '../messages/party-country.ts'
import { provided, withItsOffset } from './provided.ts'

interface FieldValue {
  readonly message: CancellationRequest
  readonly transaction: CancelledTransaction
}

/** A field of a freeze request, its element in a camt.056, and how to read it. */
export interface RequestField {
  readonly field: string
  readonly element: string
  readonly read: (said: FieldValue) => unknown
  /** A conclusion and not the field itself. It applies only if no element has the field. */
  readonly concluded?: string
}

const nameIn = (party: { readonly party?: { readonly name?: string } } | object | undefined) =>
  party && 'party' in party ? party.party?.name : undefined

export const requestFields: readonly RequestField[] = [
  { field: 'caseReference', element: 'Case/Id', read: ({ message, transaction }) => provided((transaction.case ?? message.case)?.id) },
  { field: 'reason', element: 'CxlRsnInf/Rsn/Cd', read: ({ transaction }) => reasonCodeOf(transaction) },
  { field: 'payment.uetr', element: 'OrgnlUETR', read: ({ transaction }) => transaction.uetr },
  {
    field: 'payment.messageId',
    element: 'OrgnlGrpInf/OrgnlMsgId',
    read: ({ transaction }) => provided(transaction.originalMessage?.messageId),
  },
  {
    field: 'payment.executedAt',
    element: 'OrgnlGrpInf/OrgnlCreDtTm',
    read: ({ transaction }) => withItsOffset(transaction.originalMessage?.createdAt),
  },
  { field: 'payment.instructionId', element: 'OrgnlInstrId', read: ({ transaction }) => provided(transaction.instructionId) },
  { field: 'payment.endToEndId', element: 'OrgnlEndToEndId', read: ({ transaction }) => provided(transaction.endToEndId) },
  { field: 'payment.transactionId', element: 'OrgnlTxId', read: ({ transaction }) => provided(transaction.transactionId) },
  { field: 'payment.amount', element: 'OrgnlIntrBkSttlmAmt', read: ({ transaction }) => transaction.amount },
  { field: 'payment.settlementDate', element: 'OrgnlIntrBkSttlmDt', read: ({ transaction }) => transaction.settlementDate },
  { field: 'payment.debtor.name', element: 'OrgnlTxRef/Dbtr/Pty/Nm', read: ({ transaction }) => nameIn(transaction.original?.debtor) },
  { field: 'payment.debtor.account', element: 'OrgnlTxRef/DbtrAcct', read: ({ transaction }) => transaction.original?.debtorAccount },
  { field: 'payment.debtorAgent.bic', element: 'OrgnlTxRef/DbtrAgt', read: ({ transaction }) => transaction.original?.debtorAgent?.bic },
  {
    field: 'payment.creditorAgent.bic',
    element: 'OrgnlTxRef/CdtrAgt',
    read: ({ transaction }) => transaction.original?.creditorAgent?.bic,
  },
  {
    field: 'payment.creditorAgent.name',
    element: 'OrgnlTxRef/CdtrAgt',
    read: ({ transaction }) => transaction.original?.creditorAgent?.name,
  },
  { field: 'payment.creditor.name', element: 'OrgnlTxRef/Cdtr/Pty/Nm', read: ({ transaction }) => nameIn(transaction.original?.creditor) },
  { field: 'payment.creditor.account', element: 'OrgnlTxRef/CdtrAcct', read: ({ transaction }) => transaction.original?.creditorAccount },
  {
    field: 'requestingCountry',
    element: 'Assgnmt/Assgnr',
    read: ({ message }) => partyCountry(message.assignment.assigner),
    concluded: 'the country of the sender',
  },
  {
    field: 'beneficiaryCountry',
    element: 'OrgnlTxRef/CdtrAgt, or Assgnmt/Assgne',
    read: ({ message, transaction }) => bicCountry(transaction.original?.creditorAgent?.bic) ?? partyCountry(message.assignment.assignee),
    concluded: 'the country of the bank that was credited, or is asked',
  },
  {
    field: 'recall',
    element: 'Assgnmt/Id, Assgnmt/CreDtTm',
    read: ({ message }) => ({
      initiated: true,
      reference: message.assignment.id,
      ...(withItsOffset(message.assignment.createdAt) && { at: message.assignment.createdAt }),
    }),
    concluded: 'a bank’s camt.056 is the recall',
  },
]

function reasonCodeOf({ reasons = [] }: CancelledTransaction): string | undefined {
  const [first] = reasons
  return first?.reason && 'code' in first.reason ? first.reason.code : undefined
}
