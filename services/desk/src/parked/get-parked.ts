import { askRedrive } from '@holdfast/folds'
import { accepted, type ParkedPage, type ParkedRedrive, parseWith } from '@holdfast/schemas'
import { operatorOf, type ServiceContext, sendRefusal, whyOperatorSignsInAgain } from '@holdfast/service-kit'
import { z } from 'zod'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody, malformedQuery } from '../refusals.ts'
import { createKnownParked, shownOf } from './known-parked.ts'
import { lookInto } from './look-into.ts'

const querySchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) })
const bodySchema = z.strictObject({ preview: z.boolean().optional() })

/**
 * `GET /v1/parked`: the requests that a service can't go on with, those that were parked first first. `GET /v1/parked/ID`: one, with what waits behind. `POST /v1/parked/ID/redrive`:
 * every service at which it is parked tries it again; with `{"preview": true}` nothing is done and it is told what that would meet. For operators alone.
 */
export function getParked(context: ServiceContext): void {
  const { http, streams, clock, log } = context
  const known = createKnownParked(streams)

  http.get('/v1/parked', forOperators, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const all = (await known.current()).all()
    return reply.send({ parked: all.slice(0, query.value.limit).map(shownOf), total: all.length } satisfies ParkedPage)
  })

  http.get<{ Params: { id: string } }>('/v1/parked/:id', forOperators, async (request, reply) => {
    const { id } = request.params
    const entries = (await known.current()).of(id)
    if (entries.length === 0) return sendRefusal(reply, notParked)
    return reply.send(await lookInto(streams, id, entries))
  })

  http.post<{ Params: { id: string } }>('/v1/parked/:id/redrive', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    const signInAgain = body.value.preview ? undefined : whyOperatorSignsInAgain(operatorOf(request), clock)
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const { id } = request.params
    const entries = (await known.current()).of(id)
    if (entries.length === 0) return sendRefusal(reply, notParked)
    const shown = await lookInto(streams, id, entries)
    if (body.value.preview) return reply.send(shown satisfies ParkedRedrive)
    return actAsOperator(context, request, reply, { route: 'POST /v1/parked/redrive', body: { id } }, async () => {
      const asked = await ask(id, operatorOf(request).person)
      return accepted({ status: 200, body: { ...shown, asked } satisfies ParkedRedrive })
    })
  })

  async function ask(requestId: string, by: string): Promise<{ at: string; by: string }> {
    const at = clock.now().toISOString()
    await askRedrive(streams, requestId, by, at)
    log.warn({ requestId, by }, 'a parked request is to be tried again')
    return { at, by }
  }
}

const notParked = { code: 'NOT_FOUND', message: 'no request with this id is parked' } as const
