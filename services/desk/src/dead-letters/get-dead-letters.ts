import { malformedQuery, sendRefusal } from '@holdfast/http'
import { type DeadLetterDetail, type DeadLetterPage, type DeadLetterSummary, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import { forOperators } from '../operations/for-operators.ts'
import {
  deadLetterUnknown,
  findDeadLetter,
  newestDeadLetters,
  type RedriveRecord,
  type RedriveRecords,
  type StoredDeadLetter,
} from './stored-dead-letters.ts'

const querySchema = z.strictObject({
  after: z.coerce.number().int().min(0).optional(),
  // A letter may have 600 kB, and a page of them is read to be shown.
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** Of records that came from this topic. */
  topic: z.string().min(1).max(249).optional(),
})

/**
 * `GET /v1/dead-letters`: what no service could work on, newest first; with `?topic=` those of one topic, and fewer than asked for where many others lie between them. `GET /v1/dead-letters/NUMBER`: one, whole. For operators alone.
 */
export function getDeadLetters({ http, streams }: ServiceContext, marks: RedriveRecords): void {
  http.get('/v1/dead-letters', { config: { ...forOperators.config, takesQuery: true } }, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, ...filters } = query.value
    const { letters, next } = await newestDeadLetters(streams, { ...filters, before: after })
    const redriven = await marks.current()
    const page: DeadLetterPage = {
      letters: letters.map(letter => summaryOf(letter, redriven)),
      ...(next === undefined ? {} : { nextCursor: String(next) }),
    }
    return reply.send(page)
  })

  http.get<{ Params: { number: string } }>('/v1/dead-letters/:number', forOperators, async (request, reply) => {
    const kept = await findDeadLetter(streams, request.params.number)
    if (!kept) return sendRefusal(reply, deadLetterUnknown)
    const shown: DeadLetterDetail = { ...summaryOf(kept, await marks.current()), letter: kept.letter }
    return reply.send(shown)
  })
}

function summaryOf({ number, letter }: StoredDeadLetter, marks: ReadonlyMap<string, RedriveRecord>): DeadLetterSummary {
  const { id, time, data } = letter
  const { service, topic, partition, offset, reason } = data
  const redriven = marks.get(id)
  return { number, id, time, service, topic, partition, offset, reason, ...(redriven ? { redriven } : {}) }
}
