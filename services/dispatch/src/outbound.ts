import { signNotification } from '@holdfast/access'
import type { RequestNotification, Workflow } from '@holdfast/core'
import type { AddressedRecord } from '@holdfast/runtime'
import {
  consequenceIdOf,
  type DispatchedOrder,
  engineCommand,
  formatActor,
  type LedgerFact,
  type NotificationAttributes,
  notificationEvent,
  notificationsTopic,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/** A message to publish. By its id, receivers and dispatch itself recognise a repeat, also after a crash. */
export interface Outbound extends AddressedRecord {
  readonly id: string
  /** What the text of an order says, and the provider that has the wallet. */
  readonly order?: DispatchedOrder
  readonly vasp?: string | undefined
}

/** The command that dispatch sends because of a fact. A repeat is identical, and the ledger drops it. */
export function commandBecauseOf(
  { topics }: Pick<Workflow, 'topics'>,
  fact: LedgerFact,
  kind: string,
  data: object,
  { subject, time, person }: { readonly subject: string; readonly time: string; readonly person: 'children' | 'keys' },
): Outbound {
  const id = consequenceIdOf('command', subject, fact.id)
  const command = engineCommand(kind, data, {
    id,
    service: 'dispatch',
    subject,
    time,
    causationid: fact.id,
    correlationid: fact.correlationid ?? fact.subject,
    actor: formatActor({ country: 'holdfast', role: 'dispatch', person }),
    traceparent: fact.traceparent,
  })
  return { topic: topics.commands, id, key: subject, value: JSON.stringify(command) }
}

/** A notification to the country in `data`. */
export const outboundNotification = (
  signer: EngineSigner,
  prefix: string,
  key: string,
  data: RequestNotification['data'],
  attributes: Omit<NotificationAttributes, 'service'>,
): Outbound => ({
  topic: notificationsTopic(data.country, prefix),
  id: attributes.id,
  key,
  value: signNotification(signer, notificationEvent(data, { ...attributes, service: 'dispatch' })),
})

/** What a notification is because of: a fact or a refused command. */
type NotificationCause = Pick<LedgerFact, 'id' | 'subject' | 'time' | 'correlationid'>

/** A notification because of a fact or a refused command. */
export const outboundNotificationOf = (
  signer: EngineSigner,
  { topicPrefix }: Pick<Workflow, 'topicPrefix'>,
  { id, subject, time, correlationid }: NotificationCause,
  { index, data }: RequestNotification,
): Outbound =>
  outboundNotification(signer, topicPrefix, subject, data, {
    id: consequenceIdOf('notification', subject, id, index),
    subject,
    time,
    causationid: id,
    correlationid,
  })
