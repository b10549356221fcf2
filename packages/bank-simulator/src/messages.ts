import { caseIdOf, formatMessage, type IsoMessage } from '@holdfast/payment-stop/iso20022'
import { type AnswerBody, answerType, type CommandBody, type Money, type OnwardPayment } from '@holdfast/payment-stop/language'
import { deterministicId } from '@holdfast/schemas'
import type { ReceivedOrder } from './received-order.ts'

/** What the bank has to say about an order. */
export type BankReply =
  | { readonly kind: 'interim'; readonly reason: 'S000' | 'RQDA' | 'ARPL' }
  | { readonly kind: 'frozen'; readonly amount: Money }
  | { readonly kind: 'noFunds' }
  | { readonly kind: 'movedOnward'; readonly amount: Money; readonly country: string; readonly onward: OnwardPayment }
  | { readonly kind: 'corrected'; readonly corrects: CommandBody<'CorrectAnswer'>['corrects']; readonly reason: string }
  | { readonly kind: 'agrees'; readonly part?: string }
  | { readonly kind: 'returned'; readonly amount: Money }

export interface Message {
  readonly body: string
  readonly mediaType: 'application/json' | 'application/xml'
  /** For people. */
  readonly writtenAs: 'camt.029' | 'pacs.004' | 'JSON'
}

export type Format = 'json' | 'iso20022'

/**
 * A step as the bank writes it. ISO 20022 has no message for a hold, for the particulars of an onward payment, or for the correction of an answer: those are always JSON. `number` tells the messages about an order apart, and a repeat of one is the same.
 */
export function messageOf(order: ReceivedOrder, step: BankReply, number: number, format: Format, now: Date): Message {
  if (format === 'json' || step.kind === 'frozen' || step.kind === 'movedOnward' || step.kind === 'corrected')
    return eventOf(order, bodyOf(step), number, now)
  if (step.kind === 'returned') return returnOf(order, step.amount, number, now)
  return resolutionOf(order, resolutionFor(step), number, now)
}

type AnswerContent = Pick<AnswerBody, 'kind'> & { readonly details: object }

function bodyOf(step: BankReply): AnswerContent {
  switch (step.kind) {
    case 'interim':
      return { kind: 'interim', details: { reason: step.reason } }
    case 'frozen':
      return { kind: 'frozen', details: { amount: step.amount, basis: 'FIU_SUSPENSION' } }
    case 'noFunds':
      return { kind: 'noFunds', details: { reason: 'AM04' } }
    case 'movedOnward':
      return { kind: 'movedOnward', details: { amount: step.amount, country: step.country, onward: step.onward } }
    case 'corrected':
      return { kind: 'corrected', details: { corrects: step.corrects, reason: step.reason } }
    case 'agrees':
      return { kind: 'returnInitiated', details: { basis: 'CONSENT' } }
    case 'returned':
      return { kind: 'returned', details: { amount: step.amount, reference: 'RETURN-1' } }
  }
}

/** A message's number, at most 35 characters, the same whenever the step is said again. */
const numberOf = ({ orderId }: ReceivedOrder, number: number) => `${orderId.replaceAll('-', '').slice(0, 30)}-${number}`

export function eventOf(order: ReceivedOrder, { kind, details }: AnswerContent, number: number, now: Date): Message {
  const { orderId, requestId, bic } = order
  const event = {
    specversion: '1.0',
    id: deterministicId('a bank’s answer', orderId, number),
    source: `/banks/${bic.toLowerCase()}`,
    type: answerType,
    subject: requestId,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: { orderId, requestId, institution: { bic }, kind, details },
  }
  return { body: JSON.stringify(event), mediaType: 'application/json', writtenAs: 'JSON' }
}

interface Resolution {
  readonly confirmation: 'CNCL' | 'PECR' | 'PDCR' | 'RJCR'
  readonly reason?: string
  readonly lines?: string[]
}

function resolutionFor(step: Exclude<BankReply, { kind: 'frozen' | 'movedOnward' | 'corrected' | 'returned' }>): Resolution {
  if (step.kind === 'interim') return { confirmation: 'PDCR', reason: step.reason }
  if (step.kind === 'noFunds') return { confirmation: 'RJCR', reason: 'AM04' }
  return step.part === undefined ? { confirmation: 'CNCL' } : { confirmation: 'PECR', reason: 'NARR', lines: [step.part] }
}

export function resolutionOf(order: ReceivedOrder, { confirmation, reason, lines }: Resolution, number: number, now: Date): Message {
  const bank = { agent: { bic: order.bic } }
  const authority = { party: { name: 'The authority that asked' } }
  const { messageId, endToEndId, uetr } = order.payment
  const message: IsoMessage = {
    kind: 'resolutionOfInvestigation',
    name: 'camt.029.001.09',
    body: {
      assignment: { id: numberOf(order, number), assigner: bank, assignee: authority, createdAt: now.toISOString() },
      status: { confirmation },
      details: [
        {
          transactions: [
            {
              case: { id: caseIdOf(order.requestId), creator: authority },
              ...(messageId ? { originalMessage: { messageId, messageName: 'pacs.008' } } : {}),
              ...(endToEndId ? { endToEndId } : {}),
              ...(uetr ? { uetr } : {}),
              ...(reason ? { reasons: [{ reason: { code: reason }, ...(lines ? { lines } : {}) }] } : {}),
            },
          ],
        },
      ],
    },
  }
  return { body: xmlOf(message), mediaType: 'application/xml', writtenAs: 'camt.029' }
}

/** A pacs.004 has no place for a case, so a careful bank puts it into the words. */
export function returnOf(order: ReceivedOrder, amount: Money, number: number, now: Date): Message {
  const { messageId, endToEndId, uetr, amount: originalAmount, settlementDate } = order.payment
  const id = numberOf(order, number)
  const message: IsoMessage = {
    kind: 'paymentReturn',
    name: 'pacs.004.001.10',
    body: {
      group: { messageId: id, createdAt: now.toISOString(), transactionCount: '1', settlement: { method: 'INDA' } },
      transactions: [
        {
          returnId: id,
          ...(messageId ? { originalMessage: { messageId, messageName: 'pacs.008' } } : {}),
          ...(endToEndId ? { endToEndId } : {}),
          ...(uetr ? { uetr } : {}),
          ...(originalAmount ? { originalAmount } : {}),
          ...(settlementDate ? { originalSettlementDate: settlementDate } : {}),
          amount,
          settlementDate: now.toISOString().slice(0, 10),
          instructingAgent: { bic: order.bic },
          reasons: [{ reason: { code: 'FOCR' }, lines: [`CASE ${caseIdOf(order.requestId)}`] }],
        },
      ],
    },
  }
  return { body: xmlOf(message), mediaType: 'application/xml', writtenAs: 'pacs.004' }
}

function xmlOf(message: IsoMessage): string {
  const written = formatMessage(message)
  if (!written.ok) throw new Error(`the bank made a message that is none: ${JSON.stringify(written.error)}`)
  return written.value
}
