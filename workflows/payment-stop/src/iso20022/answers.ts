import { accepted, type Result, refused } from '@holdfast/schemas'
import { type AnswerBody, type AnswerKind, answerCommands, commandBodies, type Order } from '../language/index.ts'
import type { Answered, AnswerPart, Attention, Mapped, Reading, RequestedCancellation, Transaction } from './answered.ts'
import { type Correlation, correlationOf, namesIn } from './correlate.ts'
import type { IsoMessage } from './message.ts'
import { isCaseOf } from './references.ts'
import { resolved } from './resolved.ts'
import { returned } from './returned.ts'

/**
 * The answers in a bank's message, for each of its payments, which are interpreted separately. Nothing is guessed: unclear
 * parts go to a person, with what to do. A message that is not an answer, such as a camt.056, is refused.
 */
export function answerPartsOf(message: IsoMessage): Result<AnswerPart[], Attention> {
  const transactions = transactionsOf(message)
  if (!transactions) return refused({ code: 'NOT_AN_ANSWER', message: notAnAnswer(message) })
  const names = namesIn(message)
  return accepted(
    transactions.map((transaction, index) => {
      const about = names[index] && correlationOf(names[index])
      return { about: about && Object.keys(about).length > 0 ? about : undefined, interpret: asked => checked(transaction(asked)) }
    }),
  )
}

/**
 * The meaning of each payment in a message. Without `asked`, amounts are compared with the original payment in the
 * message.
 */
export function answersOf(message: IsoMessage, asked?: RequestedCancellation): Result<Mapped[], Attention> {
  const parts = answerPartsOf(message)
  return parts.ok ? accepted(parts.value.map(({ about, interpret }) => ({ about, ...interpret(asked) }))) : parts
}

function checked({ answers, attention }: Reading): Reading {
  const each = answers.map(answer => ({ answer, complaint: complaintOf(answer) }))
  return {
    answers: each.flatMap(({ answer, complaint }) => (complaint === undefined ? [answer] : [])),
    attention: [...attention, ...each.flatMap(({ complaint }) => (complaint === undefined ? [] : [unclear(complaint)]))],
  }
}

/** The answers of a message to this order. Parts that name another request, or none, are left out. */
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
  if (kind === 'cancellationRequest') return `A ${name} is a request and not an answer. Send it to the endpoint for requests.`
  if (kind === 'paymentStatusRequest') return `A ${name} asks for a status. A person has to answer it with the state of the request.`
  return `A ${name} is a payment, no answer. It says what was paid, for a request.`
}

/** An answer with an invalid reference or amount would be refused, so it does not count as one. */
function complaintOf({ kind, details }: Answered): string | undefined {
  const parsed = schemaOf(kind).safeParse(details)
  return parsed.success ? undefined : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
}

const schemaOf = (kind: AnswerKind) => commandBodies[answerCommands[kind]]

const unclear = (complaint: string): Attention => ({
  code: 'AMOUNT_UNCLEAR',
  message: `The bank's answer can't be taken as it is: ${complaint}. Ask for it, or report it by hand.`,
})
