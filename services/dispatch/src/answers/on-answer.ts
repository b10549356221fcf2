import { type createNotifiedSigners, type RefusedSender, type SignedEvent, senderOfRecord } from '@holdfast/access'
import { type CountryTopics, type DeadLetters, type FairQueue, publishByTopic } from '@holdfast/runtime'
import { accepted, answerType, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { type StreamRecord, weightOf } from '@holdfast/streams'
import { createHorizon, type Horizon } from '../state/find-orders.ts'
import { type FoundAnswers, type GivingDependencies, giveAnswers } from './give-answers.ts'
import { type MatchingDependencies, matchAnswers } from './match-answers.ts'
import type { AnswerSender, ReceivedDocument } from './matched-answer.ts'
import { notificationOfRefusedAnswer } from './notification-of-answer.ts'
import { type RefusedAnswer, readAnswer, readAnswerEvent } from './read-answers.ts'

export type AnswerDependencies = Pick<ServiceContext, 'streams' | 'secret' | 'verify' | 'verifyEvent' | 'clock' | 'logTime'> &
  MatchingDependencies &
  GivingDependencies & {
    readonly deadLetters: DeadLetters
    readonly countryTopics: CountryTopics
    readonly toldSigner: ReturnType<typeof createNotifiedSigners>
    /** Shared with the other doors for answers. */
    readonly turns: FairQueue
  }

/** Each bank message names up to 50 requests, and a store looks up 5,000 in one step. */
const recordsInOneStep = 100
/** What somebody sends is given out after so much of it is read, which takes some 50 ms. */
const bytesInOneStep = 256_000

/**
 * Turns what institutions answer into commands in their names. Each country's are worked on in their order, and by turns with the other countries': what one of them waits for,
 * or has too much of, is its own. Who is known is told what can't be read, and what is about no order of its country; what comes from nobody is kept for operators.
 */
export const onAnswers = (deps: AnswerDependencies, signal: AbortSignal) => async (records: readonly StreamRecord[]) => {
  const horizon = createHorizon(deps.streams)
  const heard = await Promise.all(records.map(record => hear(deps, record)))
  const unknown = heard.flatMap(each => each.unknown ?? [])
  await deps.deadLetters.keepOfBatch(unknown.map(({ record, refusal }) => ({ record, reason: wordsOf(refusal) })))
  await tellSigners(deps, unknown)
  await refuse(
    deps,
    heard.flatMap(({ refused }) => refused ?? []),
  )
  const byCountry = Map.groupBy(
    heard.flatMap(({ said }) => said ?? []),
    ({ sender }) => sender.country,
  )
  // All of them end before the batch does: what fails is done again from its beginning, beside nothing that still runs.
  const done = await Promise.allSettled([...byCountry].map(([country, said]) => workFor(deps, country, said, horizon, signal)))
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

/** Of nobody. */
interface UnknownRecord {
  readonly record: StreamRecord
  readonly refusal: RefusedSender
}

/** Who says it. What comes from nobody is kept; a member who has no answers to give is told. */
async function hear(
  deps: AnswerDependencies,
  record: StreamRecord,
): Promise<{ readonly said?: AnswerRecord; readonly refused?: RefusedRecord; readonly unknown?: UnknownRecord }> {
  const speaker = await senderOfRecord(deps, record, answerType)
  if (!speaker.ok) return { unknown: { record, refusal: speaker.error } }
  const { sender: member, signed } = speaker.value
  const sender = answersMayComeFrom(member)
  if (sender.ok) return { said: { record, sender: sender.value, signed } }
  await deps.turns.next(member.country)
  const read = readRecord({ record, signed })
  const { source, id } = read.ok ? { source: read.value.source, id: read.value.eventId } : read.error
  return { refused: { record, sender: member, signed, refusal: { ...sender.error, id, source, problems: [] } } }
}

/** The country whose key has signed what is not taken, so many times a day. */
async function tellSigners(deps: AnswerDependencies, unknown: readonly UnknownRecord[]): Promise<void> {
  const notices = unknown.flatMap(({ record, refusal }) => {
    const told = deps.toldSigner(record, refusal)
    if (!told) return []
    const { country, place, id, source } = told
    return [
      notificationOfRefusedAnswer(
        deps.signer,
        country,
        place,
        { code: refusal.code, message: refusal.message, id, source, problems: [] },
        cameAt(deps, record),
      ),
    ]
  })
  await publishByTopic(deps.streams, deps.countryTopics, notices)
}

const wordsOf = ({ code, message }: Refusal) => `${code}: ${message}`

const readRecord = ({ record: { headers, value, damage }, signed }: Pick<AnswerRecord, 'record' | 'signed'>) =>
  signed ? readAnswerEvent(signed.event, 'kafka') : readAnswer({ headers, content: value, damage }, 'kafka')

export function answersMayComeFrom<S extends AnswerSender>(sender: S): Result<S, Refusal> {
  if (sender.role === 'institution' || sender.role === 'fiu') return accepted(sender)
  return refused({ code: 'NOT_PERMITTED', message: 'an answer comes from an institution or FIU' })
}

async function workFor(
  deps: AnswerDependencies,
  country: string,
  said: readonly AnswerRecord[],
  horizon: Horizon,
  signal: AbortSignal,
): Promise<void> {
  for (const step of inSteps(said)) {
    const received: (ReceivedDocument & { readonly takenAt: Date })[] = []
    const refusals: RefusedRecord[] = []
    for (const { record, sender, signed } of step) {
      await deps.turns.next(country)
      const read = readRecord({ record, signed })
      if (read.ok) received.push({ sender, signed, document: read.value, takenAt: cameAt(deps, record) })
      else refusals.push({ record, sender, signed, refusal: read.error })
    }
    const matched = await matchAnswers(deps, country, received, horizon, signal)
    const found: FoundAnswers[] = received.flatMap((each, i) => (matched[i] ? [{ ...each, matched: matched[i] }] : []))
    // Who has lost the partition need not give out what its successor will.
    signal.throwIfAborted()
    await giveAnswers(deps, found, false)
    await refuse(deps, refusals)
  }
}

function* inSteps(said: readonly AnswerRecord[]): Generator<readonly AnswerRecord[]> {
  let step: AnswerRecord[] = []
  let bytes = 0
  for (const each of said) {
    step.push(each)
    bytes += weightOf(each.record)
    if (step.length < recordsInOneStep && bytes < bytesInOneStep) continue
    yield step
    step = []
    bytes = 0
  }
  if (step.length > 0) yield step
}

/** By the log, which says the same each time: what is told again is told in the same words. */
const cameAt = ({ logTime }: AnswerDependencies, record: StreamRecord): Date => new Date(logTime.takenAtMs(record))

/** What a member sent and can't be taken is told, in the same notices each time, and kept: it may say that money is held, and an operator may make something of it. */
async function refuse(deps: AnswerDependencies, refusals: readonly RefusedRecord[]): Promise<void> {
  await Promise.all(
    refusals.map(({ record, refusal: { code, message, problems } }) =>
      deps.deadLetters.keep(
        record,
        message ? wordsOf({ code, message }) : problems.map(each => `${each.path || '/'}: ${each.message}`).join('; '),
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
        cameAt(deps, record),
      ),
    ),
  )
}
