import type { IsoMessage } from './message.ts'
import { uuidIn, uuidStartIn } from './references.ts'

/** What of ours a message names. It is what somebody wrote: whoever acts on it looks the request up first. */
export interface Correlation {
  readonly requestId?: string
  /** The first half of the request's id, where CBPR+ had no room for more. */
  readonly requestIdStart?: string
  readonly orderId?: string
}

/**
 * Which of our requests and orders a message is about, by the references that our messages gave; undefined when it names none of them, or several. Never by the UETR:
 * unrelated cases have been seen to share one (V13).
 */
export function correlate(message: IsoMessage): Correlation | undefined {
  const found = namesIn(message).map(correlationOf)
  const [first] = found
  if (!first || found.some(other => JSON.stringify(other) !== JSON.stringify(first))) return undefined
  return Object.keys(first).length > 0 ? first : undefined
}

/** Where one transaction of a message names a request and an order, the surest place first. */
export interface Names {
  readonly cases: ReadonlyArray<string | undefined>
  readonly orders: ReadonlyArray<string | undefined>
  /** A pacs.004 has no place for a case; a careful bank puts it into the words. */
  readonly lines?: readonly string[]
}

/** The first request and the first order that are named; of a request the beginning of its id where the whole is in no place. */
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

/** Where an answer refers to our camt.056 as to the original message, that message's id is the order. */
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
