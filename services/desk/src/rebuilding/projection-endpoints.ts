import { operatorOf, sendRefusal } from '@holdfast/http'
import { accepted, parseWith, type Refusal, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody } from '../refusals.ts'
import type { ProjectionRebuilder } from './rebuild-projection.ts'

const bodySchema = z.strictObject({})

/** `GET /v1/view`: how far this desk's view has come, and that which is being made. `POST /v1/view/rebuild`: makes one from nothing, beside the one in use. For operators alone. */
export function offerRebuilding(context: Pick<ServiceContext, 'http' | 'log' | 'idempotency'>, rebuilder: ProjectionRebuilder): void {
  const { http, log } = context
  http.get('/v1/view', forOperators, async (_request, reply) => reply.send(rebuilder.status()))

  http.post('/v1/view/rebuild', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    return actAsOperator(context, request, reply, { route: 'POST /v1/view/rebuild', body: {} }, async () => {
      if (!rebuilder.begin()) return refused(beingMade)
      log.warn({ by: operatorOf(request).person }, 'a view is to be made from nothing')
      return accepted({ status: 202, body: rebuilder.status() })
    })
  })
}

const beingMade: Refusal = { code: 'WRONG_STATE', message: 'a view is being made already: GET /v1/view says how far it is' }
