import {
  answerBodySchema,
  answerType,
  commandSchema,
  freezeRequestSchema,
  type Problem,
  parseForeignJson,
  parseWith,
  type RedriveOutcome,
  readEvent,
  requestType,
  topics,
} from '@holdfast/schemas'
import type { KeptLetter } from './letters.ts'

/** What `createDeadLetters` adds to the reason where a record did not fit into a letter. */
const cutNote = / \([^()]*(?:is cut after|headers are cut)[^()]*\)$/

/**
 * What sending the record of a letter again would do. Commands name their sender, and whoever may write their topic was believed before: they are decided again as if
 * they came now. Requests and answers were believed by a token; no letter holds one, and the engine speaks for no member.
 */
export function previewOf({ number, letter: { id, data } }: KeptLetter): RedriveOutcome {
  const about = { number, id, topic: data.topic, key: data.key }
  if (cutNote.test(data.reason))
    return { ...about, problems: [], sender: null, why: 'the record did not fit into its letter: what is left is not what was sent' }
  if (data.topic === topics.commands.name) return { ...about, ...commandAgain(data.key, data.value) }
  if (data.topic === topics.requests.name) return { ...about, problems: problemsOfRequest(data), sender: null, why: byItsSender }
  if (data.topic === topics.answers.name) return { ...about, problems: problemsOfAnswer(data), sender: null, why: byItsSender }
  return { ...about, problems: [], sender: null, why: `nothing of ${data.topic} is sent again` }
}

const byItsSender =
  'it was sent with a token, which is not kept: its sender has to send it again, under the same id, and nothing is doubled by that'

function commandAgain(key: string, value: string): Pick<RedriveOutcome, 'problems' | 'sender' | 'why'> {
  const json = parseForeignJson(value)
  const command = json.ok ? parseWith(commandSchema, json.value) : json
  if (!command.ok) return { problems: command.error, sender: null, why: 'the ledger could still not read it' }
  const { actor, subject } = command.value
  if (subject !== key)
    return { problems: [{ path: '/subject', message: 'is not the key of the record' }], sender: actor, why: 'the ledger would not take it' }
  return { problems: [], sender: actor }
}

function problemsOfRequest({ headers, value }: KeptLetter['letter']['data']): Problem[] {
  const event = readEvent({ headers, text: value }, 'kafka', requestType)
  if (!event.ok) return [...event.error.problems]
  const request = parseWith(freezeRequestSchema, event.value.data)
  return request.ok ? [] : request.error.map(({ path, message }) => ({ path: `/data${path}`, message }))
}

function problemsOfAnswer({ headers, value }: KeptLetter['letter']['data']): Problem[] {
  if (/xml/i.test(headers['content-type'] ?? '')) return []
  const event = readEvent({ headers, text: value }, 'kafka', answerType)
  if (!event.ok) return [...event.error.problems]
  const answer = parseWith(answerBodySchema, event.value.data)
  return answer.ok ? [] : answer.error.map(({ path, message }) => ({ path: `/data${path}`, message }))
}
