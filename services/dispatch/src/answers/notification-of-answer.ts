import type { NotificationBody } from '@holdfast/payment-stop/language'
import { consequenceIdOf, deterministicId, notificationMax, type Problem } from '@holdfast/schemas'
import { type EngineSigner, fingerprintOf } from '@holdfast/trust'
import { type Outbound, outboundNotification } from '../outbound.ts'
import type { AttentionItem } from './match-answers.ts'
import type { AnswerDocument, RefusedAnswer } from './read-answers.ts'

type AnswerNotification = Extract<NotificationBody, { kind: 'answer' }>

/**
 * Notifies a country of what its institution's answer leaves to a person. Repeats make the same notification; the n-th
 * item of an answer, or other content under its id, makes another one.
 */
export function notificationOfAnswer(
  signer: EngineSigner,
  country: string,
  { id, eventId, source, content }: Pick<AnswerDocument, 'id' | 'eventId' | 'source' | 'content'>,
  what: AttentionItem,
  nth: number,
  now: Date,
): Outbound {
  return buildNotification(
    signer,
    country,
    { answerId: id, eventId, eventSource: source, cause: fingerprintOf(country, id, content), nth },
    what,
    now,
  )
}

/**
 * Notifies a country of an answer that the engine refused, with every problem. `recordPosition` is the answer’s position, and
 * its name if it has none of its own. Other problems of the same answer make another notification.
 */
export function notificationOfRefusedAnswer(
  signer: EngineSigner,
  country: string,
  recordPosition: string,
  {
    code,
    id,
    source,
    problems,
    message = `The engine refused an answer: ${problems.length} problem(s). Correct them and answer again`,
  }: RefusedAnswer,
  now: Date,
): Outbound {
  const isNamed = id !== '' && source !== ''
  const cause = deterministicId(
    'refused-answer',
    isNamed ? source : recordPosition,
    id,
    ...problems.flatMap(each => [each.path, each.message]),
  )
  const named = {
    answerId: isNamed ? id : recordPosition,
    eventId: id,
    eventSource: source,
    ...(isNamed ? {} : { recordPosition }),
    cause,
    nth: 0,
  }
  return buildNotification(signer, country, named, { code, message, problems }, now)
}

interface AnswerName {
  readonly answerId: string
  readonly eventId: string
  readonly eventSource: string
  readonly recordPosition?: string
  /** What distinguishes this notification from others. */
  readonly cause: string
  readonly nth: number
}

interface NotificationContent {
  readonly code: string
  readonly message: string
  readonly said?: string
  readonly requestId?: string
  readonly orderId?: string
  readonly problems?: readonly Problem[]
}

function buildNotification(
  signer: EngineSigner,
  country: string,
  { answerId, eventId, eventSource, recordPosition, cause, nth }: AnswerName,
  { code, message, said, requestId, orderId, problems }: NotificationContent,
  now: Date,
): Outbound {
  const data: AnswerNotification = {
    kind: 'answer',
    country,
    answerId: answerId.slice(0, notificationMax.name),
    eventId: eventId.slice(0, notificationMax.name),
    eventSource: eventSource.slice(0, notificationMax.name),
    ...(recordPosition ? { recordPosition } : {}),
    ...(requestId ? { requestId } : {}),
    ...(orderId ? { orderId } : {}),
    code,
    message: (said === undefined ? message : `${message} The bank says: ${said}.`).slice(0, notificationMax.message),
    ...(problems ? { problems: problems.slice(0, notificationMax.problems) } : {}),
  }
  const about = requestId ?? country
  const id = consequenceIdOf('notification', about, `answer/${country}/${cause}/${code}`, nth)
  return outboundNotification(signer, 'freeze', about, data, { id, subject: requestId, time: now.toISOString() })
}
