import { signNotification } from '@holdfast/access'
import type { AddressedRecord } from '@holdfast/runtime'
import {
  consequenceIdOf,
  deterministicId,
  type MemberActor,
  type NotificationAttributes,
  type NotificationBody,
  notificationEvent,
  notificationMax,
  notificationsTopic,
  type Problem,
  type Receipt,
  type ReceivedEvent,
  type RefusalCode,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import { keyOf } from './read-request-record.ts'

/** Something that was sent by Kafka and is not taken. */
export interface RefusedSending {
  readonly sender: Pick<MemberActor, 'country'>
  /** As its sender names it; empty where that could not be read. */
  readonly id: string
  readonly source: string
  /** Where it lies: topic/partition/offset. */
  readonly place: string
  /** When it came, by the log: the same each time that it is refused. */
  readonly takenAt: Date
  readonly code: RefusalCode
  readonly message: string
  readonly problems: readonly Problem[]
}

/** A refusal that its sender can see: every problem, and which event it was. A notice that is made again of the same has the same id. The same event with other problems is refused by another notice. */
export function notificationOfRefusal(
  signer: EngineSigner,
  { sender, id, source, place, takenAt, code, message, problems }: RefusedSending,
): AddressedRecord {
  const { country } = sender
  const isNamed = id !== '' && source !== ''
  const data: NotificationBody = {
    kind: 'refusedAtDoor',
    country,
    eventId: id,
    eventSource: source,
    ...(isNamed ? {} : { place }),
    code,
    message: message.slice(0, notificationMax.message),
    problems: problems.slice(0, notificationMax.problems),
  }
  const about = isNamed ? keyOf(source, id) : place
  const why = deterministicId('problems', ...problems.flatMap(problem => [problem.path, problem.message]))
  const attributes = { id: consequenceIdOf('notice', country, `${about}/${code}/${why}`), time: takenAt.toISOString() }
  return noticeOf(signer, id || place, data, attributes)
}

/** What an HTTP client gets at once: the receipt, with the event that it is for. */
export function notificationOfReceipt(signer: EngineSigner, { id, source }: ReceivedEvent, receipt: Receipt): AddressedRecord {
  const { requestId, requestingCountry: country, receivedAt } = receipt
  const data: NotificationBody = { kind: 'received', country, eventId: id, eventSource: source, ...receipt }
  const time = new Date(receivedAt).toISOString()
  return noticeOf(signer, requestId, data, { id: consequenceIdOf('notice', requestId, 'received'), subject: requestId, time })
}

const noticeOf = (
  signer: EngineSigner,
  key: string,
  data: NotificationBody,
  attributes: Omit<NotificationAttributes, 'service'>,
): AddressedRecord => ({
  topic: notificationsTopic(data.country),
  key,
  value: signNotification(signer, notificationEvent(data, { ...attributes, service: 'intake' })),
})
