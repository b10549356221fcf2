import { callerOf, malformedQuery, sendRefusal, sendTagged } from '@holdfast/http'
import { formatOrder } from '@holdfast/iso20022'
import { type Order, parseWith, type RequestOrders } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ExpectedRequests } from '../ledger-consumer/expected-requests.ts'
import type { PageQueue } from '../page-queue.ts'
import { requestUnknown } from '../refusals.ts'
import { readRequestId } from '../request-id.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredBankMessages } from './stored-bank-messages.ts'
import type { StoredOrders } from './stored-orders.ts'

interface OrdersWorld {
  readonly expected: ExpectedRequests
  readonly turns: PageQueue
  readonly kept: StoredOrders
  readonly messages: StoredBankMessages
  readonly reader: OrderReader
}

const messageQuerySchema = z.strictObject({ format: z.enum(['iso20022', 'json']).default('iso20022') })

/**
 * `GET /v1/requests/ID/orders`: what the institution was told to do, and how that was brought to it. `GET /v1/requests/ID/orders/ORDER/message`: one of them as an institution
 * gets it: as a bank's message, where there is an honest one for it, or as JSON. `GET /v1/requests/ID/bank-messages/MESSAGE`: a message by which
 * an institution answered, as it came. For the country whose institutions they are; what the other one may know of them are facts.
 */
export function getOrders({ http, members }: ServiceContext, { expected, turns, kept, messages, reader }: OrdersWorld): void {
  /** The request, for who may see its orders; otherwise it is answered here. */
  async function ownRequest(request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) {
    const { country } = callerOf(request)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find(id, country)
    if (view?.beneficiaryCountry === country) return view
    await sendRefusal(reply, view ? notOwn : requestUnknown)
    return undefined
  }

  http.get<{ Params: { id: string } }>('/v1/requests/:id/orders', async (request, reply) => {
    const view = await ownRequest(request, reply)
    if (!view) return reply
    const isAll = await reader.catchUp(view.beneficiaryCountry, view.requestId)
    const { requestId } = view
    const there = await turns.take(view.beneficiaryCountry, () => ({ orders: kept.of(requestId), messages: messages.of(requestId) }))
    return reply.send({ ...there, ...(isAll ? {} : { behind: true }) } satisfies RequestOrders)
  })

  http.get<{ Params: { id: string; order: string } }>(
    '/v1/requests/:id/orders/:order/message',
    { config: { takesQuery: true } },
    async (request, reply) => {
      const query = parseWith(messageQuerySchema, request.query)
      if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
      const view = await ownRequest(request, reply)
      if (!view) return reply
      await reader.catchUp(view.beneficiaryCountry, view.requestId)
      const text = await reader.textOf(view.requestId, request.params.order)
      if (text === undefined)
        return sendRefusal(reply, { code: 'NOT_FOUND', message: 'there is no such order, or it is not kept any more' })
      const { beneficiaryCountry: country } = view
      const authority = members.get(country)?.name ?? `The authority of ${country}`
      const { body, mediaType, extension } = formatOrder(JSON.parse(text) as Order, query.value.format, authority)
      // A file to be kept, and nothing that a browser would open beside the page.
      return sendTagged(
        reply.header('content-disposition', `attachment; filename="order-${request.params.order}.${extension}"`),
        body,
        mediaType,
      )
    },
  )

  http.get<{ Params: { id: string; message: string } }>('/v1/requests/:id/bank-messages/:message', async (request, reply) => {
    const view = await ownRequest(request, reply)
    if (!view) return reply
    await reader.catchUp(view.beneficiaryCountry, view.requestId)
    const text = await reader.messageOf(view.requestId, request.params.message)
    if (text === undefined)
      return sendRefusal(reply, { code: 'NOT_FOUND', message: 'there is no such message, or it is not kept any more' })
    return sendTagged(
      reply.header('content-disposition', `attachment; filename="message-${request.params.message}.xml"`),
      text,
      'application/xml',
    )
  })
}

const notOwn = {
  code: 'NOT_PERMITTED',
  message: 'orders are for the country whose institutions get them; what came of them stands in the history',
} as const
