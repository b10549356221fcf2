import type { ServiceContext } from '@holdfast/service-kit'
import { operatorOf, sendRefusal } from '@holdfast/service-kit'
import type { ViewRebuilder } from './rebuild-view.ts'

const forOperators = { config: { forOperators: true } } as const

/** `GET /v1/view`: how far this desk's view has come, and that which is being made. `POST /v1/view/rebuild`: makes one from nothing, beside the one in use. For operators alone. */
export function offerRebuilding({ http, log }: Pick<ServiceContext, 'http' | 'log'>, rebuilder: ViewRebuilder): void {
  http.get('/v1/view', forOperators, async (_request, reply) => reply.send(rebuilder.status()))

  http.post('/v1/view/rebuild', forOperators, async (request, reply) => {
    if (!rebuilder.begin())
      return sendRefusal(reply, { code: 'WRONG_STATE', message: 'a view is being made already: GET /v1/view says how far it is' })
    log.warn({ by: operatorOf(request).person }, 'a view is to be made from nothing')
    return reply.status(202).send(rebuilder.status())
  })
}
