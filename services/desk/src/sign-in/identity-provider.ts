import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import * as oidc from 'openid-client'

/** State of a sign-in between the redirect to the provider and the callback. */
export interface SignInTicket {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** The person must authenticate again, even with a session at the provider. */
  readonly again: boolean
  /** Start of the sign-in. */
  readonly beganMs: number
}

export interface IdentityProvider {
  /** The address at the provider for a browser at this origin. UNAVAILABLE if the provider does not answer. */
  addressFor(origin: string, ticket: SignInTicket): Promise<Result<URL, Refusal>>
  /** The claims of the ID token for the callback address. */
  claimsFor(address: URL, ticket: SignInTicket): Promise<Result<Readonly<Record<string, unknown>>, Refusal>>
}

export interface IdentityProviderOptions extends Pick<ServiceContext, 'clock' | 'log'> {
  readonly issuerAt: (origin: string) => URL
  readonly clientId: string
  readonly clientSecret?: string | undefined
  /** Authentication context classes that are required when a person authenticates again. */
  readonly acrValues?: readonly string[] | undefined
  /** For a provider that is not reached over the network. */
  readonly fetch?: oidc.CustomFetch
}

const answersWithinSeconds = 10
/** Tolerated clock difference of members and providers. */
const clockSkewSeconds = 60
/** A provider rarely changes its addresses, and then keeps the old ones for a while. */
const metadataMaxAgeMs = 3_600_000
/** Concurrent callbacks: each makes the desk call the provider twice, and any client can send them. */
const concurrentMax = 64
/** Authentication must not be older than a session lasts. With max_age a provider must return auth_time. */
const authAgeSecondsMax = 8 * 3600
const callback = '/auth/callback'

/**
 * Client of an OpenID provider: authorization code, PKCE, state and nonce. Accepts an ID token only with a valid
 * signature, and keeps all tokens inside.
 */
export function createIdentityProvider({
  clock,
  log,
  issuerAt,
  clientId,
  clientSecret,
  acrValues,
  fetch,
}: IdentityProviderOptions): IdentityProvider {
  let known: { readonly issuer: string; readonly server: oidc.ServerMetadata; readonly atMs: number } | undefined
  let concurrent = 0

  async function serverOf(issuer: URL): Promise<oidc.ServerMetadata> {
    const nowMs = clock.now().getTime()
    if (known?.issuer === issuer.href && Math.abs(nowMs - known.atMs) < metadataMaxAgeMs) return known.server
    const found = await oidc.discovery(issuer, clientId, undefined, undefined, {
      timeout: answersWithinSeconds,
      execute: issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
      ...(fetch ? { [oidc.customFetch]: fetch } : {}),
    })
    const server = found.serverMetadata()
    known = { issuer: issuer.href, server, atMs: nowMs }
    return server
  }

  async function configurationAt(origin: string): Promise<oidc.Configuration> {
    const issuer = issuerAt(origin)
    const server = await serverOf(issuer)
    // The engine's clock decides here too.
    const skew = Math.round((clock.now().getTime() - Date.now()) / 1000)
    const metadata = { [oidc.clockSkew]: skew, [oidc.clockTolerance]: clockSkewSeconds }
    const configuration = new oidc.Configuration(server, clientId, metadata, authenticationAt(server, clientSecret))
    configuration.timeout = answersWithinSeconds
    if (fetch) configuration[oidc.customFetch] = fetch
    if (issuer.protocol === 'http:') oidc.allowInsecureRequests(configuration)
    oidc.enableNonRepudiationChecks(configuration)
    return configuration
  }

  async function limited<T>(work: () => Promise<T>): Promise<Result<T, Refusal>> {
    if (concurrent >= concurrentMax)
      return refused({ code: 'UNAVAILABLE', message: 'Too many people are signing in. Try again in a moment.' })
    concurrent++
    try {
      return accepted(await work())
    } catch (error) {
      const { code, cause } = error as { code?: string; cause?: unknown }
      // Codes and messages contain no token; causes and bodies may.
      log.warn({ code, reason: (error as Error).message, because: (cause as Error | undefined)?.message }, 'Sign-in failed')
      return refused(refusalOf(error))
    } finally {
      concurrent--
    }
  }

  return {
    addressFor: (origin, { state, nonce, verifier, again }) =>
      limited(async () =>
        oidc.buildAuthorizationUrl(await configurationAt(origin), {
          redirect_uri: `${origin}${callback}`,
          scope: 'openid',
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          max_age: String(again ? 0 : authAgeSecondsMax),
          ...(again ? { prompt: 'login' } : {}),
          ...(again && acrValues ? { acr_values: acrValues.join(' ') } : {}),
        }),
      ),
    claimsFor: (address, { state, nonce, verifier, again, beganMs }) =>
      limited(async () => {
        const sinceBegunSeconds = Math.max(0, Math.ceil((clock.now().getTime() - beganMs) / 1000))
        const tokens = await oidc.authorizationCodeGrant(await configurationAt(address.origin), address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          // A person who had to authenticate again must have done so since the start of this sign-in.
          maxAge: again ? sinceBegunSeconds : authAgeSecondsMax,
          idTokenExpected: true,
        })
        return { ...tokens.claims() }
      }),
  }
}

/** Uses a method that the provider supports, else the standard's default. */
function authenticationAt(server: oidc.ServerMetadata, secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None()
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return ways.includes('client_secret_basic') ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret)
}

function refusalOf(error: unknown): Refusal {
  const { code } = error as { code?: string }
  if (error instanceof oidc.AuthorizationResponseError)
    return { code: 'UNAUTHENTICATED', message: 'The provider did not sign you in. Start again, or ask the administrator of the provider.' }
  // No answer, or not an OAuth answer.
  if (code === undefined || ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(code))
    return { code: 'UNAVAILABLE', message: 'The sign-in provider does not answer correctly. Try again in a moment.' }
  return {
    code: 'UNAUTHENTICATED',
    message: 'The answer of the provider is not valid. Start again. If this repeats, inform the operator of the desk.',
  }
}
