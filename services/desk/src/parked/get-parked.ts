import { malformedQuery, sendRefusal } from '@holdfast/http'
import type { ParkedEntry } from '@holdfast/request-state'
import { type ParkedPage, parseWith } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { z } from 'zod'
import type { DeskWorld } from '../desk-world.ts'
import { forOperators } from '../operations/for-operators.ts'
import { inspectParked } from './inspect-parked.ts'
import { type KnownParked, notParked, shownOf } from './known-parked.ts'

const querySchema = z.strictObject({
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

/**
 * For operators. `GET /v1/parked`: parked requests, oldest first. `GET /v1/parked/ID`: one, with the records after it.
 */
export function getParked({ http, streams }: ServiceContext, { workflows }: Pick<DeskWorld, 'workflows'>, known: KnownParked): void {
  http.get('/v1/parked', { config: { ...forOperators.config, takesQuery: true } }, async (request, reply) => {
    const query = parseWith(querySchema, request.query)
    if (!query.ok) return sendRefusal(reply, malformedQuery, query.error)
    const all = (await known.current()).all()
    const { entries, nextCursor } = pageOfParked(all, query.value)
    return reply.send({
      parked: entries.map(shownOf),
      total: all.length,
      ...(nextCursor === undefined ? {} : { nextCursor }),
    } satisfies ParkedPage)
  })

  http.get<{ Params: { id: string } }>('/v1/parked/:id', forOperators, async (request, reply) => {
    const { id } = request.params
    const entries = (await known.current()).of(id)
    if (entries.length === 0) return sendRefusal(reply, notParked)
    return reply.send(
      await inspectParked(
        workflows.map(({ workflow }) => workflow),
        streams,
        id,
        entries,
      ),
    )
  })
}

interface Query {
  readonly after?: number | undefined
  readonly limit: number
}

/** The next entries after a number, in their order. The entry with that number may be gone. */
export function pageOfParked<E extends Pick<ParkedEntry, 'firstOffset'>>(
  entries: readonly E[],
  { after = -1, limit }: Query,
): { readonly entries: readonly E[]; readonly nextCursor?: string } {
  const left = entries.filter(({ firstOffset }) => firstOffset > after).sort((a, b) => a.firstOffset - b.firstOffset)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  return { entries: page, ...(last && left.length > limit ? { nextCursor: String(last.firstOffset) } : {}) }
}
