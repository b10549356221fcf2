import { sendRefusal } from '@holdfast/http'
import type { ServiceContext } from '@holdfast/service-kit'
import { levelOfReader, readerOf } from '../access/access-level.ts'
import type { DeskWorld } from '../desk-world.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import { historyFactsMax, historyJson } from './history-json.ts'

/** `GET /v1/requests/ID`: a request with its newest facts, its onward requests and its refused commands. */
export function getRequest({ http }: ServiceContext, { deskOf, views, expected, turns, decrypter }: DeskWorld): void {
  http.get<{ Params: { id: string } }>('/v1/requests/:id', { config: { forUnits: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const id = readRequestId(request.params.id)
    if (!id || !(await expected.find(id, audience))) return sendRefusal(reply, requestUnknown)
    const shown = await turns.take(audience, () => {
      const view = views.find(id, audience)
      if (!view) return undefined
      const isWhole = levelOfReader(audience, view) === 'history'
      const history = isWhole ? views.history(view.requestId, { limit: historyFactsMax }) : noHistory
      const refusals = isWhole ? views.refusals(view.requestId) : []
      return { view, history, refusals, children: deskOf(view.requestId).childrenOf?.(views, view, audience) ?? [] }
    })
    if (!shown) return sendRefusal(reply, requestUnknown)
    const { view, history, children } = shown
    const refusals = await decrypter.events(shown.refusals)
    const historyText = await historyJson(decrypter, history)
    return reply
      .type('application/json')
      .send(
        `{"request":${JSON.stringify(view)},${historyText},"children":${JSON.stringify(children)},"refusals":${JSON.stringify(refusals)}}`,
      )
  })
}

const noHistory = { lines: [] } as const
