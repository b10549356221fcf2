import { isDeepStrictEqual } from 'node:util'
import {
  answerBodySchema,
  answerCommands,
  answerType,
  type CommandKind,
  commandBodies,
  commandOfFact,
  type EventToSign,
  type Fact,
  factKindOf,
  isFact,
  parseWith,
  requestType,
  type Signed,
} from '@holdfast/schemas'

/** The event whose signature a fact keeps: a request's document stands in the fact, an answer beside its signature. Undefined where it is not there as it has to be. */
export function eventSignedFor(fact: Fact, { jws, id, source, type, data }: Partial<Signed>): EventToSign | undefined {
  const isRequest = isFact(fact, 'RequestOpened')
  const said = isRequest ? fact.data.request : data
  const isWhole = [jws, id, source].every(each => typeof each === 'string') && said !== undefined
  return isWhole && type === (isRequest ? requestType : answerType)
    ? { id: id as string, source: source as string, type, data: said }
    : undefined
}

/** Where a fact says something else than the answer that was signed; undefined where it is what that asked for, or a request, whose document is what was signed. */
export function findDifference(fact: Fact, data: object, { type, data: signed }: EventToSign): string | undefined {
  if (type === requestType) return undefined
  const answer = parseWith(answerBodySchema, signed)
  if (!answer.ok) return 'keeps as signed what is no answer'
  const { requestId, orderId, kind, details } = answer.value
  if (requestId.toLowerCase() !== fact.subject) return 'is of another request than the signed answer'
  if (orderId.toLowerCase() !== fact.orderid) return 'is of another order than the signed answer'
  const command = answerCommands[kind]
  if (command !== (isFact(fact, 'ActionProposed') ? fact.data.command : commandOfFact[factKindOf(fact)]))
    return `is something else than the signed answer, which is ${kind}`
  const said: Readonly<Record<string, unknown>> = kind === 'acknowledged' ? { orderId: fact.orderid, ...details } : details
  const stated = data as Readonly<Record<string, unknown>>
  const other = Object.keys(commandBodies[command].shape).filter(
    name => !isDeepStrictEqual(stated[name], said[name]) && !isLeftToTheEngine(command, name, said),
  )
  return other.length > 0 ? `says otherwise than the signed answer: ${other.join(', ')}` : undefined
}

/** V20: a hold of which the institution does not say when it ends ends by the law of its country. */
const isLeftToTheEngine = (command: CommandKind, name: string, said: Readonly<Record<string, unknown>>): boolean =>
  command === 'ReportFreeze' && name === 'expiresAt' && said.expiresAt === undefined
