import { sendRefusal } from '@holdfast/http'
import { type Audience, type CaseView, countrySchema, type RequestView, referenceSchema } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { readerOf } from '../access/access-level.ts'
import type { DeskWorld } from '../desk-world.ts'
import type { CaseName } from '../lists/list-query.ts'
import type { RequestProjection } from '../projection/request-projection.ts'
import { caseSumsOf } from './case-sums.ts'

/** One victim's money went to 14 accounts in 7 countries (Hong Kong ADCC): this leaves room for a case ten times as wide, at some 2 kB a request. */
const requestsMax = 200

interface Params {
  country: string
  caseReference: string
}

/** `GET /v1/cases/COUNTRY/REFERENCE`: what one country calls by one reference, as far as the caller's country has a part in it. */
export function getCases({ http }: ServiceContext, { views, turns }: DeskWorld): void {
  http.get<{ Params: Params }>('/v1/cases/:country/:caseReference', { config: { forUnits: true } }, async (request, reply) => {
    const { audience } = readerOf(request)
    const { country: requestingCountry, caseReference } = request.params
    const isCase = countrySchema.safeParse(requestingCountry).success && referenceSchema.safeParse(caseReference).success
    const shown = isCase && (await turns.take(audience, () => caseOf(views, audience, { requestingCountry, caseReference })))
    // The same words whether there is none or it is not for this country: not even its existence is told.
    if (!shown) return sendRefusal(reply, { code: 'REQUEST_UNKNOWN', message: 'your country has no part in such a case' })
    return reply.send(shown)
  })
}

function caseOf(views: RequestProjection, audience: Audience, name: CaseName): CaseView | undefined {
  const asked = { country: audience, ...name, limit: requestsMax }
  const { views: listed, next } = views.list(asked)
  if (listed.length === 0) return undefined
  // Sums of a part would be taken for those of the whole.
  return {
    ...name,
    requests: listed.map(text => JSON.parse(text) as RequestView),
    ...(next ? {} : { sums: caseSumsOf(views.standings(asked).standings) }),
  }
}
