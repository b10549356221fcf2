import { consequenceIdOf, deterministicId, type NotificationBody, notificationMax, type Problem } from '@holdfast/schemas'
import { type EngineSigner, fingerprintOf } from '@holdfast/trust'
import { type Outbound, outboundNotification } from '../outbound.ts'
import type { AttentionItem } from './match-answers.ts'
import type { AnswerDocument, RefusedAnswer } from './read-answers.ts'

type AnswerNotice = Extract<NotificationBody, { kind: 'answer' }>

/** Tells a country what its institution's answer leaves to a person. The n-th notice of one answer, so that a repeat makes the same, and other words under its id another. */
export function notificationOfAnswer(
  signer: EngineSigner,
  country: string,
  { id, eventId, source, content }: Pick<AnswerDocument, 'id' | 'eventId' | 'source' | 'content'>,
  what: AttentionItem,
  nth: number,
  now: Date,
): Outbound {
  return noticeOf(
    signer,
    country,
    { answerId: id, eventId, eventSource: source, cause: fingerprintOf(country, id, content), nth },
    what,
    now,
  )
}

/**
 * Tells a country that something of its institution's could not be taken, and what is wrong with it. `place` is where it lies, and its name where it has none of its own. The
 * same answer with other problems is another notice.
 */
export function notificationOfRefusedAnswer(
  signer: EngineSigner,
  country: string,
  place: string,
  { code, id, source, problems, message = `An answer could not be taken: ${problems.length} problem(s)` }: RefusedAnswer,
  now: Date,
): Outbound {
  const isNamed = id !== '' && source !== ''
  const cause = deterministicId('refused-answer', isNamed ? source : place, id, ...problems.flatMap(each => [each.path, each.message]))
  const named = { answerId: isNamed ? id : place, eventId: id, eventSource: source, ...(isNamed ? {} : { place }), cause, nth: 0 }
  return noticeOf(signer, country, named, { code, message, problems }, now)
}

interface AnswerName {
  readonly answerId: string
  readonly eventId: string
  readonly eventSource: string
  readonly place?: string
  /** What makes it this notice and no other. */
  readonly cause: string
  readonly nth: number
}

interface NoticeContent {
  readonly code: string
  readonly message: string
  readonly said?: string
  readonly requestId?: string
  readonly orderId?: string
  readonly problems?: readonly Problem[]
}

function noticeOf(
  signer: EngineSigner,
  country: string,
  { answerId, eventId, eventSource, place, cause, nth }: AnswerName,
  { code, message, said, requestId, orderId, problems }: NoticeContent,
  now: Date,
): Outbound {
  const data: AnswerNotice = {
    kind: 'answer',
    country,
    answerId: answerId.slice(0, notificationMax.name),
    eventId: eventId.slice(0, notificationMax.name),
    eventSource: eventSource.slice(0, notificationMax.name),
    ...(place ? { place } : {}),
    ...(requestId ? { requestId } : {}),
    ...(orderId ? { orderId } : {}),
    code,
    message: (said === undefined ? message : `${message} The bank says: ${said}.`).slice(0, notificationMax.message),
    ...(problems ? { problems: problems.slice(0, notificationMax.problems) } : {}),
  }
  const about = requestId ?? country
  const id = consequenceIdOf('notice', about, `answer/${country}/${cause}/${code}`, nth)
  return outboundNotification(signer, about, data, { id, subject: requestId, time: now.toISOString() })
}
