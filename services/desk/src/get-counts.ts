import type { RequestCounts } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { FollowedLedger } from './follow-ledger.ts'
import type { PageTurns } from './page-turns.ts'
import type { RequestViews } from './request-view.ts'
import { readerOf } from './sharing/audience.ts'

/** `GET /v1/requests/counts`: how many requests the caller's country has in each phase, how many are about to be due, how many proposals wait, and how far behind this desk is. */
export function getCounts(
  { http, clock }: ServiceContext,
  views: RequestViews,
  turns: PageTurns,
  { lag }: Pick<FollowedLedger, 'lag'>,
): void {
  http.get('/v1/requests/counts', { config: { forUnits: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const now = clock.now()
    const counts = await turns.take(audience, () => views.counts(audience, now))
    return reply.send({ ...counts, behind: lag(), asOf: now.toISOString() } satisfies RequestCounts)
  })
}
