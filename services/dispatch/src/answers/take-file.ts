import { hash } from 'node:crypto'
import { paymentStop } from '@holdfast/payment-stop'
import { answerCommands } from '@holdfast/payment-stop/language'
import { heldFull } from '@holdfast/request-state'
import { type FairQueue, publishByTopic } from '@holdfast/runtime'
import { accepted, deterministicId, type MemberActor, type Problem } from '@holdfast/schemas'
import { keyedDigestOf } from '@holdfast/trust'
import { createHorizon } from '../state/find-orders.ts'
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
import { type PublishingDependencies, publishAnswers } from './publish-answers.ts'
import { type NameData, readAnswer } from './read-answers.ts'

export interface FileOfAnswers {
  readonly sender: AnswerSender
  readonly format: 'json' | 'xml'
  readonly bytes: Uint8Array
}

/** The outcome for a file: accepted, with the items for a person; or refused, with every problem. */
export type FileOutcome =
  | { readonly taken: true; readonly attention: readonly AttentionItem[] }
  | { readonly taken: false; readonly problems: readonly Problem[] }

export type FileDependencies = MatchingDependencies &
  PublishingDependencies & {
    /** Shared with the other ingresses of answers. */
    readonly fairQueue: FairQueue
  }

/**
 * Publishes the answers of a file, with the owner of its folder as sender. Ids are the same at each repeat: after a
 * crash before the file is moved, the engine processes it again without duplicates. Throws if a backend is unreachable.
 */
export async function acceptFile(deps: FileDependencies, file: FileOfAnswers, signal: AbortSignal): Promise<FileOutcome> {
  const { sender, format, bytes } = file
  const takenAt = deps.clock.now()
  const name = keyedDigestOf(deps.secret, 'answer file', hash('sha256', bytes))
  await deps.fairQueue.next(sender.country)
  const headers = { 'content-type': format === 'xml' ? 'application/xml' : 'application/json' }
  const read = readAnswer({ headers, content: bytes }, 'kafka', nameOfData(sender, name))
  if (!read.ok) {
    // Files have no HTTP status, so every refusal is reported as malformed.
    const notification = notificationOfRefusedAnswer(deps.signer, sender.country, name, { ...read.error, code: 'MALFORMED' }, takenAt)
    await publishByTopic(deps.streams, deps.countryTopics, [notification])
    return { taken: false, problems: read.error.problems }
  }
  const document = read.value
  const [matched = noneMatched] = await matchAnswers(
    deps,
    sender.country,
    [{ sender, document }],
    createHorizon(deps.streams, paymentStop),
    signal,
  )
  const erased = await publishAnswers(deps, [{ sender, document, matched, takenAt }], false)
  const unknown = attentionForUnknown(sender.country, document, matched)
  const overQuota = matched.attention.filter(({ code }) => code === heldFull.code)
  const unaccepted = [...erased, ...overQuota, ...(unknown ? [unknown] : [])]
  if (unaccepted.length > 0 && matched.answers.length === erased.length)
    return {
      taken: false,
      problems: unaccepted.map(({ code, message }) => ({ code: 'RULE' as const, path: '', message: `${code}: ${message}` })),
    }
  return { taken: true, attention: [...matched.attention.filter(each => !overQuota.includes(each)), ...unaccepted] }
}

/**
 * Data without an event has no id, so the digest of the file names it. For dual approval (V17), the person belongs to
 * the name: each officer has a folder.
 */
const nameOfData =
  ({ country, person }: MemberActor, name: string): NameData =>
  data => {
    const kind = (data as { kind?: unknown } | null)?.kind
    const by = typeof kind === 'string' && kind in answerCommands && isDualApproval(kind as keyof typeof answerCommands) ? person : ''
    return accepted({ source: `/institutions/${country.toLowerCase()}/files`, id: deterministicId('answer', country, name, by) })
  }
