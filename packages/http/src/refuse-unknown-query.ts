import type { Problem, Refusal } from '@holdfast/schemas'
import type { FastifyRequest } from 'fastify'

/** Answered with the problems of the query. */
export const malformedQuery = { code: 'QUERY_MALFORMED', message: 'the query can not be used' } as const satisfies Refusal

const shownMax = 100

/** What a query names at an address that takes none, as `POST /v1/requests?dryRun=true`: passed over, it would be taken for understood. An address that takes one checks it by its own schema. */
export function problemsOfQuery({ query, is404, routeOptions: { config } }: FastifyRequest): readonly Problem[] {
  if (is404 || config.open || config.takesQuery) return []
  return Object.keys(query as object)
    .slice(0, shownMax)
    .map(
      (name): Problem => ({
        code: 'UNKNOWN',
        path: `/${name.slice(0, shownMax).replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: 'this parameter is not known here: leave it out',
      }),
    )
}
