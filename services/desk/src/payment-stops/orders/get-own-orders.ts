import { callerOf, malformedQuery, sendRefusal, sendTagged } from '@holdfast/http'
import { formatOrder } from '@holdfast/payment-stop/iso20022'
import type { Order } from '@holdfast/payment-stop/language'
import { officeOf, ordersTopic, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { actsForOffice } from '@holdfast/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CursorCodec } from '../../cursors/cursor-codec.ts'
import { notANext, openCursor, pageQuery } from '../../cursors/paging.ts'
import type { PageQueue } from '../../page-queue.ts'
import { type StreamSlots, slotRefusals } from '../../stream/stream-slots.ts'
import type { AwaitedOrders } from './await-orders.ts'
import type { OrderReader } from './read-orders.ts'
import type { StoredOrders } from './stored-orders.ts'

/** Shorter than the timeouts of proxies and connections. */
const waitSecondsMax = 30

const listQuerySchema = z.strictObject({
  limit: pageQuery.limit,
  after: pageQuery.after,
  waitSeconds: z.coerce.number().int().min(1).max(waitSecondsMax).optional(),
})
const oneQuerySchema = z.strictObject({ format: z.enum(['json', 'iso20022']).default('json') })

interface OwnOrdersWorld {
  readonly stored: StoredOrders
  readonly reader: OrderReader
  readonly turns: PageQueue
  readonly cursors: CursorCodec
  readonly awaited: AwaitedOrders
  readonly slots: StreamSlots
}

const forInstitutions = { config: { forInstitutions: true, takesQuery: true } } as const
const noSuchOrder = { code: 'ORDER_UNKNOWN', message: 'Your institution has no such order, or it is no longer stored.' } as const

/**
 * `GET /v1/orders`: the orders of an institution with a key of its own, oldest first. `GET /v1/orders/ID`: one of them
 * as it would be delivered. It learns nothing of requests or of orders to others: cursors are encrypted, and a foreign
 * order is answered as an unknown one.
 */
export function getOwnOrders({ http, members }: ServiceContext, { stored, reader, turns, cursors, awaited, slots }: OwnOrdersWorld): void {
  /** The offices of the caller. A country without them gets a refusal. */
  function officesOf(request: FastifyRequest, reply: FastifyReply): readonly string[] | undefined {
    const { bics } = callerOf(request)
    if (!bics)
      void sendRefusal(reply, {
        code: 'NOT_PERMITTED',
        message: 'Only an institution with a key of its own can use this endpoint. A country reads orders with their request.',
      })
    return bics
  }

  // A waiting institution takes one of the stream slots of its country.
  http.get('/v1/orders', { config: { ...forInstitutions.config, stays: true } }, async (request, reply) => {
    const bics = officesOf(request, reply)
    if (!bics) return reply
    const { country } = callerOf(request)
    const query = parseWith(listQuerySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, limit, waitSeconds } = query.value
    const cursor = openCursor(cursors, country, 'orders', after)
    if (!cursor.ok) return sendRefusal(reply, cursor.error, notANext)
    const slot = waitSeconds === undefined ? undefined : slots.take(country, request.raw.socket, reply.raw)
    if (slot === 'gone') return reply.hijack()
    if (typeof slot === 'string') return sendRefusal(reply, slotRefusals[slot])
    const topic = ordersTopic(country).name
    const offices = [...new Set(bics.map(bic => officeOf(bic).slice(0, 8)))]
    const isOwn = (bic: string) => actsForOffice(members.get(country), bics, bic)
    const from = cursor.value?.[0] ?? -1
    const read = async () => {
      const isAll = await reader.catchUpOrders(country)
      const position = awaited.position(country)
      const page = await turns.take(country, () => stored.ofOffices(topic, offices, isOwn, from, limit))
      return { ...page, isAll, position }
    }
    let page = await read()
    const untilMs = performance.now() + (waitSeconds ?? 0) * 1_000
    // Orders to other institutions of the country end this wait too.
    const isWorthWaiting = () => page.orders.length === 0 && page.next === undefined && page.isAll && performance.now() < untilMs
    while (isWorthWaiting() && !reply.raw.destroyed && !awaited.hasStopped()) {
      await awaited.beyond(country, page.position, untilMs - performance.now())
      if (!awaited.hasStopped()) page = await read()
    }
    const { orders, isAll } = page
    // A waiting client always gets a cursor, whether or not there are more orders now.
    const next = page.next ?? (waitSeconds === undefined ? undefined : page.reached)
    return reply.send({
      orders,
      ...(next === undefined ? {} : { nextCursor: cursors.encode(country, 'orders', [next]) }),
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
    if (!order || !actsForOffice(members.get(country), bics, order.data.institution.bic)) return sendRefusal(reply, noSuchOrder)
    const { body, mediaType } = formatOrder(order, query.value.format, members.get(country)?.name ?? `The authority of ${country}`)
    return sendTagged(reply, body, mediaType)
  })
}
