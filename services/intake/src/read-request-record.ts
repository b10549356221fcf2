import {
  accepted,
  deterministicId,
  type FreezeRequest,
  freezeRequestSchema,
  parseWith,
  type ReceivedEvent,
  type RefusedEvent,
  type Result,
  readEvent,
  refused,
  requestType,
} from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** What a record of `freeze.requests` asks, and by which id its sender will repeat it. */
export interface ReceivedRequest {
  readonly event: ReceivedEvent
  /** CloudEvents says that source and id together name an event: that is the idempotency key of this door. */
  readonly key: string
  readonly request: FreezeRequest
}

/** Why a record is no request. */
export interface RefusedRequest extends RefusedEvent {
  /** Whether it is an event of ours at all: what is none may be one that an operator can make something of. */
  readonly isEvent: boolean
}

/** Reads a CloudEvent in structured or binary mode, unless it is read already. Problems of the request are told by their place in its document, those of the event by theirs in the event. */
export function readRequestRecord({ headers, value, damage }: StreamRecord, read?: ReceivedEvent): Result<ReceivedRequest, RefusedRequest> {
  const event = read ? accepted(read) : readEvent({ headers, text: value, damage }, 'kafka', requestType)
  if (!event.ok) return refused({ ...event.error, isEvent: false })
  const { id, source, data } = event.value
  const request = parseWith(freezeRequestSchema, data)
  if (!request.ok) return refused({ code: 'MALFORMED', id, source, problems: request.error, isEvent: true })
  return accepted({ event: event.value, key: keyOf(source, id), request: request.value })
}

export const keyOf = (source: string, id: string): string => deterministicId('cloudevent', source, id)
