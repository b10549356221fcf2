import { callerOf, malformedQuery, sendRefusal, sendTagged } from '@holdfast/http'
import { formatOrder } from '@holdfast/payment-stop/iso20022'
import type { Order, PaymentStopView, RequestOrders } from '@holdfast/payment-stop/language'
import { parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ExpectedRequests } from '../../ledger-consumer/expected-requests.ts'
import type { PageQueue } from '../../page-queue.ts'
import { requestUnknown } from '../../refusals.ts'
import { readRequestId } from '../../request-id.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredBankMessages } from './stored-bank-messages.ts'
import type { StoredOrders } from './stored-orders.ts'

interface OrdersWorld {
  readonly expected: ExpectedRequests
  readonly turns: PageQueue
  readonly stored: StoredOrders
  readonly messages: StoredBankMessages
  readonly reader: OrderReader
}

const messageQuerySchema = z.strictObject({ format: z.enum(['iso20022', 'json']).default('iso20022') })

/**
 * `GET /v1/requests/ID/orders`: the orders to the institution and their deliveries. `GET
 * /v1/requests/ID/orders/ORDER/message`: an order as a bank message, or as JSON if no bank message can express it. `GET
 * /v1/requests/ID/bank-messages/MESSAGE`: a message by which an institution answered, unchanged. For the country of the
 * institutions only; the other country sees the facts.
 */
export function getOrders({ http, members }: ServiceContext, { expected, turns, stored, messages, reader }: OrdersWorld): void {
  /** The request, if the caller may see its orders; otherwise sends the refusal. */
  async function ownRequest(request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) {
    const { country } = callerOf(request)
    const id = readRequestId(request.params.id)
    const view = id === undefined ? undefined : await expected.find<PaymentStopView>(id, country)
    if (view?.beneficiaryCountry === country) return view
    await sendRefusal(reply, view ? notOwn : requestUnknown)
    return undefined
  }

  http.get<{ Params: { id: string } }>('/v1/requests/:id/orders', async (request, reply) => {
    const view = await ownRequest(request, reply)
    if (!view) return reply
    const isAll = await reader.catchUp(view.beneficiaryCountry, view.requestId)
    const { requestId } = view
    const found = await turns.take(view.beneficiaryCountry, () => ({ orders: stored.of(requestId), messages: messages.of(requestId) }))
    return reply.send({ ...found, ...(isAll ? {} : { behind: true }) } satisfies RequestOrders)
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
        return sendRefusal(reply, { code: 'NOT_FOUND', message: 'There is no such order, or it is no longer stored.' })
      const { beneficiaryCountry: country } = view
      const authority = members.get(country)?.name ?? `The authority of ${country}`
      const { body, mediaType, extension } = formatOrder(JSON.parse(text) as Order, query.value.format, authority)
      // A download, so that no browser opens it next to the page.
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
      return sendRefusal(reply, { code: 'NOT_FOUND', message: 'There is no such message, or it is no longer stored.' })
    return sendTagged(
      reply.header('content-disposition', `attachment; filename="message-${request.params.message}.xml"`),
      text,
      'application/xml',
    )
  })
}

const notOwn = {
  code: 'NOT_PERMITTED',
  message: 'Only the country of the institutions can see orders. Their results are in the history of the request.',
} as const
