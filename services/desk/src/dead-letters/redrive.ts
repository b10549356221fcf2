import type { Workflow } from '@holdfast/core'
import {
  accepted,
  type DispatchedOrder,
  ordersTopic,
  type Problem,
  parseForeignJson,
  plannedDelivery,
  type RedriveOutcome,
  type Result,
  readEvent,
  topicPrefixOf,
} from '@holdfast/schemas'
import type { OutgoingRecord } from '@holdfast/streams'
import type { DeskParts } from '../desk-parts.ts'
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
export function previewOf(desks: readonly DeskParts[], { number, letter: { id, data } }: StoredDeadLetter): RedriveOutcome {
  const desk = deskOfTopic(desks, data.topic)
  const about = { number, id, topic: data.topic, key: data.key }
  if (isCut(data.reason))
    return { ...about, problems: [], sender: null, why: 'The record did not fit into its dead letter, so it is incomplete.' }
  if (!desk) return { ...about, problems: [], sender: null, why: whyNever(data.topic) }
  const { topics, ingress, topicPrefix } = desk.workflow
  if (data.topic === topics.commands.name) return { ...about, ...commandAgain(desk.workflow, data.key, data.value) }
  if (isOfOrders(data.topic, topicPrefix)) return { ...about, ...orderAgain(desk, data.value) }
  if (data.topic === topics.requests.name)
    return { ...about, problems: problemsOf(data, ingress.eventType, ingress.parse), sender: null, why: byItsSender }
  if (desk.answers && data.topic === topics.answers.name) {
    const { type, parse } = desk.answers
    return { ...about, problems: isXml(data) ? [] : problemsOf(data, type, parse), sender: null, why: byItsSender }
  }
  return { ...about, problems: [], sender: null, why: whyNever(data.topic) }
}

const whyNever = (topic: string): string => `Records of ${topic} cannot be sent again.`

const deskOfTopic = (desks: readonly DeskParts[], topic: string): DeskParts | undefined =>
  desks.find(({ workflow: { topicPrefix } }) => topic.startsWith(`${topicPrefix}.`))

const byItsSender =
  'It was sent with a token, which is not stored. Its sender must send it again with the same id; this duplicates nothing.'

function commandAgain(
  { parseCommand }: Pick<Workflow, 'parseCommand'>,
  key: string,
  value: string,
): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const command = json.ok ? parseCommand(json.value) : json
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
function orderAgain({ parseOrder }: DeskParts, value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const order: Result<unknown, Problem[]> = json.ok ? (parseOrder?.(json.value) ?? accepted(json.value)) : json
  return order.ok ? { problems: [], sender: null } : { problems: order.error, sender: null, why: 'It is not an order.' }
}

const isOfOrders = (topic: string, prefix: string): boolean => topic.startsWith(topicPrefixOf(country => ordersTopic(country, prefix)))

/**
 * The records to write for a redrive, in this order. An order is planned first, because the directory may add other
 * recipients than the topic.
 */
export function recordsOf(desks: readonly DeskParts[], { topic, key, headers, value }: SentRecord, now: Date): readonly AddressedRecord[] {
  const again = { topic, key, headers, value }
  const desk = deskOfTopic(desks, topic)
  if (!desk || !isOfOrders(topic, desk.workflow.topicPrefix)) return [again]
  const { topics, dispatching } = desk.workflow
  const order = JSON.parse(value) as DispatchedOrder
  return [
    { topic: topics.deliveries.name, key, value: JSON.stringify(plannedDelivery(order, dispatching.orders?.vaspOf?.(order.data), now)) },
    again,
  ]
}

interface AddressedRecord extends OutgoingRecord {
  readonly topic: string
}

const isXml = ({ headers }: SentRecord): boolean => /xml/i.test(headers['content-type'] ?? '')

function problemsOf({ headers, value }: SentRecord, type: string, parse: (data: unknown) => Result<unknown, Problem[]>): Problem[] {
  const event = readEvent({ headers, text: value }, 'kafka', type)
  if (!event.ok) return [...event.error.problems]
  const data = parse(event.value.data)
  return data.ok ? [] : data.error.map(problem => ({ ...problem, path: event.value.dataPath + problem.path }))
}
