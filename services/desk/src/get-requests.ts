import { viewOf } from '@holdfast/lifecycle'
import { countrySchema, parseWith, phases, referenceSchema, requestIdSchema, type ShownRequest } from '@holdfast/schemas'
import { type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { z } from 'zod'
import { childrenOf } from './children.ts'
import type { ListPlace, RequestViews } from './request-view.ts'

const listQuerySchema = z.strictObject({
  phase: z.enum(phases).optional(),
  caseReference: referenceSchema.optional(),
  /** With a case reference and without this: the caller's own, as every country numbers its cases by itself. */
  requestingCountry: countrySchema.optional(),
  parent: requestIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'must be the `next` of the page before')
    .optional(),
})

/** `GET /v1/requests`: the caller's country's requests, newest first. `GET /v1/requests/ID`: one with its history, what follows its money elsewhere, and what was refused. */
export function getRequests({ http, verify }: ServiceContext, views: RequestViews): void {
  http.get('/v1/requests', async (request, reply) => {
    const caller = await verify(request.headers.authorization)
    if (!caller.ok) return sendRefusal(reply, caller.error)
    const query = parseWith(listQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, { code: 'MALFORMED', message: 'the query can not be used' }, query.error)
    const { country } = caller.value
    const { phase, caseReference, requestingCountry = caseReference && country, parent, limit, after } = query.value
    const { snapshots, next } = views.list({
      country,
      limit,
      ...(phase ? { phase } : {}),
      ...(caseReference ? { caseReference } : {}),
      ...(requestingCountry ? { requestingCountry } : {}),
      ...(parent ? { parent } : {}),
      ...(after ? { after: parsePlace(after) } : {}),
    })
    return reply.send({ requests: snapshots.map(viewOf), ...(next === undefined ? {} : { next: `${next.openedMs}-${next.number}` }) })
  })

  http.get<{ Params: { id: string } }>('/v1/requests/:id', async (request, reply) => {
    const caller = await verify(request.headers.authorization)
    if (!caller.ok) return sendRefusal(reply, caller.error)
    const id = requestIdSchema.safeParse(request.params.id)
    const view = id.success ? views.find(id.data, caller.value.country) : undefined
    // The same words whether there is none or it is not for this country: not even its existence is told.
    if (!view) return sendRefusal(reply, { code: 'REQUEST_UNKNOWN', message: 'your country has no request with this id' })
    const shown: ShownRequest = {
      request: view,
      history: views.history(view.requestId),
      children: childrenOf(views, view, caller.value.country),
      refusals: views.refusals(view.requestId),
    }
    return reply.send(shown)
  })
}

function parsePlace(text: string): ListPlace {
  const [openedMs = 0, number = 0] = text.split('-').map(Number)
  return { openedMs, number }
}
