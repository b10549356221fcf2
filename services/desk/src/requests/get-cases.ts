import { sendRefusal } from '@holdfast/http'
import { type Audience, type CaseView, countrySchema, type RequestView, referenceSchema } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { readerOf } from '../access/access-level.ts'
import type { DeskParts } from '../desk-parts.ts'
import type { DeskWorld } from '../desk-world.ts'
import type { CaseName, ListQuery } from '../lists/list-query.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

/**
 * The money of one victim went to 14 accounts in 7 countries (Hong Kong ADCC). This limit allows a case ten times as
 * large, at about 2 kB per request.
 */
const requestsMax = 200

interface Params {
  country: string
  caseReference: string
}

/**
 * `GET /v1/cases/COUNTRY/REFERENCE`: the requests with one reference of a country, as far as the caller may see them.
 */
export function getCases({ http }: ServiceContext, { workflows, views, turns }: DeskWorld): void {
  http.get<{ Params: Params }>('/v1/cases/:country/:caseReference', { config: { forUnits: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const { country: requestingCountry, caseReference } = request.params
    const isCase = countrySchema.safeParse(requestingCountry).success && referenceSchema.safeParse(caseReference).success
    const shown = isCase && (await turns.take(audience, () => caseOf(workflows, views, audience, { requestingCountry, caseReference })))
    // The same answer for an unknown case and a foreign one: even the existence of a foreign case is not revealed.
    if (!shown) return sendRefusal(reply, { code: 'REQUEST_UNKNOWN', message: 'Your country has no request of this case.' })
    return reply.send(shown)
  })
}

function caseOf(desks: readonly DeskParts[], views: RequestProjection, audience: Audience, name: CaseName): CaseView | undefined {
  const query = { country: audience, ...name, limit: requestsMax }
  const { views: listed, next } = views.list(query)
  if (listed.length === 0) return undefined
  // Sums of a part would be mistaken for those of the whole case.
  return {
    ...name,
    requests: listed.map(text => JSON.parse(text) as RequestView),
    ...(next ? {} : { sums: desks.flatMap(desk => sumsOf(desk, views, query)) }),
  }
}

function sumsOf({ workflow: { name }, caseSumsOf }: DeskParts, views: RequestProjection, query: ListQuery): object[] {
  const { standings } = views.standings(query)
  return caseSumsOf?.(standings.filter(({ requestId }) => views.workflowOf(requestId) === name)) ?? []
}
