import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { type AlertPage, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANext, ofQuery, pageQuery } from './cursors/paging.ts'
import { beginning, positionNumbers, type StreamPosition } from './cursors/stream-position.ts'
import type { DeskWorld } from './desk-world.ts'

const querySchema = z.strictObject(pageQuery)

/**
 * `GET /v1/alerts`: alerts of the caller's country, newest last. Without `after` the latest; after the `nextCursor` of
 * a page, later ones; with an empty `?after=`, from the first one on. The cursor is that of the stream, so that a
 * reader can continue at any desk.
 */
export function getAlerts({ http }: ServiceContext, world: DeskWorld): void {
  http.get('/v1/alerts', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const { country } = caller
    const position = after ? await world.readPosition(country, after) : undefined
    if (position && !position.ok) return sendRefusal(reply, ofQuery(position.error), notANext)
    const from = position?.value ?? (after === '' ? beginning : undefined)
    return reply.send(await world.turns.take(country, () => pageOf(world, country, from, limit)))
  })
}

function pageOf(
  { views, cursors, partitions }: DeskWorld,
  country: string,
  position: StreamPosition | undefined,
  limit: number,
): AlertPage {
  const end = views.end()
  const alerts = views.alerts(country, position ?? 'last', limit)
  // All alerts up to the end have been examined, unless the page was full before.
  const isFull = position !== undefined && alerts.length === limit
  const next = new Map(position?.next)
  const reached = isFull ? alerts.map(({ partition, offset }) => [partition, offset + 1] as const) : end.next
  for (const [partition, offset] of reached) next.set(partition, Math.max(next.get(partition) ?? 0, offset))
  const last = isFull ? position?.last : end.last
  const hashPrefixes = new Map<number, number>()
  for (const [partition, offset] of next) {
    const mark = position?.next.get(partition) === offset ? position.hashPrefixes.get(partition) : views.hashPrefixBefore(partition, offset)
    if (mark !== undefined) hashPrefixes.set(partition, mark)
  }
  return {
    alerts: alerts.map(({ alert }) => alert),
    nextCursor: cursors.encode(country, 'stream', positionNumbers({ next, hashPrefixes, ...(last ? { last } : {}) }, partitions)),
  }
}
