import type { Ingress } from '@holdfast/core'
import { accepted, deterministicId, type ReceivedEvent, type RefusedEvent, type Result, readEvent, refused } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** The document in a record of the topic of requests, with the key under which its sender repeats it. */
export interface ReceivedRequest {
  readonly event: ReceivedEvent
  /** By CloudEvents, source and id together identify an event. They are the idempotency key of this ingress. */
  readonly key: string
  readonly document: unknown
}

/** Why a record is no valid request. */
export interface RefusedRequest extends RefusedEvent {
  /**
   * Whether it is an event of Holdfast. Other records become dead letters, because an operator may be able to use them.
   */
  readonly isEvent: boolean
}

/**
 * Reads a CloudEvent in structured or binary mode, unless it is already parsed. Problems of the request have JSON
 * pointers into its document, problems of the event into the event.
 */
export function readRequestRecord(
  ingress: Pick<Ingress, 'eventType' | 'parse'>,
  { headers, value, damage: problem }: StreamRecord,
  read?: ReceivedEvent,
): Result<ReceivedRequest, RefusedRequest> {
  const event = read ? accepted(read) : readEvent({ headers, text: value, problem }, 'kafka', ingress.eventType)
  if (!event.ok) return refused({ ...event.error, isEvent: false })
  const { id, source, data } = event.value
  const document = ingress.parse(data)
  if (!document.ok) return refused({ code: 'MALFORMED', id, source, problems: document.error, isEvent: true })
  return accepted({ event: event.value, key: keyOf(source, id), document: document.value })
}

export const keyOf = (source: string, id: string): string => deterministicId('cloudevent', source, id)
