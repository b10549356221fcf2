import type { ActorWithProof } from './actors/actor.ts'
import type { CommandEvent } from './event-types.ts'
import { type Command, type CommandBody, commandType } from './events/commands.ts'
import type { CommandKind } from './events/registry.ts'
import { type Notification, type NotificationBody, notificationType } from './orders/notifications.ts'

/** Attributes of an event other than its kind and data. Undefined ones are left out. */
interface EventAttributes {
  readonly id: string
  /** The service that writes it. */
  readonly service: 'intake' | 'ledger' | 'dispatch'
  /** ISO 8601. */
  readonly time: string
  readonly causationid?: string | undefined
  readonly correlationid?: string | undefined
}

interface CommandAttributes extends EventAttributes, ActorWithProof {
  /** The request id. */
  readonly subject: string
  readonly orderid?: string | undefined
  readonly orderbic?: string | undefined
  readonly traceparent?: string | undefined
}

export interface NotificationAttributes extends EventAttributes {
  /** The request id, if it concerns a request. */
  readonly subject?: string | undefined
}

/** Builds a command of the engine, of any workflow. */
export const engineCommand = (kind: string, data: object, attributes: CommandAttributes): CommandEvent =>
  commandEvent(kind as CommandKind, data as CommandBody<CommandKind>, attributes)

/** Builds the event of a command. All commands have the same order of keys, so that a repeat is the same text. */
export const commandEvent = <K extends CommandKind>(
  kind: K,
  data: CommandBody<K>,
  { id, service, subject, time, causationid, correlationid, actor, actorproof, orderid, orderbic, traceparent }: CommandAttributes,
): Command =>
  ({
    specversion: '1.0',
    id,
    source: `/holdfast/${service}`,
    type: commandType(kind),
    subject,
    time,
    datacontenttype: 'application/json',
    ...(causationid === undefined ? {} : { causationid }),
    ...(correlationid === undefined ? {} : { correlationid }),
    actor,
    ...(actorproof ? { actorproof } : {}),
    ...(orderid === undefined ? {} : { orderid }),
    ...(orderbic === undefined ? {} : { orderbic }),
    ...(traceparent ? { traceparent } : {}),
    data,
  }) as Command

/** Builds the event of a notification, with the same order of keys every time. */
export const notificationEvent = (
  data: NotificationBody,
  { id, service, subject, time, causationid, correlationid }: NotificationAttributes,
): Notification => ({
  specversion: '1.0',
  id,
  source: `/holdfast/${service}`,
  type: notificationType,
  ...(subject ? { subject } : {}),
  time,
  datacontenttype: 'application/json',
  ...(causationid === undefined ? {} : { causationid }),
  ...(correlationid ? { correlationid } : {}),
  data,
})

/**
 * The id and type in the text of an event, to search a topic for known events. Nothing is validated; empty if the text
 * is not JSON.
 */
export function namesInEvent(text: string): { readonly id?: unknown; readonly type?: unknown } {
  try {
    return (JSON.parse(text) as { readonly id?: unknown; readonly type?: unknown } | null) ?? {}
  } catch {
    return {}
  }
}
