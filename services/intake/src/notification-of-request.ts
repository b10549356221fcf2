import { signNotification } from '@holdfast/access'
import type { AddressedRecord } from '@holdfast/runtime'
import {
  consequenceIdOf,
  deterministicId,
  type MemberActor,
  type NotificationAttributes,
  notificationEvent,
  notificationMax,
  notificationsTopic,
  type Problem,
  type ReceivedEvent,
  type RefusalCode,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import type { Receipt } from './accept-request.ts'
import { keyOf } from './read-request-record.ts'

/** A record from Kafka that intake refuses. */
export interface RefusedSending {
  readonly sender: Pick<MemberActor, 'country'>
  /** The sender's id of the event; empty if it is unreadable. */
  readonly id: string
  readonly source: string
  /** Its recordPosition: topic/partition/offset. */
  readonly recordPosition: string
  /** Log time of its arrival: the same each time it is refused. */
  readonly takenAt: Date
  readonly code: RefusalCode
  readonly message: string
  readonly problems: readonly Problem[]
}

/**
 * Notifies the sender of a refusal, with every problem and the id of the event. A repeat has the same id; the same
 * event with other problems makes another notification.
 */
export function notificationOfRefusal(
  signer: EngineSigner,
  { sender, id, source, recordPosition, takenAt, code, message, problems }: RefusedSending,
): AddressedRecord {
  const { country } = sender
  const isNamed = id !== '' && source !== ''
  const data = {
    kind: 'refusedAtIngress',
    country,
    eventId: id,
    eventSource: source,
    ...(isNamed ? {} : { recordPosition }),
    code,
    message: message.slice(0, notificationMax.message),
    problems: problems.slice(0, notificationMax.problems),
  }
  const about = isNamed ? keyOf(source, id) : recordPosition
  const why = deterministicId('problems', ...problems.flatMap(problem => [problem.path, problem.message]))
  const attributes = { id: consequenceIdOf('notification', country, `${about}/${code}/${why}`), time: takenAt.toISOString() }
  return buildNotification(signer, id || recordPosition, data, attributes)
}

/** The Kafka counterpart of the HTTP response: the receipt, with the event that it is for. */
export function notificationOfReceipt(
  signer: EngineSigner,
  { country }: Pick<MemberActor, 'country'>,
  { id, source }: ReceivedEvent,
  receipt: Receipt,
): AddressedRecord {
  const { requestId, receivedAt } = receipt
  const data = { kind: 'received', country, eventId: id, eventSource: source, ...receipt }
  const time = new Date(receivedAt).toISOString()
  return buildNotification(signer, requestId, data, {
    id: consequenceIdOf('notification', requestId, 'received'),
    subject: requestId,
    time,
  })
}

const buildNotification = (
  signer: EngineSigner,
  key: string,
  data: { readonly kind: string; readonly country: string },
  attributes: Omit<NotificationAttributes, 'service'>,
): AddressedRecord => ({
  topic: notificationsTopic(data.country),
  key,
  value: signNotification(signer, notificationEvent(data, { ...attributes, service: 'intake' })),
})
