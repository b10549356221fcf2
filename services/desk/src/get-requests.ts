import { countrySchema, parseWith, phases, referenceSchema } from '@holdfast/schemas'
import { callerOf, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import { childrenOf } from './children.ts'
import type { PageTurns } from './page-turns.ts'
import type { ListQuery } from './read-lists.ts'
import { readRequestId, writtenRequestIdSchema } from './request-id.ts'
import type { RequestViews } from './request-view.ts'
import type { SealedPlaces } from './sealed-places.ts'

const listQuerySchema = z.strictObject({
  phase: z.enum(phases).optional(),
  caseReference: referenceSchema.optional(),
  /** With a case reference and without this: the caller's own, as every country numbers its cases by itself. */
  requestingCountry: countrySchema.optional(),
  parent: writtenRequestIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(6000).optional(),
})

/** The newest facts, which come with a request, and the most of one page of its history. A request has a handful, and a thousand at most. */
const historyFactsMax = 100

const historyQuerySchema = z.strictObject({
  before: z.coerce.number().int().min(1).max(1_000_000).optional(),
  limit: z.coerce.number().int().min(1).max(historyFactsMax).default(historyFactsMax),
})

export interface RequestsWorld {
  readonly views: RequestViews
  readonly turns: PageTurns
  readonly places: SealedPlaces
}

/**
 * `GET /v1/requests`: the caller's country's requests, newest first. `GET /v1/requests/ID`: one with its newest facts, what follows its money elsewhere, and what was refused.
 * `GET /v1/requests/ID/history?before=SEQUENCE`: the facts before those. What is kept as text is given as that text: nobody reads and writes 200 documents to pass
 * them on.
 */
export function getRequests({ http }: ServiceContext, { views, turns, places }: RequestsWorld): void {
  http.get('/v1/requests', async (request, reply) => {
    const caller = callerOf(request)
    const query = parseWith(listQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const { country } = caller
    const { phase, caseReference, requestingCountry = caseReference && country, parent, limit, after } = query.value
    const place = after === undefined ? undefined : places.open(country, 'list', after)
    if (place && !place.ok) return sendRefusal(reply, place.error, [{ path: '/after', message: 'must be the `next` of the page before' }])
    const [openedMs = 0, number = 0] = place?.value ?? []
    const asked: ListQuery = {
      country,
      limit,
      ...(phase ? { phase } : {}),
      ...(caseReference ? { caseReference } : {}),
      ...(requestingCountry ? { requestingCountry } : {}),
      ...(parent ? { parent } : {}),
      ...(place ? { after: { openedMs, number } } : {}),
    }
    const { views: listed, next } = await turns.take(country, () => views.list(asked))
    const more = next ? `,"next":${JSON.stringify(places.seal(country, 'list', [next.openedMs, next.number]))}` : ''
    return reply.type('application/json').send(`{"requests":[${listed.join(',')}]${more}}`)
  })

  http.get<{ Params: { id: string } }>('/v1/requests/:id', async (request, reply) => {
    const caller = callerOf(request)
    const { country } = caller
    const id = readRequestId(request.params.id)
    const shown = await turns.take(country, () => {
      const view = id && views.find(id, country)
      if (!view) return undefined
      const history = views.history(view.requestId, { limit: historyFactsMax })
      return `{"request":${JSON.stringify(view)},${historyJson(history)},"children":${JSON.stringify(childrenOf(views, view, country))},"refusals":${JSON.stringify(views.refusals(view.requestId))}}`
    })
    return shown ? reply.type('application/json').send(shown) : sendRefusal(reply, requestUnknown)
  })

  http.get<{ Params: { id: string } }>('/v1/requests/:id/history', async (request, reply) => {
    const caller = callerOf(request)
    const query = parseWith(historyQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const { country } = caller
    const id = readRequestId(request.params.id)
    const { before, limit } = query.value
    const page = await turns.take(country, () => {
      const view = id && views.find(id, country)
      return view && views.history(view.requestId, { limit, ...(before === undefined ? {} : { before }) })
    })
    return page ? reply.type('application/json').send(`{${historyJson(page)}}`) : sendRefusal(reply, requestUnknown)
  })
}

/** The same words whether there is none or it is not for this country: not even its existence is told. */
const requestUnknown = { code: 'REQUEST_UNKNOWN', message: 'your country has no request with this id' } as const

/** The members of a HistoryPage. */
const historyJson = ({ lines, before }: { lines: readonly string[]; before?: number }): string =>
  `"history":[${lines.join(',')}]${before === undefined ? '' : `,"historyBefore":${before}`}`
