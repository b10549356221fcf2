import {
  type AnswerBody,
  type AnswerKind,
  accepted,
  answerCommands,
  commandBodies,
  type Order,
  type Result,
  refused,
} from '@holdfast/schemas'
import type { Answered, AnswerPart, Attention, Mapped, Reading, RequestedCancellation, Transaction } from './answered.ts'
import { type Correlation, correlationOf, namesIn } from './correlate.ts'
import type { IsoMessage } from './message.ts'
import { isCaseOf } from './references.ts'
import { resolved } from './resolved.ts'
import { returned } from './returned.ts'

/**
 * What a bank's message answers, for each payment in it, each of which is read by itself: a message may be about many. Nothing is guessed: what is not clear is left to a
 * person, with what to do. A message that answers nothing, such as a camt.056, is refused.
 */
export function answerPartsOf(message: IsoMessage): Result<AnswerPart[], Attention> {
  const transactions = transactionsOf(message)
  if (!transactions) return refused({ code: 'NOT_AN_ANSWER', message: notAnAnswer(message) })
  const names = namesIn(message)
  return accepted(
    transactions.map((transaction, index) => {
      const about = names[index] && correlationOf(names[index])
      return { about: about && Object.keys(about).length > 0 ? about : undefined, says: asked => checked(transaction(asked)) }
    }),
  )
}

/** What each payment in a message says. Without `asked`, amounts are held against the original payment that the message names. */
export function answersOf(message: IsoMessage, asked?: RequestedCancellation): Result<Mapped[], Attention> {
  const parts = answerPartsOf(message)
  return parts.ok ? accepted(parts.value.map(({ about, says }) => ({ about, ...says(asked) }))) : parts
}

function checked({ answers, attention }: Reading): Reading {
  const each = answers.map(answer => ({ answer, complaint: complaintOf(answer) }))
  return {
    answers: each.flatMap(({ answer, complaint }) => (complaint === undefined ? [answer] : [])),
    attention: [...attention, ...each.flatMap(({ complaint }) => (complaint === undefined ? [] : [unclear(complaint)]))],
  }
}

/** What the message says about this order, as answers to it; what names another request, or none, is left out. */
export function answerBodiesOf(
  message: IsoMessage,
  order: Pick<Order['data'], 'orderId' | 'requestId' | 'institution' | 'amount'>,
): AnswerBody[] {
  const mapped = answersOf(message, order)
  if (!mapped.ok) return []
  const { orderId, requestId, institution } = order
  return mapped.value
    .filter(({ about }) => isAbout(about, requestId))
    .flatMap(({ answers }) =>
      answers.map(answer => ({ orderId, requestId, institution: { bic: institution.bic }, ...answer }) as AnswerBody),
    )
}

const isAbout = (about: Correlation | undefined, requestId: string): boolean =>
  about?.requestId === requestId || (about?.requestIdStart !== undefined && isCaseOf(requestId, about.requestIdStart.replaceAll('-', '')))

function transactionsOf(message: IsoMessage): Transaction[] | undefined {
  if (message.kind === 'resolutionOfInvestigation') return resolved(message.body)
  if (message.kind === 'paymentReturn') return returned(message.body)
  return undefined
}

function notAnAnswer({ kind, name }: IsoMessage): string {
  if (kind === 'cancellationRequest') return `A ${name} asks and does not answer. As a request to us it goes to the door for requests.`
  if (kind === 'paymentStatusRequest') return `A ${name} asks how something stands. Somebody answers it with the state of the request.`
  return `A ${name} is a payment, no answer. It says what was paid, for a request.`
}

/** An answer that the engine would refuse, because a reference or a sum has no place there, is no answer. */
function complaintOf({ kind, details }: Answered): string | undefined {
  const parsed = schemaOf(kind).safeParse(details)
  return parsed.success ? undefined : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
}

const schemaOf = (kind: AnswerKind) => commandBodies[answerCommands[kind]]

const unclear = (complaint: string): Attention => ({
  code: 'AMOUNT_UNCLEAR',
  message: `The bank's answer can't be taken as it is: ${complaint}. Ask for it, or report it by hand.`,
})
