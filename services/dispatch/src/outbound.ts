import { signNotification } from '@holdfast/access'
import type { AddressedRecord } from '@holdfast/runtime'
import {
  type CommandBody,
  type CommandKind,
  commandEvent,
  consequenceIdOf,
  type Fact,
  formatActor,
  type NotificationAttributes,
  type NotificationBody,
  notificationEvent,
  notificationsTopic,
  type Order,
  topics,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'

/** Something to publish, with the id by which a receiver, and dispatch itself after a crash, can tell a repeat. */
export interface Outbound extends AddressedRecord {
  readonly id: string
  /** Of an order, what its text says. */
  readonly order?: Order
}

/** The same where nothing of it is to be signed any more. */
export type OutboundRecord = Outbound & { readonly value: string }

/** A command that dispatch gives because of a fact, about this request. Made again it is the same, and the ledger drops it. */
export function commandBecauseOf<K extends CommandKind>(
  fact: Fact,
  kind: K,
  data: CommandBody<K>,
  { subject, time, person }: { readonly subject: string; readonly time: string; readonly person: 'children' | 'keys' },
): OutboundRecord {
  const id = consequenceIdOf('command', subject, fact.id)
  const command = commandEvent(kind, data, {
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

/** A notice to the country that it names. */
export const outboundNotification = (
  signer: EngineSigner,
  key: string,
  data: NotificationBody,
  attributes: Omit<NotificationAttributes, 'service'>,
): Outbound => ({
  topic: notificationsTopic(data.country),
  id: attributes.id,
  key,
  value: signNotification(signer, notificationEvent(data, { ...attributes, service: 'dispatch' })),
})
