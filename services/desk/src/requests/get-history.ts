import { malformedQuery, sendRefusal } from '@holdfast/http'
import { parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { levelOfReader, readerOf } from '../access/access-level.ts'
import type { DeskWorld } from '../desk-world.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import { historyFactsMax, historyJson } from './history-json.ts'

const querySchema = z.strictObject({
  after: z.coerce.number().int().min(1).max(1_000_000).optional(),
  limit: z.coerce.number().int().min(1).max(historyFactsMax).default(historyFactsMax),
})

/** `GET /v1/requests/ID/history?after=CURSOR`: the facts of a request before a cursor. */
export function getHistory({ http }: ServiceContext, { views, expected, turns, decrypter }: DeskWorld): void {
  http.get<{ Params: { id: string } }>(
    '/v1/requests/:id/history',
    { config: { forUnits: true, takesQuery: true } },
    async (request, reply) => {
      const { audience } = readerOf(request)
      const query = parseWith(querySchema, request.query)
      if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
      const id = readRequestId(request.params.id)
      const { after: before, limit } = query.value
      if (!id || !(await expected.find(id, audience))) return sendRefusal(reply, requestUnknown)
      const page = await turns.take(audience, () => {
        const view = views.find(id, audience)
        return (
          view &&
          levelOfReader(audience, view) === 'history' &&
          views.history(view.requestId, { limit, ...(before === undefined ? {} : { before }) })
        )
      })
      return page ? reply.type('application/json').send(`{${await historyJson(decrypter, page)}}`) : sendRefusal(reply, requestUnknown)
    },
  )
}
