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

/** A message to publish. By its id, receivers and dispatch itself recognise a repeat, also after a crash. */
export interface Outbound extends AddressedRecord {
  readonly id: string
  /** What the text of an order says. */
  readonly order?: Order
}

/** The command that dispatch sends because of a fact. A repeat is identical, and the ledger drops it. */
export function commandBecauseOf<K extends CommandKind>(
  fact: Fact,
  kind: K,
  data: CommandBody<K>,
  { subject, time, person }: { readonly subject: string; readonly time: string; readonly person: 'children' | 'keys' },
): Outbound {
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

/** A notification to the country in `data`. */
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
