import { type IsoMessage, parseMessage, uuidIn } from '@holdfast/payment-stop/iso20022'
import { type Money, type Order, type OrderKind, orderSchema } from '@holdfast/payment-stop/language'
import { accepted, parseJson, parseStored, type Result, refused } from '@holdfast/schemas'

/** An order as the bank understands it, whichever way it was written. */
export interface ReceivedOrder {
  readonly orderId: string
  readonly requestId: string
  readonly kind: OrderKind
  readonly writtenAs: 'camt.056' | 'pacs.028' | 'JSON'
  /** As it was signed, of one in JSON; a bank's message has no field for a signature. */
  readonly event?: Order
  /** A pacs.028 names none. */
  readonly amount?: Money
  /** The bank it is for. */
  readonly bic: string
  /** What the bank's own messages repeat of the payment. */
  readonly payment: {
    readonly messageId?: string | undefined
    readonly endToEndId?: string | undefined
    readonly uetr?: string | undefined
    readonly amount?: Money | undefined
    readonly settlementDate?: string | undefined
  }
}

/** Reads the body of a delivery. */
export const readOrder = (body: string, mediaType: string | undefined): Result<ReceivedOrder, string> =>
  mediaType?.startsWith('application/xml') ? readBankMessage(body) : readEvent(body)

function readEvent(body: string): Result<ReceivedOrder, string> {
  const json = parseJson(body)
  const parsed = json.ok ? parseStored(orderSchema, json.value) : json
  if (!parsed.ok) return refused(parsed.error.map(({ path, message }) => `${path} ${message}`).join('; '))
  const event = parsed.value as Order
  const { orderId, requestId, kind, amount, institution, payment } = event.data
  const { messageId, endToEndId, uetr, settlementDate } = payment
  const original = { messageId, endToEndId, uetr, amount: payment.amount, settlementDate }
  return accepted({ orderId, requestId, kind, amount, writtenAs: 'JSON', event, bic: institution.bic, payment: original })
}

function readBankMessage(body: string): Result<ReceivedOrder, string> {
  const message = parseMessage(body)
  if (!message.ok) return refused(message.error.map(({ path, message }) => `${path} ${message}`).join('; '))
  if (message.value.kind === 'cancellationRequest') return cancellationRequest(message.value.body)
  if (message.value.kind === 'paymentStatusRequest') return statusRequest(message.value.body)
  return refused(`a ${message.value.name} orders nothing`)
}

function cancellationRequest({ assignment, underlying }: IsoMessage<'cancellationRequest'>['body']): Result<ReceivedOrder, string> {
  const transaction = underlying[0]?.transactions?.[0]
  const orderId = uuidIn(assignment.id)
  const requestId = transaction?.case && uuidIn(transaction.case.id)
  const bic = 'agent' in assignment.assignee ? assignment.assignee.agent.bic : undefined
  if (!transaction || !orderId || !requestId || !bic)
    return refused('the camt.056 does not say which order and request it is, and for whom')
  const { originalMessage, endToEndId, uetr, amount, settlementDate, reasons = [] } = transaction
  const asked = heldIn(reasons.flatMap(({ lines = [] }) => lines)) ?? amount
  const payment = { messageId: originalMessage?.messageId, endToEndId, uetr, amount, settlementDate }
  return accepted({ orderId, requestId, kind: 'freeze', writtenAs: 'camt.056', bic, ...(asked ? { amount: asked } : {}), payment })
}

/** A camt.056 asks for the whole payment; how much is to be held stands in its words. */
function heldIn(lines: readonly string[]): Money | undefined {
  const [, currency, value] = /HOLD UP TO ([A-Z]{3}) ([0-9.]*[0-9])/.exec(lines.join(' ')) ?? []
  return currency && value ? { currency, value } : undefined
}

function statusRequest({ group, transactions = [] }: IsoMessage<'paymentStatusRequest'>['body']): Result<ReceivedOrder, string> {
  const [transaction] = transactions
  const orderId = uuidIn(group.messageId)
  const requestId = transaction?.requestId && uuidIn(transaction.requestId)
  const bic = group.instructedAgent?.bic ?? transaction?.instructedAgent?.bic
  if (!orderId || !requestId || !bic) return refused('the pacs.028 does not say which order and request it is, and for whom')
  return accepted({ orderId, requestId, kind: 'chase', writtenAs: 'pacs.028', bic, payment: {} })
}
