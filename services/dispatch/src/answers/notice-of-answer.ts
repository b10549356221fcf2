import { consequenceIdOf, type Notice, type NoticeBody, noticesTopic, noticeType, type Problem } from '@holdfast/schemas'
import type { Outbound } from '../outbound.ts'
import type { ToLookAt } from './match-answers.ts'

type AnswerNotice = Extract<NoticeBody, { kind: 'answer' }>

/** What a message may have in a notice. */
const messageMax = 1_000

/** Tells a country what its institution's answer leaves to a person. The n-th notice of one answer, so that a repeat makes the same. */
export function noticeOfAnswer(
  country: string,
  answerId: string,
  {
    code,
    message,
    requestId,
    orderId,
    problems,
  }: Omit<ToLookAt, 'code'> & { readonly code: string; readonly problems?: readonly Problem[] },
  nth: number,
  now: Date,
): Outbound {
  const data: AnswerNotice = {
    kind: 'answer',
    country,
    answerId: answerId.slice(0, 200),
    ...(requestId ? { requestId } : {}),
    ...(orderId ? { orderId } : {}),
    code,
    message: message.slice(0, messageMax),
    ...(problems ? { problems: [...problems] } : {}),
  }
  const about = requestId ?? country
  const id = consequenceIdOf('notice', about, `answer/${country}/${answerId}/${code}`, nth)
  const notice: Notice = {
    specversion: '1.0',
    id,
    source: '/holdfast/dispatch',
    type: noticeType,
    ...(requestId ? { subject: requestId } : {}),
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data,
  }
  return { topic: noticesTopic(country), id, key: about, value: JSON.stringify(notice) }
}
