import type { Problem, Refusal } from '@holdfast/schemas'
import type { FastifyRequest } from 'fastify'

/** Sent with the problems of the query. */
export const malformedQuery = { code: 'QUERY_MALFORMED', message: 'The query is invalid.' } as const satisfies Refusal

const shownMax = 100

/**
 * Problems of a query at a route without parameters, such as `POST /v1/requests?dryRun=true`: if it were ignored, the
 * client would believe that it works. Routes with parameters use their own schema.
 */
export function problemsOfQuery({ query, is404, routeOptions: { config } }: FastifyRequest): readonly Problem[] {
  if (is404 || config.open || config.takesQuery) return []
  return Object.keys(query as object)
    .slice(0, shownMax)
    .map(
      (name): Problem => ({
        code: 'UNKNOWN',
        path: `/${name.slice(0, shownMax).replaceAll('~', '~0').replaceAll('/', '~1')}`,
        message: 'unknown parameter: leave it out',
      }),
    )
}
