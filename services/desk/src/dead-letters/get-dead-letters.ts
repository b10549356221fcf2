import {
  accepted,
  type DeadLetterPage,
  type DeadLetterSummary,
  deterministicId,
  parseWith,
  type Redriven,
  type RedriveOutcome,
  redrivenType,
  type ShownDeadLetter,
  topics,
} from '@holdfast/schemas'
import { operatorOf, type ServiceContext, sendRefusal, whyOperatorSignsInAgain } from '@holdfast/service-kit'
import { z } from 'zod'
import { actAsOperator } from '../operations/act-as-operator.ts'
import { forOperators } from '../operations/for-operators.ts'
import { malformedBody, malformedQuery } from '../refusals.ts'
import { createRedrivenMarks, findLetter, type KeptLetter, newestLetters } from './letters.ts'
import { previewOf, recordsOf } from './redrive.ts'

const querySchema = z.strictObject({
  before: z.coerce.number().int().min(0).optional(),
  // A letter may have 600 kB, and a page of them is read to be shown.
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** Of records that came from this topic. */
  topic: z.string().min(1).max(249).optional(),
})
const bodySchema = z.strictObject({ preview: z.boolean().optional() })
type Marks = ReadonlyMap<string, { readonly at: string; readonly by: string }>

/**
 * `GET /v1/dead-letters`: what no service could work on, newest first; with `?topic=` those of one topic, and fewer than asked for where many others lie between them. `GET /v1/dead-letters/NUMBER`: one, whole. `POST /v1/dead-letters/NUMBER/redrive`: its record is sent
 * again, once, where that is possible; with `{"preview": true}` nothing is done and it is told what would be. For operators alone.
 */
export function getDeadLetters(context: ServiceContext): void {
  const { http, streams, clock, log } = context
  const marks = createRedrivenMarks(streams)

  http.get('/v1/dead-letters', forOperators, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { letters, next } = await newestLetters(streams, query.value)
    const redriven = await marks.current()
    const page: DeadLetterPage = { letters: letters.map(letter => summaryOf(letter, redriven)), ...(next === undefined ? {} : { next }) }
    return reply.send(page)
  })

  http.get<{ Params: { number: string } }>('/v1/dead-letters/:number', forOperators, async (request, reply) => {
    const kept = await find(request.params.number)
    if (!kept) return sendRefusal(reply, notThere)
    const shown: ShownDeadLetter = { ...summaryOf(kept, await marks.current()), letter: kept.letter }
    return reply.send(shown)
  })

  http.post<{ Params: { number: string } }>('/v1/dead-letters/:number/redrive', forOperators, async (request, reply) => {
    const body = parseWith(bodySchema, request.body ?? {})
    if (!body.ok) return sendRefusal(reply, malformedBody, body.error)
    const signInAgain = body.value.preview ? undefined : whyOperatorSignsInAgain(operatorOf(request), clock)
    if (signInAgain) return sendRefusal(reply, signInAgain)
    const kept = await find(request.params.number)
    if (!kept) return sendRefusal(reply, notThere)
    const outcome = previewOf(kept)
    const before = (await marks.current()).get(kept.letter.id)
    if (body.value.preview || before) return reply.send({ ...outcome, ...(before ? { redriven: before } : {}) } satisfies RedriveOutcome)
    if (outcome.why !== undefined) return sendRefusal(reply, { code: 'NOT_REDRIVABLE', message: outcome.why }, outcome.problems)
    const { number } = kept
    return actAsOperator(context, request, reply, { route: 'POST /v1/dead-letters/redrive', body: { number } }, async () => {
      const redriven = await redrive(kept, operatorOf(request).person)
      return accepted({ status: 200, body: { ...outcome, redriven } satisfies RedriveOutcome })
    })
  })

  const find = async (number: string): Promise<KeptLetter | undefined> =>
    /^\d{1,15}$/.test(number) ? findLetter(streams, Number(number)) : undefined

  /** The record first: if it fails in between it is sent once more, and what a command says is done once. */
  async function redrive({ number, letter }: KeptLetter, by: string): Promise<{ at: string; by: string }> {
    const { topic } = letter.data
    for (const { topic: to, ...record } of recordsOf(letter.data, clock.now())) await streams.publish(to, [record])
    const at = clock.now().toISOString()
    const mark: Redriven = {
      specversion: '1.0',
      id: deterministicId('redriven', letter.id),
      source: '/holdfast/desk',
      type: redrivenType,
      time: at,
      datacontenttype: 'application/json',
      data: { letterId: letter.id, number, topic, by },
    }
    await streams.publish(topics.redriven.name, [{ key: topic, value: JSON.stringify(mark) }])
    log.warn({ topic, letter: number, letterId: letter.id, by }, 'a dead letter was sent again')
    return { at, by }
  }
}

const notThere = { code: 'NOT_FOUND', message: 'there is no dead letter with this number' } as const

function summaryOf({ number, letter }: KeptLetter, marks: Marks): DeadLetterSummary {
  const { id, time, data } = letter
  const { service, topic, partition, offset, reason } = data
  const redriven = marks.get(id)
  return { number, id, time, service, topic, partition, offset, reason, ...(redriven ? { redriven } : {}) }
}
