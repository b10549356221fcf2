import { type Clock, systemClock } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import { shiftMs } from './claims/session-of-claims.ts'
import { developmentClientId, developmentIssuerAt, serveDevelopmentProvider } from './development/development-provider.ts'
import { fetchInProcess } from './development/fetch-in-process.ts'
import { getSession } from './get-session.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { readSignInSettings } from './settings.ts'
import { signIn } from './sign-in.ts'

/** The way there and back takes a person's time, also at an engine that lives in a story, whose clock leaps. */
const clockOfPeople = (clock: Clock): Clock => (clock.steadyMs ? clock : systemClock)

/** Lets people sign in at this desk: at the provider that is configured, or in development at one of its own. Throws what is missing. At its own a session may last longer than a shift. */
export function offerSignIn(context: ServiceContext, sessionMsMax = shiftMs): void {
  const { http, config, log } = context
  const way = { ...context, clock: clockOfPeople(context.clock) }
  const { provider, claims } = readSignInSettings(config)
  getSession(context, provider === undefined)
  if (provider) {
    const { issuer, clientId, clientSecret } = provider
    const { HOLDFAST_OIDC_TWO_PERSONS_ACR: acrValues } = config
    signIn(
      context,
      createIdentityProvider({ ...way, issuerAt: () => issuer, clientId, clientSecret, acrValues }),
      claims,
      shiftMs,
      way.clock,
    )
    return
  }
  log.warn(
    'anybody can sign in at this desk as anybody: set HOLDFAST_ENV=production and HOLDFAST_OIDC_ISSUER where it is not for development',
  )
  serveDevelopmentProvider(way, claims)
  signIn(
    context,
    createIdentityProvider({ ...way, issuerAt: developmentIssuerAt, clientId: developmentClientId, fetch: fetchInProcess(http) }),
    claims,
    sessionMsMax,
    way.clock,
  )
}
