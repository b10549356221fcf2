import { malformedQuery, preferredMediaType, sendRefusal } from '@holdfast/http'
import { accepted, type MemberActor, parseWith, type Refusal, type Result } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { readerOf } from '../access/access-level.ts'
import { isOfDesk } from '../access/is-of-desk.ts'
import { beginning } from '../cursors/stream-position.ts'
import { writtenRequestIdSchema } from '../request-id.ts'
import { createFactStream, type FactStreamOptions, type FactStreamWorld } from './fact-stream.ts'
import type { PositionReader } from './known-position.ts'
import { type LiveWork, missedWork } from './live-work.ts'
import { type OpenStreams, readsUntil } from './open-streams.ts'
import { type StreamSlots, slotRefusals } from './stream-slots.ts'

/** The origin of a tree, and a size that the caller has seen. */
const seenSchema = z.string().regex(/^[^\s:]{1,300}:(0|[1-9]\d{0,14})$/, 'must be the origin of a tree and its size: ORIGIN:SIZE')
const querySchema = z.strictObject({
  requestId: writtenRequestIdSchema.optional(),
  from: z.enum(['start', 'now']).optional(),
  seen: z
    .union([seenSchema.transform(size => [size]), z.array(seenSchema).max(512)])
    .transform(sizesByTree)
    .optional(),
})

function sizesByTree(seen: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const sizes = new Map<string, number[]>()
  for (const each of new Set(seen)) {
    const [origin = '', size] = each.split(':')
    sizes.set(origin, [...(sizes.get(origin) ?? []), Number(size)])
  }
  return sizes
}

const forms = { events: 'text/event-stream', lines: 'application/x-ndjson', proven: 'application/x-ndjson;proof=tree' } as const

interface StreamWorld extends Omit<FactStreamWorld, 'live' | 'prover'> {
  readonly readPosition: PositionReader
}

/** The desk work of countries, as streams use it. */
interface DeskPresence {
  readonly live: Pick<LiveWork, 'follow'>
  /** Records that an officer is here. */
  meet(person: MemberActor): void
}

export interface StreamDependencies extends Pick<FactStreamWorld, 'live' | 'prover'> {
  readonly work: DeskPresence
  readonly open: OpenStreams
  readonly slots: StreamSlots
}

/**
 * `GET /v1/stream`: the facts of the caller's country as they happen (SSE), until its token ends. The id of each event
 * is a cursor: `Last-Event-ID` continues after it, at any desk. Without one the stream starts now, or with
 * `?from=start` at the beginning. With `Accept: application/x-ndjson` it sends all stored facts, one a line, and ends.
 * With `application/x-ndjson; proof=tree` a proof follows the facts; `?seen=` names tree sizes for consistency proofs.
 * Officers of the national desk also get events of its work, without an id.
 */
export function getStream(context: ServiceContext, world: StreamWorld, { live, prover, work, open, slots }: StreamDependencies): void {
  const { views, readPosition } = world
  const streamWorld: FactStreamWorld = { ...world, live, prover }
  const { http, clock, members, endedSessions } = context

  // Stream slots limit streams, not the fair queue.
  http.get('/v1/stream', { config: { stays: true, forUnits: true, takesQuery: true } }, async (request, reply) => {
    const caller = readerOf(request)
    const { audience: country, tokenEndsAt } = caller
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const slot = slots.take(country, request.raw.socket, reply.raw)
    // The client has disconnected.
    if (slot === 'gone') return reply.hijack()
    if (typeof slot === 'string') return sendRefusal(reply, slotRefusals[slot])

    let hasEnded = false
    slot.onEnd(() => {
      hasEnded = true
    })
    const wanted = preferredMediaType(request, Object.values(forms)) ?? forms.events
    const lines = wanted !== forms.events
    const { requestId, from = 'now', seen = new Map() } = query.value
    const proof = wanted === forms.proven ? { proof: { seen } } : {}
    const start = await startOf(request.headers['last-event-id'], lines || from === 'start')
    if (!start.ok) return sendRefusal(reply, start.error, [{ code: 'BAD_CURSOR', path: 'last-event-id', message: start.error.message }])
    if (hasEnded) return reply.hijack()

    const form = lines ? 'lines' : 'events'
    const stream = createFactStream(streamWorld, { country, form, ...start.value, ...proof, ...(requestId ? { requestId } : {}) })
    const openStream = {
      stream,
      form,
      response: reply.raw,
      tokenEndsAt: readsUntil(tokenEndsAt, clock.now()),
      stillSpeaks: (at: Date) =>
        members.stillSpeaks(caller, at) && !(caller.sessionId !== undefined && endedSessions.has(caller.sessionId)),
    } as const
    open.add(openStream)
    if (form === 'events' && isOfDesk(caller)) {
      work.meet(caller)
      slot.onEnd(
        work.live.follow(country, ({ requestIds, text }) => {
          if (requestId === undefined || requestIds.has(requestId)) stream.notify(text, missedWork)
        }),
      )
    }
    slot.onEnd(() => {
      open.delete(openStream)
      stream.readable.destroy()
    })
    return reply
      .header('content-type', lines ? forms.lines : forms.events)
      .header('x-accel-buffering', 'no')
      .send(stream.readable)

    async function startOf(lastEventId: string | string[] | undefined, fromStart: boolean): Promise<Result<Start, Refusal>> {
      if (typeof lastEventId === 'string') {
        const position = await readPosition(country, lastEventId)
        if (!position.ok) return position
        return accepted({ position: position.value, arrival: views.arrivalBefore(position.value.next) })
      }
      return accepted(fromStart ? { position: beginning, arrival: 0 } : live.end())
    }
  })
}

type Start = Pick<FactStreamOptions, 'arrival' | 'position'>
