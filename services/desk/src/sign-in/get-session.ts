import { callerOf } from '@holdfast/http'
import type { SessionView } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import type { VerifiedActor } from '@holdfast/trust'

/**
 * `GET /v1/session`: the caller (a member or an operator, by session or token), the end of the session, and the
 * engine's time.
 */
export function getSession({ http, clock }: ServiceContext, isDevelopment: boolean): void {
  http.get('/v1/session', { config: { forUnits: true, forInstitutions: true, alsoForOperators: true } }, async (request, reply) => {
    const { person, tokenEndsAt, signedInAt, how } = request.operator ?? callerOf(request)
    const identity = request.operator ? ({ role: 'operator' } as const) : identityOf(callerOf(request))
    const view: SessionView = {
      ...identity,
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

const identityOf = ({ country, role, unit }: VerifiedActor) => ({ country, role, ...(unit ? { unit } : {}) })
