import { Readable } from 'node:stream'
import { parseWith, requestIdSchema } from '@holdfast/schemas'
import { type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import type { Arrivals } from './follow-ledger.ts'
import type { KeptFact, RequestViews } from './request-view.ts'
import { formatPosition, parsePosition, type StreamPosition } from './stream-position.ts'

const querySchema = z.strictObject({ requestId: requestIdSchema.optional(), from: z.enum(['start', 'now']).optional() })

/** Facts read from the view at once, some 100 kB. */
const pageMax = 100
/** A comment line this often keeps proxies and clients from taking silence for an end. */
const keepAliveMs = 15_000
/** Streams that one desk holds open; each costs a socket and a few kB. */
const streamsMax = 1000

interface Reader {
  readonly country: string
  readonly requestId?: string
  readonly position: StreamPosition
  arrival: number
}

/**
 * `GET /v1/stream`: the facts of the caller's country as they happen (SSE). Each event's id is a position; `Last-Event-ID` goes on after it, at any desk.
 * Without one it starts now, with `?from=start` at the beginning. With `Accept: application/x-ndjson` it gives what there is, one fact a line, and ends.
 */
export function getStream(
  { http, verify }: ServiceContext,
  views: RequestViews,
  arrivals: Arrivals,
  partitions: number,
  stopping: AbortSignal,
): void {
  let open = 0
  const beginning = Array.from({ length: partitions }, (_, partition) => [partition, 0] as const)

  http.get('/v1/stream', async (request, reply) => {
    const caller = await verify(request.headers.authorization)
    if (!caller.ok) return sendRefusal(reply, caller.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const lastEventId = request.headers['last-event-id']
    const position = typeof lastEventId === 'string' ? parsePosition(lastEventId) : new Map<number, number>()
    if (!position) return sendRefusal(reply, { code: 'MALFORMED', message: 'Last-Event-ID is not a position of this stream' }, [])
    if (open >= streamsMax) return sendRefusal(reply, { code: 'UNAVAILABLE', message: 'too many streams are open here' })

    const lines = request.headers.accept?.includes('application/x-ndjson') ?? false
    const fromStart = lines || query.value.from === 'start' || position.size > 0
    const reader: Reader = {
      country: caller.value.country,
      ...(query.value.requestId ? { requestId: query.value.requestId } : {}),
      // Every partition is named, so that who starts now and is cut off before the first fact of one goes on with that.
      position: new Map([...beginning, ...(fromStart ? position : views.positions())]),
      arrival: fromStart ? views.arrivalBefore(position) : views.lastArrival(),
    }
    open++
    const ended = new AbortController()
    reply.raw.once('close', () => {
      open--
      ended.abort()
    })
    const signal = AbortSignal.any([ended.signal, stopping])
    const text = lines ? everything(reader, views) : follow(reader, views, arrivals, signal)
    return reply
      .header('content-type', lines ? 'application/x-ndjson' : 'text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(text, { objectMode: false }))
  })
}

async function* everything(reader: Reader, views: RequestViews): AsyncGenerator<string> {
  const last = views.lastArrival()
  for (;;) {
    const page = nextPage(reader, views).filter(fact => fact.arrival <= last)
    if (page.length === 0) return
    yield page.map(fact => `${fact.line}\n`).join('')
  }
}

/** Waits for the reader where it is slow, and for facts where there are none: a slow reader holds up itself only. */
async function* follow(reader: Reader, views: RequestViews, arrivals: Arrivals, signal: AbortSignal): AsyncGenerator<string> {
  // The first event tells a client that it is connected, and where to go on if it is cut off before the first fact.
  yield `event: connected\nid: ${formatPosition(reader.position)}\ndata: {}\n\n`
  while (!signal.aborted) {
    const page = nextPage(reader, views)
    if (page.length > 0) yield page.map(fact => eventOf(reader, fact)).join('')
    else if (!(await arrivals.next(signal, keepAliveMs))) yield ': still here\n\n'
  }
}

/** The next facts for this reader. Those before its position were given to it by another desk, or by this one before. */
function nextPage(reader: Reader, views: RequestViews): KeptFact[] {
  for (;;) {
    const page = views.after(reader.arrival, reader, pageMax)
    const last = page.at(-1)
    if (!last) return []
    reader.arrival = last.arrival
    const fresh = page.filter(fact => fact.offset >= (reader.position.get(fact.partition) ?? 0))
    if (fresh.length > 0) return fresh
  }
}

function eventOf(reader: Reader, fact: KeptFact): string {
  reader.position.set(fact.partition, fact.offset + 1)
  return `event: fact\nid: ${formatPosition(reader.position)}\ndata: ${fact.line}\n\n`
}
