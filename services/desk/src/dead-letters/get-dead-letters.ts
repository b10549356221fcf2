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
  // A dead letter can have 600 kB, and a page reads all of its letters.
  limit: z.coerce.number().int().min(1).max(100).default(20),
  /** The topic of the original records. */
  topic: z.string().min(1).max(249).optional(),
})

/**
 * For operators. `GET /v1/dead-letters`: dead letters, newest first. With `?topic=` those of one topic; a page can then
 * have fewer than `limit`. `GET /v1/dead-letters/NUMBER`: one dead letter with its record.
 */
export function getDeadLetters({ http, streams }: ServiceContext, redrives: RedriveRecords): void {
  http.get('/v1/dead-letters', { config: { ...forOperators.config, takesQuery: true } }, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const { after, ...filters } = query.value
    const { letters, next } = await newestDeadLetters(streams, { ...filters, before: after })
    const redriven = await redrives.current()
    const page: DeadLetterPage = {
      letters: letters.map(letter => summaryOf(letter, redriven)),
      ...(next === undefined ? {} : { nextCursor: String(next) }),
    }
    return reply.send(page)
  })

  http.get<{ Params: { number: string } }>('/v1/dead-letters/:number', forOperators, async (request, reply) => {
    const stored = await findDeadLetter(streams, request.params.number)
    if (!stored) return sendRefusal(reply, deadLetterUnknown)
    const shown: DeadLetterDetail = { ...summaryOf(stored, await redrives.current()), letter: stored.letter }
    return reply.send(shown)
  })
}

function summaryOf({ number, letter }: StoredDeadLetter, redrives: ReadonlyMap<string, RedriveRecord>): DeadLetterSummary {
  const { id, time, data } = letter
  const { service, topic, partition, offset, reason } = data
  const redriven = redrives.get(id)
  return { number, id, time, service, topic, partition, offset, reason, ...(redriven ? { redriven } : {}) }
}
