import { hash } from 'node:crypto'
import { answerCommands, deterministicId, type MemberActor, type Problem, parseJson, type Result, topics } from '@holdfast/schemas'
import type { Clock } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import type { Outbound } from '../outbound.ts'
import { commandOfAnswer } from './command-of-answer.ts'
import { isJoint, type Matching, matchAnswers, type ToLookAt } from './match-answers.ts'
import { noticeOfAnswer } from './notice-of-answer.ts'
import { type Reading, readAnswerData, readAnswerEvent, readBankMessage, textOfXml } from './read-answers.ts'

export interface FileOfAnswers {
  readonly sender: MemberActor
  readonly format: 'json' | 'xml'
  readonly bytes: Uint8Array
}

/** What became of a file: taken, with what a person has to look at; or refused, with everything that is wrong. */
export type TakenFile =
  | { readonly taken: true; readonly attention: readonly ToLookAt[] }
  | { readonly taken: false; readonly problems: readonly Problem[] }

export type FileTakingDependencies = Matching & {
  readonly streams: Streams
  readonly clock: Clock
  readonly tell: (notices: readonly Outbound[]) => Promise<void>
}

/**
 * Takes the answers of a file, in the name of whose folder it lay in. Everything has gone out when it resolves, and has the same ids if it is done again: who is killed before
 * the file is put away takes it once more, and nothing is doubled. Throws where a backend is away.
 */
export async function takeFile(deps: FileTakingDependencies, file: FileOfAnswers, signal: AbortSignal): Promise<TakenFile> {
  const { sender } = file
  const now = deps.clock.now()
  const name = hash('sha256', file.bytes)
  const reading = readFile(file, name)
  if (!reading.ok) {
    const problems = reading.error
    const message = `A file with an answer could not be read: ${problems.length} problem(s)`
    await deps.tell([noticeOfAnswer(sender.country, name, { code: 'MALFORMED', message, problems }, 0, now)])
    return { taken: false, problems }
  }
  const [matched = { answers: [], attention: [] }] = await matchAnswers(deps, [{ sender, reading: reading.value }], signal)
  const { answers, attention } = matched
  await deps.tell(attention.map((each, nth) => noticeOfAnswer(sender.country, reading.value.id, each, nth, now)))
  const commands = answers.map(answer => commandOfAnswer(answer, sender, reading.value, now))
  if (commands.length > 0)
    await deps.streams.publish(
      topics.commands.name,
      commands.map(command => ({ key: command.subject, value: JSON.stringify(command) })),
    )
  const unknown = attention.filter(({ code }) => code === 'ORDER_UNKNOWN')
  if (answers.length > 0 || unknown.length === 0) return { taken: true, attention }
  return { taken: false, problems: unknown.map(({ code, message }) => ({ path: '', message: `${code}: ${message}` })) }
}

function readFile({ sender, format, bytes }: FileOfAnswers, name: string): Result<Reading, Problem[]> {
  if (format === 'xml') {
    const text = textOfXml(bytes)
    return text.ok ? readBankMessage(text.value) : text
  }
  const json = parseJson(new TextDecoder().decode(bytes))
  if (!json.ok) return json
  if (typeof json.value === 'object' && json.value !== null && 'specversion' in json.value) return readAnswerEvent(json.value)
  // The data alone has no id: the file's content is its name. Where two persons have to say the same (V17), each says it in a folder of its own.
  const kind = (json.value as { kind?: unknown } | null)?.kind
  const by = typeof kind === 'string' && kind in answerCommands && isJoint(kind as keyof typeof answerCommands) ? sender.person : ''
  return readAnswerData(
    json.value,
    `/institutions/${sender.country.toLowerCase()}/files`,
    deterministicId('answer', sender.country, name, by),
  )
}
