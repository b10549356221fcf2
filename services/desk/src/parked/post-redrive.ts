import { refusalOfOldOperatorSignIn } from '@holdfast/access'
import { operatorOf, sendRefusal } from '@holdfast/http'
import { requestRedrive } from '@holdfast/request-state'
import { accepted, type ParkedRedrive, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import type { DeskWorld } from '../desk-world.ts'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody } from '../refusals.ts'
import { inspectParked } from './inspect-parked.ts'
import { type KnownParked, notParked } from './known-parked.ts'

const bodySchema = z.strictObject({ preview: z.boolean().optional() })

/**
 * For operators. `POST /v1/parked/ID/redrive`: every service that has parked the request retries it. With `{"preview":
 * true}` only shows what the retry would meet.
 */
export function postParkedRedrive(context: ServiceContext, { workflows }: Pick<DeskWorld, 'workflows'>, known: KnownParked): void {
  const { http, streams, clock, log } = context

  http.post<{ Params: { id: string } }>('/v1/parked/:id/redrive', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    const signInAgain = body.value.preview ? undefined : refusalOfOldOperatorSignIn(operatorOf(request), clock)
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const { id } = request.params
    const entries = (await known.current()).of(id)
    if (entries.length === 0) return sendRefusal(reply, notParked)
    const shown = await inspectParked(
      workflows.map(({ workflow }) => workflow),
      streams,
      id,
      entries,
    )
    if (body.value.preview) return reply.send(shown satisfies ParkedRedrive)
    return actAsOperator(context, request, reply, { route: 'POST /v1/parked/redrive', body: { id } }, async () => {
      const asked = await publishRedrive(id, operatorOf(request).person)
      return accepted({ status: 200, body: { ...shown, asked } satisfies ParkedRedrive })
    })
  })

  async function publishRedrive(requestId: string, by: string): Promise<{ at: string; by: string }> {
    const at = clock.now().toISOString()
    await requestRedrive(streams, requestId, by, at)
    log.warn({ requestId, by }, 'Redrive of a parked request requested')
    return { at, by }
  }
}
