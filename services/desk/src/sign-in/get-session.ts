import { callerOf } from '@holdfast/http'
import type { SessionView } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { VerifiedActor } from '@holdfast/trust'

/** `GET /v1/session`: who asks, a member or an operator, by a session of the page or by a token, until when, and what time it is here. */
export function getSession({ http, clock }: ServiceContext, isDevelopment: boolean): void {
  http.get('/v1/session', { config: { forUnits: true, forInstitutions: true, alsoForOperators: true } }, async (request, reply) => {
    const { person, tokenEndsAt, signedInAt, how } = request.operator ?? callerOf(request)
    const side = request.operator ? ({ role: 'operator' } as const) : sideOf(callerOf(request))
    const view: SessionView = {
      ...side,
      person,
      now: clock.now().toISOString(),
      endsAt: tokenEndsAt.toISOString(),
      ...(signedInAt ? { signedInAt: signedInAt.toISOString() } : {}),
      ...(how ? { how } : {}),
      ...(isDevelopment ? { development: true } : {}),
    }
    return reply.send(view)
  })
}

const sideOf = ({ country, role, unit }: VerifiedActor) => ({ country, role, ...(unit ? { unit } : {}) })
