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

/** The name of a tree and how many facts somebody has seen it with. */
const seenSchema = z.string().regex(/^[^\s:]{1,300}:(0|[1-9]\d{0,14})$/, 'must be the name of a tree and a number of facts: NAME:NUMBER')
const querySchema = z.strictObject({
  requestId: writtenRequestIdSchema.optional(),
  from: z.enum(['start', 'now']).optional(),
  seen: z
    .union([seenSchema.transform(one => [one]), z.array(seenSchema).max(512)])
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

/** The work of the desks of countries, as their streams take part in it. */
interface DeskPresence {
  readonly live: Pick<LiveWork, 'follow'>
  /** A person of a desk is here. */
  meet(person: MemberActor): void
}

export interface StreamDependencies extends Pick<FactStreamWorld, 'live' | 'prover'> {
  readonly work: DeskPresence
  readonly open: OpenStreams
  readonly slots: StreamSlots
}

/**
 * `GET /v1/stream`: the facts of the caller's country as they happen (SSE), until its token ends. Each event's id is a position; `Last-Event-ID` goes on after it, at
 * any desk. Without one it starts now, with `?from=start` at the beginning. With `Accept: application/x-ndjson` it gives what there is, one fact a line, and ends.
 * With `application/x-ndjson; proof=tree` the facts are followed by their proof; `?seen=` says from which sizes of a tree it shows how that goes on. Who works at the country's desk is told of that beside the facts, by events without an id.
 */
export function getStream(context: ServiceContext, world: StreamWorld, { live, prover, work, open, slots }: StreamDependencies): void {
  const { views, readPosition } = world
  const streamWorld: FactStreamWorld = { ...world, live, prover }
  const { http, clock, members, endedSessions } = context

  // Streams are counted by their slots.
  http.get('/v1/stream', { config: { stays: true, forUnits: true, takesQuery: true } }, async (request, reply) => {
    const caller = readerOf(request)
    const { audience: country, tokenEndsAt } = caller
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const slot = slots.take(country, request.raw.socket, reply.raw)
    // Whoever asked has hung up.
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
    const place = await placeOf(request.headers['last-event-id'], lines || from === 'start')
    if (!place.ok) return sendRefusal(reply, place.error, [{ code: 'BAD_CURSOR', path: 'last-event-id', message: place.error.message }])
    if (hasEnded) return reply.hijack()

    const form = lines ? 'lines' : 'events'
    const stream = createFactStream(streamWorld, { country, form, ...place.value, ...proof, ...(requestId ? { requestId } : {}) })
    const one = {
      stream,
      form,
      response: reply.raw,
      tokenEndsAt: readsUntil(tokenEndsAt, clock.now()),
      stillSpeaks: (at: Date) =>
        members.stillSpeaks(caller, at) && !(caller.sessionId !== undefined && endedSessions.has(caller.sessionId)),
    } as const
    open.add(one)
    if (form === 'events' && isOfDesk(caller)) {
      work.meet(caller)
      slot.onEnd(
        work.live.follow(country, ({ requestIds, text }) => {
          if (requestId === undefined || requestIds.has(requestId)) stream.tell(text, missedWork)
        }),
      )
    }
    slot.onEnd(() => {
      open.delete(one)
      stream.readable.destroy()
    })
    return reply
      .header('content-type', lines ? forms.lines : forms.events)
      .header('x-accel-buffering', 'no')
      .send(stream.readable)

    async function placeOf(lastEventId: string | string[] | undefined, fromStart: boolean): Promise<Result<Start, Refusal>> {
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
