import type { IsoMessage } from './message.ts'
import { uuidIn, uuidStartIn } from './references.ts'

/** The request and order that a message names. A bank wrote it, so the caller must look the request up first. */
export interface Correlation {
  readonly requestId?: string
  /** The first half of the request id, if CBPR+ allowed no more. */
  readonly requestIdStart?: string
  readonly orderId?: string
}

/**
 * The request and order that a message concerns, by the references of our own messages; undefined if it names none, or
 * several. Never by the UETR, because unrelated cases can have the same one (V13).
 */
export function correlate(message: IsoMessage): Correlation | undefined {
  const found = namesIn(message).map(correlationOf)
  const [first] = found
  if (!first || found.some(other => JSON.stringify(other) !== JSON.stringify(first))) return undefined
  return Object.keys(first).length > 0 ? first : undefined
}

/** Where a transaction names a request and an order, the most reliable element first. */
export interface Names {
  readonly cases: ReadonlyArray<string | undefined>
  readonly orders: ReadonlyArray<string | undefined>
  /** A pacs.004 has no element for a case; a careful bank puts it into the text. */
  readonly lines?: readonly string[]
}

/** The first request and order that are named. Without a whole request id, its beginning. */
export function correlationOf({ cases, orders, lines = [] }: Names): Correlation {
  const words = lines.flatMap(line => line.split(/[^0-9A-Za-z]+/))
  const requestId = firstOf([...cases, ...words], uuidIn)
  const requestIdStart = requestId === undefined ? firstOf(cases, uuidStartIn) : undefined
  const orderId = firstOf(orders, uuidIn)
  return { ...(requestId && { requestId }), ...(requestIdStart && { requestIdStart }), ...(orderId && { orderId }) }
}

const firstOf = (references: ReadonlyArray<string | undefined>, uuidOf: (reference: string) => string | undefined) =>
  references.map(reference => reference && uuidOf(reference)).find(uuid => uuid !== undefined)

const linesOf = (reasons: ReadonlyArray<{ readonly lines?: readonly string[] }> = []) => reasons.flatMap(({ lines = [] }) => lines)

/** If an answer refers to our camt.056 as the original message, that message id is the order. */
const orderNamed = (original: { readonly messageId: string; readonly messageName: string } | undefined) =>
  original?.messageName.startsWith('camt.056') ? original.messageId : undefined

/** One for each transaction. */
export function namesIn(message: IsoMessage): Names[] {
  switch (message.kind) {
    case 'cancellationRequest': {
      const { assignment, case: whole, underlying } = message.body
      return underlying.flatMap(({ group, transactions = [] }) =>
        transactions.map(transaction => ({
          cases: [transaction.case?.id, group?.case?.id, whole?.id],
          orders: [transaction.cancellationId, assignment.id],
        })),
      )
    }
    case 'resolutionOfInvestigation': {
      const { case: whole, details = [] } = message.body
      if (details.every(({ transactions = [] }) => transactions.length === 0))
        return [
          {
            cases: [...details.map(({ group }) => group?.case?.id), whole?.id],
            orders: details.map(({ group }) => group?.cancellationId ?? orderNamed(group)),
          },
        ]
      return details.flatMap(({ group, transactions = [] }) =>
        transactions.map(transaction => ({
          cases: [transaction.case?.id, group?.case?.id, whole?.id],
          orders: [orderNamed(transaction.originalMessage), group?.cancellationId, orderNamed(group)],
          lines: linesOf(transaction.reasons),
        })),
      )
    }
    case 'paymentReturn':
      return (message.body.transactions ?? []).map(({ reasons, originalMessage }) => ({
        cases: [],
        orders: [orderNamed(originalMessage)],
        lines: linesOf(reasons),
      }))
    case 'paymentStatusRequest':
      return (message.body.transactions ?? []).map(({ requestId }) => ({ cases: [requestId], orders: [message.body.group.messageId] }))
    case 'customerCreditTransfer':
      return []
  }
}
