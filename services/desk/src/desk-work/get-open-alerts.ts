import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { type OpenAlertPage, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANext, openCursor, pageQuery } from '../cursors/paging.ts'
import type { OpenAlertCursor } from './read-alerts.ts'
import type { WorkWorld } from './work-world.ts'

const querySchema = z.strictObject(pageQuery)

/** `GET /v1/work-alerts`: what somebody of the caller's country has to look at, that nobody of it has acknowledged and the request has not overtaken, newest first. */
export function getOpenAlerts({ http }: ServiceContext, { turns, places, partitions, work, desks }: WorkWorld): void {
  /** Of a partition in which nothing is left: there is no offset before 0. */
  const numbersOf = (place: OpenAlertCursor): number[] => Array.from({ length: partitions }, (_, partition) => place.get(partition) ?? 0)

  http.get('/v1/work-alerts', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const { country } = caller
    const place = openCursor(places, country, 'alerts', after)
    if (!place.ok) return sendRefusal(reply, place.error, notANext)
    const before = place.value && new Map(place.value.entries())
    const { alerts, next } = await turns.take(country, () => work.openAlerts(country, before, limit))
    return reply.send({ alerts, ...(next ? { nextCursor: places.seal(country, 'alerts', numbersOf(next)) } : {}) } satisfies OpenAlertPage)
  })
}
