import { type MemberActor, type Problem, type Refusal, type Result, topics } from '@holdfast/schemas'
import { type CountryTopics, type DeadLetters, type ServiceContext, takenAt } from '@holdfast/service-kit'
import type { OutgoingRecord, StreamRecord } from '@holdfast/streams'
import { commandOfAnswer } from './answers/command-of-answer.ts'
import { type Matched, type Matching, matchAnswers, type Spoken } from './answers/match-answers.ts'
import { noticeOfAnswer } from './answers/notice-of-answer.ts'
import { isXml, type Reading, readBankMessage, readEvent } from './answers/read-answers.ts'
import type { Outbound } from './outbound.ts'

export type AnswerDependencies = Pick<ServiceContext, 'streams' | 'verify' | 'clock'> &
  Matching & { readonly deadLetters: DeadLetters; readonly countryTopics: CountryTopics }

/** Each bank message names up to 50 requests, and a store looks up 5,000 in one step. */
const recordsInOneStep = 100

/**
 * Turns what institutions answer into commands in their names. An answer has to be to an order that was sent to its sender's country; what is not, what can't be read
 * and what a message leaves to a person is kept in the dead letters, and the sender's country is told.
 */
export const onAnswers = (deps: AnswerDependencies, signal: AbortSignal) => async (records: readonly StreamRecord[]) => {
  for (let from = 0; from < records.length; from += recordsInOneStep)
    await workOn(deps, records.slice(from, from + recordsInOneStep), signal)
}

interface Received extends Spoken {
  readonly record: StreamRecord
}

async function workOn(deps: AnswerDependencies, records: readonly StreamRecord[], signal: AbortSignal): Promise<void> {
  const received: Received[] = []
  for (const record of records) {
    const spoken = await receive(deps, record)
    if (spoken) received.push(spoken)
  }
  const matched = await matchAnswers(deps, received, signal)
  const now = deps.clock.now()
  const commands: OutgoingRecord[] = []
  for (const [i, { record, sender, reading }] of received.entries()) {
    const { answers, attention } = matched[i] ?? nothingMatched
    await keepAttention(deps, record, sender, reading, attention)
    for (const answer of answers) {
      const command = commandOfAnswer(answer, sender, reading, now)
      commands.push({ key: command.subject, value: JSON.stringify(command) })
    }
  }
  if (commands.length > 0) await deps.streams.publish(topics.commands.name, commands)
}

const nothingMatched: Matched = { answers: [], attention: [] }

/** Who says it, and what it says; what comes from nobody or can't be read is kept. */
async function receive(deps: AnswerDependencies, record: StreamRecord): Promise<Received | undefined> {
  const sender = await senderOf(deps, record)
  if (!sender.ok) return void (await deps.deadLetters.keep(record, `${sender.error.code}: ${sender.error.message}`))
  const reading: Result<Reading, Problem[]> = isXml(record.headers['content-type'])
    ? readBankMessage(record.value)
    : readEvent(record.value)
  if (reading.ok) return { record, sender: sender.value, reading: reading.value }
  const problems = reading.error
  await deps.deadLetters.keep(record, problems.map(({ path, message }) => `${path || '/'}: ${message}`).join('; '))
  const message = `An answer could not be read: ${problems.length} problem(s)`
  const at = `${record.partition}/${record.offset}`
  await tell(deps, [noticeOfAnswer(sender.value.country, at, { code: 'MALFORMED', message, problems }, 0, deps.clock.now())])
  return undefined
}

async function senderOf(deps: AnswerDependencies, record: StreamRecord): Promise<Result<MemberActor, Refusal>> {
  const sender = await deps.verify(record.headers.authorization, takenAt(deps.clock, record))
  return sender.ok ? answersMayComeFrom(sender.value) : sender
}

export function answersMayComeFrom(sender: MemberActor): Result<MemberActor, Refusal> {
  if (sender.role === 'institution' || sender.role === 'fiu') return { ok: true, value: sender }
  return { ok: false, error: { code: 'NOT_PERMITTED', message: 'an answer comes from an institution or FIU' } }
}

async function keepAttention(
  deps: AnswerDependencies,
  record: StreamRecord,
  { country }: MemberActor,
  { id }: Reading,
  attention: Matched['attention'],
): Promise<void> {
  if (attention.length === 0) return
  await deps.deadLetters.keep(record, attention.map(({ code, message }) => `${code}: ${message}`).join('; '))
  const now = deps.clock.now()
  await tell(
    deps,
    attention.map((each, nth) => noticeOfAnswer(country, id, each, nth, now)),
  )
}

/** A repeat makes the same notices, with the same ids. */
export async function tell(
  { streams, countryTopics }: Pick<AnswerDependencies, 'streams' | 'countryTopics'>,
  notices: readonly Outbound[],
): Promise<void> {
  for (const { topic, key, value } of notices) {
    await countryTopics.ensure(topic)
    await streams.publish(topic.name, [{ key, value }])
  }
}
