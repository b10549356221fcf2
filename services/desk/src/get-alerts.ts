import { alertOf, alertOfRefusal } from '@holdfast/lifecycle'
import { type AlertPage, type AlertView, factKindOf, isRefusedCommand, type LedgerRecord, parseWith } from '@holdfast/schemas'
import { type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import type { KeptAlert, RequestViews } from './request-view.ts'
import { formatPosition, parsePosition, type StreamPosition } from './stream-position.ts'

const querySchema = z.strictObject({
  after: z.string().max(4000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/**
 * `GET /v1/alerts`: what somebody of the caller's country has to look at, newest last. Without `after` the last ones; after the `next` of the page before, what came
 * since; after nothing (`?after=`) from the first one on. A place is one of the stream, so that a reader can go on at any desk.
 */
export function getAlerts({ http, verify }: ServiceContext, views: RequestViews): void {
  http.get('/v1/alerts', async (request, reply) => {
    const caller = await verify(request.headers.authorization)
    if (!caller.ok) return sendRefusal(reply, caller.error)
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const { after, limit } = query.value
    const position = after === '' ? new Map<number, number>() : after && parsePosition(after)
    if (after !== undefined && !position)
      return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, [
        { path: '/after', message: 'must be the `next` of the page before' },
      ])
    return reply.send(pageOf(views, caller.value.country, position || undefined, limit))
  })
}

function pageOf(views: RequestViews, country: string, position: StreamPosition | undefined, limit: number): AlertPage {
  const end = views.positions()
  const alerts = position ? alertsFrom(views, country, position, limit) : views.alerts(country, 'last', limit)
  const next = new Map(position)
  const advance = (partition: number, offset: number) => next.set(partition, Math.max(next.get(partition) ?? 0, offset))
  if (position && alerts.length === limit) for (const { partition, offset } of alerts) advance(partition, offset + 1)
  // Everything up to here has been looked at.
  else for (const [partition, offset] of end) advance(partition, offset)
  return { alerts: alerts.map(alert => alertView(alert, country)), next: formatPosition(next) }
}

/** Those before the position were given by another desk, or by this one before. */
function alertsFrom(views: RequestViews, country: string, position: StreamPosition, limit: number): KeptAlert[] {
  const found: KeptAlert[] = []
  let arrival = views.arrivalBefore(position)
  for (;;) {
    const page = views.alerts(country, { after: arrival }, limit)
    const last = page.at(-1)
    if (!last) return found
    arrival = last.arrival
    found.push(...page.filter(({ partition, offset }) => offset >= (position.get(partition) ?? 0)))
    if (found.length >= limit) return found.slice(0, limit)
  }
}

function alertView({ line, caseReference }: KeptAlert, country: string): AlertView {
  const entry = JSON.parse(line) as LedgerRecord
  const { requester, beneficiary } = isRefusedCommand(entry) ? alertOfRefusal(entry) : alertOf(entry)
  return {
    requestId: entry.subject,
    caseReference,
    requestingCountry: entry.requestingcountry,
    beneficiaryCountry: entry.beneficiarycountry,
    ...(isRefusedCommand(entry)
      ? { fact: 'CommandRefused', sequence: entry.aftersequence }
      : { fact: factKindOf(entry), sequence: entry.sequence }),
    phase: entry.phase,
    time: entry.time,
    message: (country === entry.requestingcountry ? requester : undefined) ?? beneficiary ?? '',
  }
}
