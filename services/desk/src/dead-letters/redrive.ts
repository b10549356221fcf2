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
  startOfTopics,
  topics,
} from '@holdfast/schemas'
import type { OutgoingRecord } from '@holdfast/streams'
import type { z } from 'zod'
import type { StoredDeadLetter } from './stored-dead-letters.ts'

type SentRecord = StoredDeadLetter['letter']['data']

/** What `createDeadLetters` adds to the reason where a record did not fit into a letter. */
function isCut(reason: string): boolean {
  const start = reason.lastIndexOf(' (')
  const note = start < 0 ? '' : reason.slice(start)
  return note.indexOf(')') === note.length - 1 && (note.includes('is cut after') || note.includes('headers are cut'))
}

/**
 * What sending the record of a letter again would do. Commands name their sender, and whoever may write their topic was believed before: they are decided again as if
 * they came now. An order is the engine's own. Requests and answers were believed by a token; no letter holds one, and the engine speaks for no member.
 */
export function previewOf({ number, letter: { id, data } }: StoredDeadLetter): RedriveOutcome {
  const about = { number, id, topic: data.topic, key: data.key }
  if (isCut(data.reason))
    return { ...about, problems: [], sender: null, why: 'the record did not fit into its letter: what is left is not what was sent' }
  if (data.topic === topics.commands.name) return { ...about, ...commandAgain(data.key, data.value) }
  if (isOfOrders(data.topic)) return { ...about, ...orderAgain(data.value) }
  if (data.topic === topics.requests.name)
    return { ...about, problems: problemsOf(data, requestType, freezeRequestSchema), sender: null, why: byItsSender }
  if (data.topic === topics.answers.name)
    return { ...about, problems: isXml(data) ? [] : problemsOf(data, answerType, answerBodySchema), sender: null, why: byItsSender }
  return { ...about, problems: [], sender: null, why: `nothing of ${data.topic} is sent again` }
}

const byItsSender =
  'it was sent with a token, which is not kept: its sender has to send it again, under the same id, and nothing is doubled by that'

function commandAgain(key: string, value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const command = json.ok ? parseStoredCommand(json.value) : json
  if (!command.ok) return { problems: command.error, sender: null, why: 'the ledger could still not read it' }
  const { actor, subject } = command.value
  if (subject !== key)
    return {
      problems: [{ code: 'RULE', path: '/subject', message: 'is not the key of the record' }],
      sender: actor,
      why: 'the ledger would not take it',
    }
  return { problems: [], sender: actor }
}

/** One that dispatch itself put aside: it does not know whether it went out. Who has it already knows it by its id. */
function orderAgain(value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const order = json.ok ? parseWith(orderSchema, json.value) : json
  return order.ok ? { problems: [], sender: null } : { problems: order.error, sender: null, why: 'it is no order' }
}

const startOfOrders = startOfTopics(ordersTopic)
const isOfOrders = (topic: string): boolean => topic.startsWith(startOfOrders)

/** What has to be written to send the record of a letter again, in this order. An order is planned first: whether somebody is to have it by another way than the topic, the directory says. */
export function recordsOf({ topic, key, headers, value }: SentRecord, now: Date): readonly AddressedRecord[] {
  const again = { topic, key, headers, value }
  if (!isOfOrders(topic)) return [again]
  return [{ topic: topics.deliveries.name, key, value: JSON.stringify(plannedDelivery(JSON.parse(value) as Order, now)) }, again]
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
