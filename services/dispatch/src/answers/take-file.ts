import { hash } from 'node:crypto'
import { heldFull } from '@holdfast/folds'
import { type FairQueue, publishByTopic } from '@holdfast/runtime'
import { accepted, answerCommands, deterministicId, type MemberActor, type Problem } from '@holdfast/schemas'
import { keyedDigestOf } from '@holdfast/trust'
import { createHorizon } from '../state/find-orders.ts'
import { type GivingDependencies, giveAnswers } from './give-answers.ts'
import {
  type AttentionItem,
  attentionForUnknown,
  isDualApproval,
  type MatchingDependencies,
  matchAnswers,
  noneMatched,
} from './match-answers.ts'
import type { AnswerSender } from './matched-answer.ts'
import { notificationOfRefusedAnswer } from './notification-of-answer.ts'
import { type NameData, readAnswer } from './read-answers.ts'

export interface FileOfAnswers {
  readonly sender: AnswerSender
  readonly format: 'json' | 'xml'
  readonly bytes: Uint8Array
}

/** What became of a file: taken, with what a person has to look at; or refused, with everything that is wrong. */
export type TakenFile =
  | { readonly taken: true; readonly attention: readonly AttentionItem[] }
  | { readonly taken: false; readonly problems: readonly Problem[] }

export type FileTakingDependencies = MatchingDependencies &
  GivingDependencies & {
    /** Shared with the other doors for answers. */
    readonly turns: FairQueue
  }

/**
 * Takes the answers of a file, in the name of whose folder it lay in. Everything has gone out when it resolves, and has the same ids if it is done again: who is killed before
 * the file is put away takes it once more, and nothing is doubled. Throws where a backend is away.
 */
export async function takeFile(deps: FileTakingDependencies, file: FileOfAnswers, signal: AbortSignal): Promise<TakenFile> {
  const { sender, format, bytes } = file
  const takenAt = deps.clock.now()
  const name = keyedDigestOf(deps.secret, 'answer file', hash('sha256', bytes))
  await deps.turns.next(sender.country)
  const headers = { 'content-type': format === 'xml' ? 'application/xml' : 'application/json' }
  const read = readAnswer({ headers, content: bytes }, 'kafka', nameOfData(sender, name))
  if (!read.ok) {
    // Whatever is wrong with it: a file has no status as an HTTP answer has.
    const notice = notificationOfRefusedAnswer(deps.signer, sender.country, name, { ...read.error, code: 'MALFORMED' }, takenAt)
    await publishByTopic(deps.streams, deps.countryTopics, [notice])
    return { taken: false, problems: read.error.problems }
  }
  const document = read.value
  const [matched = noneMatched] = await matchAnswers(deps, sender.country, [{ sender, document }], createHorizon(deps.streams), signal)
  const gone = await giveAnswers(deps, [{ sender, document, matched, takenAt }], false)
  const unknown = attentionForUnknown(sender.country, document, matched)
  const notHeld = matched.attention.filter(({ code }) => code === heldFull.code)
  const left = [...gone, ...notHeld, ...(unknown ? [unknown] : [])]
  if (left.length > 0 && matched.answers.length === gone.length)
    return {
      taken: false,
      problems: left.map(({ code, message }) => ({ code: 'RULE' as const, path: '', message: `${code}: ${message}` })),
    }
  return { taken: true, attention: [...matched.attention.filter(each => !notHeld.includes(each)), ...left] }
}

/** The data alone has no id: the file's content is its name. Where two persons have to say the same (V17), each says it in a folder of its own. */
const nameOfData =
  ({ country, person }: MemberActor, name: string): NameData =>
  data => {
    const kind = (data as { kind?: unknown } | null)?.kind
    const by = typeof kind === 'string' && kind in answerCommands && isDualApproval(kind as keyof typeof answerCommands) ? person : ''
    return accepted({ source: `/institutions/${country.toLowerCase()}/files`, id: deterministicId('answer', country, name, by) })
  }
