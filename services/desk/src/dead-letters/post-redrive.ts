import { refusalOfOldOperatorSignIn } from '@holdfast/access'
import { operatorOf, sendRefusal } from '@holdfast/http'
import { accepted, deterministicId, parseWith, type Redriven, type RedriveOutcome, redrivenType, topics } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import type { DeskWorld } from '../desk-world.ts'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody } from '../refusals.ts'
import { previewOf, recordsOf } from './redrive.ts'
import { deadLetterUnknown, findDeadLetter, type RedriveRecord, type RedriveRecords, type StoredDeadLetter } from './stored-dead-letters.ts'

const bodySchema = z.strictObject({ preview: z.boolean().optional() })

/**
 * For operators. `POST /v1/dead-letters/NUMBER/redrive`: sends the record again, once, if possible. With `{"preview":
 * true}` only shows what would happen.
 */
export function postDeadLetterRedrive(
  context: ServiceContext,
  { workflows }: Pick<DeskWorld, 'workflows'>,
  redrives: RedriveRecords,
): void {
  const { http, streams, clock, log } = context

  http.post<{ Params: { number: string } }>('/v1/dead-letters/:number/redrive', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    const signInAgain = body.value.preview ? undefined : refusalOfOldOperatorSignIn(operatorOf(request), clock)
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const stored = await findDeadLetter(streams, request.params.number)
    if (!stored) return sendRefusal(reply, deadLetterUnknown)
    const outcome = previewOf(workflows, stored)
    const before = (await redrives.current()).get(stored.letter.id)
    if (body.value.preview || before) return reply.send({ ...outcome, ...(before ? { redriven: before } : {}) } satisfies RedriveOutcome)
    if (outcome.why !== undefined) return sendRefusal(reply, { code: 'NOT_REDRIVABLE', message: outcome.why }, outcome.problems)
    const { number } = stored
    return actAsOperator(context, request, reply, { route: 'POST /v1/dead-letters/redrive', body: { number } }, async () => {
      const redriven = await redrive(stored, operatorOf(request).person)
      return accepted({ status: 200, body: { ...outcome, redriven } satisfies RedriveOutcome })
    })
  })

  /**
   * Sends the record first. If recording the redrive fails, the record is sent again, but a repeated command takes
   * effect once.
   */
  async function redrive({ number, letter }: StoredDeadLetter, by: string): Promise<RedriveRecord> {
    const { topic } = letter.data
    for (const { topic: to, ...record } of recordsOf(workflows, letter.data, clock.now())) await streams.publish(to, [record])
    const at = clock.now().toISOString()
    const event: Redriven = {
      specversion: '1.0',
      id: deterministicId('redriven', letter.id),
      source: '/holdfast/desk',
      type: redrivenType,
      time: at,
      datacontenttype: 'application/json',
      data: { letterId: letter.id, number, topic, by },
    }
    await streams.publish(topics.redriven.name, [{ key: topic, value: JSON.stringify(event) }])
    log.warn({ topic, letter: number, letterId: letter.id, by }, 'Dead letter sent again')
    return { at, by }
  }
}
