import {
  answerBodySchema,
  answerType,
  freezeRequestSchema,
  type Order,
  orderSchema,
  ordersTopic,
  type Problem,
  parseForeignJson,
  parseStoredCommand,
  parseWith,
  plannedDelivery,
  type RedriveOutcome,
  readEvent,
  requestType,
  topicPrefixOf,
  topics,
  vaspOf,
} from '@holdfast/schemas'
import type { OutgoingRecord } from '@holdfast/streams'
import type { z } from 'zod'
import type { StoredDeadLetter } from './stored-dead-letters.ts'

type SentRecord = StoredDeadLetter['letter']['data']

/** Whether `createDeadLetters` noted in the reason that the record did not fit into the dead letter. */
function isCut(reason: string): boolean {
  const start = reason.lastIndexOf(' (')
  const note = start < 0 ? '' : reason.slice(start)
  return note.indexOf(')') === note.length - 1 && (note.includes('is cut after') || note.includes('headers are cut'))
}

/**
 * The outcome of sending a record again. Commands name their sender, and their topic is protected: the ledger decides
 * them as new ones. Orders are the engine's own. Requests and answers need the sender's token, which no dead letter
 * contains, and the engine never acts for a member.
 */
export function previewOf({ number, letter: { id, data } }: StoredDeadLetter): RedriveOutcome {
  const about = { number, id, topic: data.topic, key: data.key }
  if (isCut(data.reason))
    return { ...about, problems: [], sender: null, why: 'The record did not fit into its dead letter, so it is incomplete.' }
  if (data.topic === topics.commands.name) return { ...about, ...commandAgain(data.key, data.value) }
  if (isOfOrders(data.topic)) return { ...about, ...orderAgain(data.value) }
  if (data.topic === topics.requests.name)
    return { ...about, problems: problemsOf(data, requestType, freezeRequestSchema), sender: null, why: byItsSender }
  if (data.topic === topics.answers.name)
    return { ...about, problems: isXml(data) ? [] : problemsOf(data, answerType, answerBodySchema), sender: null, why: byItsSender }
  return { ...about, problems: [], sender: null, why: `Records of ${data.topic} cannot be sent again.` }
}

const byItsSender =
  'It was sent with a token, which is not stored. Its sender must send it again with the same id; this duplicates nothing.'

function commandAgain(key: string, value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const command = json.ok ? parseStoredCommand(json.value) : json
  if (!command.ok) return { problems: command.error, sender: null, why: 'The ledger still cannot read it.' }
  const { actor, subject } = command.value
  if (subject !== key)
    return {
      problems: [{ code: 'RULE', path: '/subject', message: 'must be the key of the record' }],
      sender: actor,
      why: 'The ledger would not accept it.',
    }
  return { problems: [], sender: actor }
}

/**
 * An order that dispatch moved to the dead letters, because it did not know whether it was sent. A recipient recognises
 * a repeat by its id.
 */
function orderAgain(value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const order = json.ok ? parseWith(orderSchema, json.value) : json
  return order.ok ? { problems: [], sender: null } : { problems: order.error, sender: null, why: 'It is not an order.' }
}

const startOfOrders = topicPrefixOf(ordersTopic)
const isOfOrders = (topic: string): boolean => topic.startsWith(startOfOrders)

/**
 * The records to write for a redrive, in this order. An order is planned first, because the directory may add other
 * recipients than the topic.
 */
export function recordsOf({ topic, key, headers, value }: SentRecord, now: Date): readonly AddressedRecord[] {
  const again = { topic, key, headers, value }
  if (!isOfOrders(topic)) return [again]
  const order = JSON.parse(value) as Order
  return [{ topic: topics.deliveries.name, key, value: JSON.stringify(plannedDelivery(order, vaspOf(order.data), now)) }, again]
}

interface AddressedRecord extends OutgoingRecord {
  readonly topic: string
}

const isXml = ({ headers }: SentRecord): boolean => /xml/i.test(headers['content-type'] ?? '')

function problemsOf({ headers, value }: SentRecord, type: string, schema: z.ZodType): Problem[] {
  const event = readEvent({ headers, text: value }, 'kafka', type)
  if (!event.ok) return [...event.error.problems]
  const data = parseWith(schema, event.value.data)
  return data.ok ? [] : data.error.map(problem => ({ ...problem, path: event.value.dataPath + problem.path }))
}
