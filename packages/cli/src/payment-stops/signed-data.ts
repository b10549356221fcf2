import { isDeepStrictEqual } from 'node:util'
import {
  answerBodySchema,
  answerCommands,
  answerType,
  type CommandKind,
  commandBodies,
  commandOfFact,
  type Fact,
  factKindOf,
  isFact,
  requestType,
} from '@holdfast/payment-stop/language'
import { type EventToSign, parseWith, type Signed } from '@holdfast/schemas'

/**
 * Returns the event whose signature a fact stores. A request's document is in the fact, an answer is stored next to its
 * signature. Undefined if it is missing or malformed.
 */
export function eventSignedFor(fact: Fact, { jws, id, source, type, data }: Partial<Signed>): EventToSign | undefined {
  const isRequest = isFact(fact, 'RequestOpened')
  const said = isRequest ? fact.data.request : data
  const isWhole = [jws, id, source].every(each => typeof each === 'string') && said !== undefined
  return isWhole && type === (isRequest ? requestType : answerType)
    ? { id: id as string, source: source as string, type, data: said }
    : undefined
}

/**
 * Returns how a fact differs from the signed answer; undefined if it does not, or if it is a request, whose document
 * itself was signed.
 */
export function findDifference(fact: Fact, data: object, { type, data: signed }: EventToSign): string | undefined {
  if (type === requestType) return undefined
  const answer = parseWith(answerBodySchema, signed)
  if (!answer.ok) return 'stores as signed what is not an answer'
  const { requestId, orderId, kind, details } = answer.value
  if (requestId.toLowerCase() !== fact.subject) return 'is of another request than the signed answer'
  if (orderId.toLowerCase() !== fact.orderid) return 'is of another order than the signed answer'
  const command = answerCommands[kind]
  if (command !== (isFact(fact, 'ActionProposed') ? fact.data.command : commandOfFact(factKindOf(fact))))
    return `differs from the signed answer, which is ${kind}`
  const said: Readonly<Record<string, unknown>> = kind === 'acknowledged' ? { orderId: fact.orderid, ...details } : details
  const stated = data as Readonly<Record<string, unknown>>
  const other = Object.keys(commandBodies[command].shape).filter(
    name => !isDeepStrictEqual(stated[name], said[name]) && !isLeftToTheEngine(command, name, said),
  )
  return other.length > 0 ? `differs from the signed answer in: ${other.join(', ')}` : undefined
}

/** V20: if the institution states no end of a hold, the law of its country sets it. */
const isLeftToTheEngine = (command: CommandKind, name: string, said: Readonly<Record<string, unknown>>): boolean =>
  command === 'ReportFreeze' && name === 'expiresAt' && said.expiresAt === undefined
