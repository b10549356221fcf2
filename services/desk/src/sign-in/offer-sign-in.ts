import { type Clock, systemClock } from '@holdfast/runtime'
import type { ServiceContext } from '@holdfast/service-kit'
import { shiftMs } from './claims/session-of-claims.ts'
import { developmentClientId, developmentIssuerAt, serveDevelopmentProvider } from './development/development-provider.ts'
import { fetchInProcess } from './development/fetch-in-process.ts'
import { getSession } from './get-session.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { readSignInSettings } from './settings.ts'
import { signIn } from './sign-in.ts'

/** A sign-in takes a person real time, also at an engine in demonstration mode whose clock jumps. */
const clockOfPeople = (clock: Clock): Clock => (clock.steadyMs ? clock : systemClock)

/**
 * Offers sign-in at the configured provider, or in development at the desk's own. Throws an error that lists missing
 * settings. Sessions of the development provider may be longer than a shift.
 */
export function offerSignIn(context: ServiceContext, sessionMsMax = shiftMs): void {
  const { http, config, log } = context
  const signInContext = { ...context, clock: clockOfPeople(context.clock) }
  const { provider, claims } = readSignInSettings(config)
  getSession(context, provider === undefined)
  if (provider) {
    const { issuer, clientId, clientSecret } = provider
    const { HOLDFAST_OIDC_DUAL_APPROVAL_ACR: acrValues } = config
    signIn(
      context,
      createIdentityProvider({ ...signInContext, issuerAt: () => issuer, clientId, clientSecret, acrValues }),
      claims,
      shiftMs,
      signInContext.clock,
    )
    return
  }
  log.warn('Any person can sign in at this desk as any other. Outside development, set HOLDFAST_ENV=production and HOLDFAST_OIDC_ISSUER')
  serveDevelopmentProvider(signInContext, claims)
  signIn(
    context,
    createIdentityProvider({ ...signInContext, issuerAt: developmentIssuerAt, clientId: developmentClientId, fetch: fetchInProcess(http) }),
    claims,
    sessionMsMax,
    signInContext.clock,
  )
}
