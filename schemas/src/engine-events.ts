import type { ActorWithProof } from './actors/actor.ts'
import { type CommandEvent, commandTypeOf } from './event-types.ts'

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

export interface CommandAttributes extends EventAttributes, ActorWithProof {
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

/** Builds a command, of any workflow. All commands have the same order of keys, so that a repeat is the same text. */
export const engineCommand = (
  kind: string,
  data: object,
  { id, service, subject, time, causationid, correlationid, actor, actorproof, orderid, orderbic, traceparent }: CommandAttributes,
): CommandEvent & { readonly specversion: '1.0'; readonly datacontenttype: 'application/json' } => ({
  specversion: '1.0',
  id,
  source: `/holdfast/${service}`,
  type: commandTypeOf(kind),
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
})

export const notificationType = 'holdfast.notification.v1'
export const orderType = 'holdfast.order.v1'

/**
 * Limits of a notification: characters of a name and of a message, and the number of problems. Longer values are cut.
 */
export const notificationMax = { name: 200, message: 1_000, problems: 100 } as const

/** A notification to the member system of a country, of any workflow. */
export interface NotificationEvent<Data extends { readonly country: string } = { readonly country: string }> {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: typeof notificationType
  readonly subject?: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly causationid?: string
  readonly correlationid?: string
  readonly data: Data
}

/** Builds the event of a notification, with the same order of keys every time. */
export const notificationEvent = <Data extends { readonly country: string }>(
  data: Data,
  { id, service, subject, time, causationid, correlationid }: NotificationAttributes,
): NotificationEvent<Data> => ({
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
