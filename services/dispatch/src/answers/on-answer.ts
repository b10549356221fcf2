import { type createNotifiedSigners, type RefusedSender, type SignedEvent, senderOfRecord } from '@holdfast/access'
import { paymentStop } from '@holdfast/payment-stop'
import { answerType } from '@holdfast/payment-stop/language'
import { type CountryTopics, type DeadLetters, type FairQueue, publishByTopic } from '@holdfast/runtime'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { recordSize, type StreamRecord } from '@holdfast/streams'
import { createHorizon, type Horizon } from '../state/find-orders.ts'
import { type MatchingDependencies, matchAnswers } from './match-answers.ts'
import type { AnswerSender, ReceivedDocument } from './matched-answer.ts'
import { notificationOfRefusedAnswer } from './notification-of-answer.ts'
import { type FoundAnswers, type PublishingDependencies, publishAnswers } from './publish-answers.ts'
import { type RefusedAnswer, readAnswer, readAnswerEvent } from './read-answers.ts'

export type AnswerDependencies = Pick<ServiceContext, 'streams' | 'secret' | 'verify' | 'verifyEvent' | 'clock' | 'logTime'> &
  MatchingDependencies &
  PublishingDependencies & {
    readonly deadLetters: DeadLetters
    readonly countryTopics: CountryTopics
    readonly toldSigner: ReturnType<typeof createNotifiedSigners>
    /** Shared with the other ingresses of answers. */
    readonly fairQueue: FairQueue
  }

/** Each bank message names up to 50 requests, and a store looks up 5,000 in one step. */
const recordsInOneStep = 100
/** Answers are published after this many bytes, which take some 50 ms to process. */
const bytesInOneStep = 256_000

/**
 * Turns the answers of institutions into commands. Each country's answers are processed in order and alternate with
 * those of other countries, so a slow or busy country delays itself only.
 *
 * An identified sender is notified of answers that are unreadable or match no order to its country. A record without an
 * identified sender becomes a dead letter.
 */
export const onAnswers = (deps: AnswerDependencies, signal: AbortSignal) => async (records: readonly StreamRecord[]) => {
  const horizon = createHorizon(deps.streams, paymentStop)
  const identified = await Promise.all(records.map(record => identifySender(deps, record)))
  const unknown = identified.flatMap(each => each.unknown ?? [])
  await deps.deadLetters.keepOfBatch(unknown.map(({ record, refusal }) => ({ record, reason: describe(refusal) })))
  await notifySigners(deps, unknown)
  await rejectAnswers(
    deps,
    identified.flatMap(({ refused }) => refused ?? []),
  )
  const byCountry = Map.groupBy(
    identified.flatMap(({ answers }) => answers ?? []),
    ({ sender }) => sender.country,
  )
  // All countries finish before the batch ends, so that a retry never runs concurrently with leftover work.
  const done = await Promise.allSettled([...byCountry].map(([country, answers]) => processAnswers(deps, country, answers, horizon, signal)))
  for (const each of done) if (each.status === 'rejected') throw each.reason
}

interface AnswerRecord {
  readonly record: StreamRecord
  readonly sender: AnswerSender
  readonly signed: SignedEvent | undefined
}

interface RefusedRecord extends AnswerRecord {
  readonly refusal: RefusedAnswer
}

/** A record without an identified sender. */
interface UnknownRecord {
  readonly record: StreamRecord
  readonly refusal: RefusedSender
}

/** Identifies the sender. Unidentified records become dead letters; a member that must not answer is notified. */
async function identifySender(
  deps: AnswerDependencies,
  record: StreamRecord,
): Promise<{ readonly answers?: AnswerRecord; readonly refused?: RefusedRecord; readonly unknown?: UnknownRecord }> {
  const principal = await senderOfRecord(deps, record, answerType)
  if (!principal.ok) return { unknown: { record, refusal: principal.error } }
  const { sender: member, signed } = principal.value
  const sender = requireAnswerRole(member)
  if (sender.ok) return { answers: { record, sender: sender.value, signed } }
  await deps.fairQueue.next(member.country)
  const read = readRecord({ record, signed })
  const { source, id } = read.ok ? { source: read.value.source, id: read.value.eventId } : read.error
  return { refused: { record, sender: member, signed, refusal: { ...sender.error, id, source, problems: [] } } }
}

