import {
  accepted,
  anyEventSchema,
  deterministicId,
  type FreezeRequest,
  freezeRequestSchema,
  type Problem,
  parseJson,
  parseWith,
  type Result,
  refused,
  requestType,
} from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** What a record of `freeze.requests` asks, and by which id its sender will repeat it. */
export interface ReceivedRequest {
  readonly eventId: string
  /** CloudEvents says that source and id together name an event: that is the idempotency key of this door. */
  readonly key: string
  readonly traceparent?: string
  readonly document: Result<FreezeRequest, Problem[]>
  /** As it came, for the fingerprint. */
  readonly body: unknown
}

/** Reads a CloudEvent in structured mode (the whole event is the value) or binary mode (attributes are `ce_` headers, the value is the data). */
export function readRequestRecord(record: StreamRecord): Result<ReceivedRequest, string> {
  const json = parseJson(record.value)
  if (!json.ok) return refused(json.error.map(problem => problem.message).join('; '))
  const binary = record.headers.ce_specversion !== undefined
  const event = binary ? { ...attributesOf(record), data: json.value } : json.value
  const parsed = parseWith(anyEventSchema, event)
  if (!parsed.ok) return refused(`not a CloudEvent: ${parsed.error.map(({ path, message }) => `${path || '/'} ${message}`).join('; ')}`)
  const { id, source, type, traceparent, data } = parsed.value
  if (type !== requestType) return refused(`the type is ${type}, ${requestType} is taken here`)
  return accepted({
    eventId: id,
    key: deterministicId('cloudevent', source, id),
    ...(traceparent ? { traceparent } : {}),
    document: parseWith(freezeRequestSchema, data),
    body: data,
  })
}

const attributesOf = (record: StreamRecord): Record<string, string> =>
  Object.fromEntries(Object.entries(record.headers).flatMap(([name, value]) => (name.startsWith('ce_') ? [[name.slice(3), value]] : [])))
