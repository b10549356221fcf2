import { operatorOf, sendRefusal } from '@holdfast/http'
import { accepted, parseWith, type Refusal, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody } from '../refusals.ts'
import type { ProjectionRebuilder } from './rebuild-projection.ts'

const bodySchema = z.strictObject({})

/**
 * For operators. `GET /v1/view`: the progress of this desk's projection and of its rebuild. `POST /v1/view/rebuild`:
 * rebuilds it while the current one stays in use.
 */
export function offerRebuilding(context: Pick<ServiceContext, 'http' | 'log' | 'idempotency'>, rebuilder: ProjectionRebuilder): void {
  const { http, log } = context
  http.get('/v1/view', forOperators, async (_request, reply) => reply.send(rebuilder.status()))

  http.post('/v1/view/rebuild', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    return actAsOperator(context, request, reply, { route: 'POST /v1/view/rebuild', body: {} }, async () => {
      if (!rebuilder.begin()) return refused(alreadyRebuilding)
      log.warn({ by: operatorOf(request).person }, 'Rebuild of the projection requested')
      return accepted({ status: 202, body: rebuilder.status() })
    })
  })
}

const alreadyRebuilding: Refusal = {
  code: 'WRONG_STATE',
  message: 'The projection is already being rebuilt. GET /v1/view shows the progress.',
}