/** Notifies the country whose key signed a refused record, a limited number of times a day. */
async function notifySigners(deps: AnswerDependencies, unknown: readonly UnknownRecord[]): Promise<void> {
  const notifications = unknown.flatMap(({ record, refusal }) => {
    const notified = deps.toldSigner(record, refusal)
    if (!notified) return []
    const { country, recordPosition, id, source } = notified
    return [
      notificationOfRefusedAnswer(
        deps.signer,
        country,
        recordPosition,
        { code: refusal.code, message: refusal.message, id, source, problems: [] },
        receivedAt(deps, record),
      ),
    ]
  })
  await publishByTopic(deps.streams, deps.countryTopics, notifications)
}

const describe = ({ code, message }: Refusal) => `${code}: ${message}`

const readRecord = ({ record: { headers, value, damage }, signed }: Pick<AnswerRecord, 'record' | 'signed'>) =>
  signed ? readAnswerEvent(signed.event, 'kafka') : readAnswer({ headers, content: value, damage }, 'kafka')

export function requireAnswerRole<S extends AnswerSender>(sender: S): Result<S, Refusal> {
  if (sender.role === 'institution' || sender.role === 'fiu') return accepted(sender)
  return refused({ code: 'NOT_PERMITTED', message: 'Only an institution or a Financial Intelligence Unit (FIU) may answer an order' })
}

async function processAnswers(
  deps: AnswerDependencies,
  country: string,
  answers: readonly AnswerRecord[],
  horizon: Horizon,
  signal: AbortSignal,
): Promise<void> {
  for (const step of inSteps(answers)) {
    const received: (ReceivedDocument & { readonly takenAt: Date })[] = []
    const refusals: RefusedRecord[] = []
    for (const { record, sender, signed } of step) {
      await deps.fairQueue.next(country)
      const read = readRecord({ record, signed })
      if (read.ok) received.push({ sender, signed, document: read.value, takenAt: receivedAt(deps, record) })
      else refusals.push({ record, sender, signed, refusal: read.error })
    }
    const matched = await matchAnswers(deps, country, received, horizon, signal)
    const found: FoundAnswers[] = received.flatMap((each, i) => (matched[i] ? [{ ...each, matched: matched[i] }] : []))
    // A consumer that has lost the partition leaves publishing to its successor.
    signal.throwIfAborted()
    await publishAnswers(deps, found, false)
    await rejectAnswers(deps, refusals)
  }
}

function* inSteps(answers: readonly AnswerRecord[]): Generator<readonly AnswerRecord[]> {
  let step: AnswerRecord[] = []
  let bytes = 0
  for (const each of answers) {
    step.push(each)
    bytes += recordSize(each.record)
    if (step.length < recordsInOneStep && bytes < bytesInOneStep) continue
    yield step
    step = []
    bytes = 0
  }
  if (step.length > 0) yield step
}

/** From the log time, so that a repeated notification is identical. */
const receivedAt = ({ logTime }: AnswerDependencies, record: StreamRecord): Date => new Date(logTime.recordedAtMs(record))

/**
 * Notifies the sender, with identical notifications at each retry. Also keeps the record as a dead letter: it may say
 * that money is frozen, and an operator may be able to use it.
 */
async function rejectAnswers(deps: AnswerDependencies, refusals: readonly RefusedRecord[]): Promise<void> {
  await Promise.all(
    refusals.map(({ record, refusal: { code, message, problems } }) =>
      deps.deadLetters.keep(
        record,
        message ? describe({ code, message }) : problems.map(each => `${each.path || '/'}: ${each.message}`).join('; '),
      ),
    ),
  )
  await publishByTopic(
    deps.streams,
    deps.countryTopics,
    refusals.map(({ record, sender, refusal }) =>
      notificationOfRefusedAnswer(
        deps.signer,
        sender.country,
        `${record.topic}/${record.partition}/${record.offset}`,
        refusal,
        receivedAt(deps, record),
      ),
    ),
  )
}
