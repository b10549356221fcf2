import { formatOrder } from '@holdfast/iso20022'
import { type Order, officeOf, ordersTopic, parseWith } from '@holdfast/schemas'
import { callerOf, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { speaksForOffice } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { PageTurns } from '../page-turns.ts'
import { notANext, openPlace, pageQuery } from '../paging.ts'
import { malformedQuery } from '../refusals.ts'
import type { SealedPlaces } from '../sealed-places.ts'
import type { KeptOrders } from './kept-orders.ts'
import type { OrderReader } from './read-orders.ts'

const listQuerySchema = z.strictObject({
  limit: pageQuery.limit,
  after: pageQuery.after,
})
const oneQuerySchema = z.strictObject({ format: z.enum(['json', 'iso20022']).default('json') })

interface OwnOrdersWorld {
  readonly kept: KeptOrders
  readonly reader: OrderReader
  readonly turns: PageTurns
  readonly places: SealedPlaces
}

const forInstitutions = { config: { forInstitutions: true } } as const
const noSuchOrder = { code: 'ORDER_UNKNOWN', message: 'your institution has no such order, or it is not kept any more' } as const

/**
 * `GET /v1/orders`: the orders of an institution that speaks by a key of its own, oldest first; `GET /v1/orders/ID`: one of them as it would be delivered. Of requests, and of what other institutions are ordered, it learns nothing: a place
 * is sealed, and an order that is another's is one that there is not.
 */
export function getOwnOrders({ http, members }: ServiceContext, { kept, reader, turns, places }: OwnOrdersWorld): void {
  /** The offices of the caller; a country is answered where its requests are. */
  function officesOf(request: FastifyRequest, reply: FastifyReply): readonly string[] | undefined {
    const { bics } = callerOf(request)
    if (!bics)
      void sendRefusal(reply, {
        code: 'NOT_PERMITTED',
        message: 'this is for an institution with a key of its own: a country sees orders beside their request',
      })
    return bics
  }

  http.get('/v1/orders', forInstitutions, async (request, reply) => {
    const bics = officesOf(request, reply)
    if (!bics) return reply
    const { country } = callerOf(request)
    const query = parseWith(listQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit } = query.value
    const place = openPlace(places, country, 'orders', after)
    if (!place.ok) return sendRefusal(reply, place.error, notANext)
    const isAll = await reader.catchUpOrders(country)
    const topic = ordersTopic(country).name
    const offices = [...new Set(bics.map(bic => officeOf(bic).slice(0, 8)))]
    const isOwn = (bic: string) => speaksForOffice(members.get(country), bics, bic)
    const { orders, next } = await turns.take(country, () => kept.ofOffices(topic, offices, isOwn, place.value?.[0] ?? -1, limit))
    return reply.send({
      orders,
      ...(next === undefined ? {} : { next: places.seal(country, 'orders', [next]) }),
      ...(isAll ? {} : { behind: true }),
    })
  })

  http.get<{ Params: { order: string } }>('/v1/orders/:order', forInstitutions, async (request, reply) => {
    const bics = officesOf(request, reply)
    if (!bics) return reply
    const { country } = callerOf(request)
    const query = parseWith(oneQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    await reader.catchUpOrders(country)
    const text = await reader.textOfOrder(country, request.params.order)
    const order = text === undefined ? undefined : (JSON.parse(text) as Order)
    if (!order || !speaksForOffice(members.get(country), bics, order.data.institution.bic)) return sendRefusal(reply, noSuchOrder)
    const { body, mediaType } = formatOrder(order, query.value.format, members.get(country)?.name ?? `The authority of ${country}`)
    return reply.type(mediaType).send(body)
  })
}
