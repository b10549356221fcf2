import type { ActsBy } from './actors/actor.ts'
import { type Notification, type NotificationBody, notificationType } from './orders/notifications.ts'
import { type Command, type CommandBody, type CommandKind, commandType } from './requests/commands.ts'

/** What an event says of itself, beside its kind and what it carries. What is undefined is left out. */
interface EventAttributes {
  readonly id: string
  /** Which of the engine's services writes it. */
  readonly service: 'intake' | 'ledger' | 'dispatch'
  /** ISO. */
  readonly time: string
  readonly causationid?: string | undefined
  readonly correlationid?: string | undefined
}

interface CommandAttributes extends EventAttributes, ActsBy {
  /** The request. */
  readonly subject: string
  readonly orderid?: string | undefined
  readonly orderbic?: string | undefined
  readonly traceparent?: string | undefined
}

export interface NotificationAttributes extends EventAttributes {
  /** The request, where it is about one. */
  readonly subject?: string | undefined
}

/** A command in its envelope. The keys stand in this order in every command: made again it is the same text. */
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

/** A notice in its envelope, as a command is. */
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

/** What an event is known by, as its text has it: for who looks through a topic for events that it made or may have made. Nothing is checked, and of what is no JSON there is nothing. */
export function namesInEvent(text: string): { readonly id?: unknown; readonly type?: unknown } {
  try {
    return (JSON.parse(text) as { readonly id?: unknown; readonly type?: unknown } | null) ?? {}
  } catch {
    return {}
  }
}
