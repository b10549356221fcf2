import { callerOf, malformedQuery, sendRefusal } from '@holdfast/http'
import { type OpenAlertPage, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { notANext, openCursor, pageQuery } from '../cursors/paging.ts'
import type { OpenAlertCursor } from './read-alerts.ts'
import type { WorkWorld } from './work-world.ts'

const querySchema = z.strictObject(pageQuery)

/**
 * `GET /v1/work-alerts`: alerts of the caller's country, newest first, without those that an officer has acknowledged
 * or the request has overtaken.
 */
export function getOpenAlerts({ http }: ServiceContext, { turns, cursors, partitions, work, desks }: WorkWorld): void {
  /** 0 for a partition without further alerts, as no offset comes before 0. */
  const numbersOf = (next: OpenAlertCursor): number[] => Array.from({ length: partitions }, (_, partition) => next.get(partition) ?? 0)

  http.get('/v1/work-alerts', { config: { takesQuery: true } }, async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const { country } = caller
    const cursor = openCursor(cursors, country, 'alerts', after)
    if (!cursor.ok) return sendRefusal(reply, cursor.error, notANext)
    const before = cursor.value && new Map(cursor.value.entries())
    const { alerts, next } = await turns.take(country, () => work.openAlerts(country, before, limit))
    return reply.send({
      alerts,
      ...(next ? { nextCursor: cursors.encode(country, 'alerts', numbersOf(next)) } : {}),
    } satisfies OpenAlertPage)
  })
}
