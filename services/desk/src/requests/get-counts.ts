import type { RequestCounts } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { readerOf } from '../access/access-level.ts'
import type { DeskWorld } from '../desk-world.ts'

/**
 * `GET /v1/requests/counts`: requests of the caller's country by phase, upcoming deadlines, open proposals, and up to
 * when this desk has read the ledger.
 */
export function getCounts({ http, clock }: ServiceContext, { views, turns, followed }: DeskWorld): void {
  http.get('/v1/requests/counts', { config: { forUnits: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const now = clock.now()
    const counts = await turns.take(audience, () => views.counts(audience, now))
    const until = followed.shownUntil()?.toISOString()
    return reply.send({ ...counts, ...(until ? { shownUntil: until } : {}), asOf: now.toISOString() } satisfies RequestCounts)
  })
}
