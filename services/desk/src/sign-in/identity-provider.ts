import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import * as oidc from 'openid-client'

/** What is kept between the way to the provider and the way back. */
export interface SignInTicket {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** The person has to prove who it is, whatever the provider remembers. */
  readonly again: boolean
  /** When it was begun. */
  readonly beganMs: number
}

export interface IdentityProvider {
  /** Where to send a browser that is at this origin. UNAVAILABLE where the provider does not answer. */
  addressFor(origin: string, ticket: SignInTicket): Promise<Result<URL, Refusal>>
  /** The claims of the ID token for the address to which the browser came back. */
  claimsFor(address: URL, ticket: SignInTicket): Promise<Result<Readonly<Record<string, unknown>>, Refusal>>
}

export interface IdentityProviderOptions extends Pick<ServiceContext, 'clock' | 'log'> {
  readonly issuerAt: (origin: string) => URL
  readonly clientId: string
  readonly clientSecret?: string | undefined
  /** Classes of authentication that somebody who proves it again is to prove it by. */
  readonly acrValues?: readonly string[] | undefined
  /** Where the provider is not reached by the network. */
  readonly fetch?: oidc.CustomFetch
}

const answersWithinSeconds = 10
/** Members' clocks may be off by this much, and providers' too. */
const clockSkewSeconds = 60
/** A provider moves its addresses rarely, and says so by keeping both for a while. */
const knownForMs = 3_600_000
/** People that come back at once: each makes the desk ask the provider twice, and who sends them may be nobody. */
const atOnceMax = 64
/** Nobody works on what was proved longer ago than a session lasts. With it a provider has to tell when that was. */
const provedSecondsMax = 8 * 3600
const callback = '/auth/callback'

/** Speaks to an OpenID provider: authorization code, PKCE, state and nonce; the ID token is taken only with its signature. Tokens stay in here. */
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
  let atOnce = 0

  async function serverOf(issuer: URL): Promise<oidc.ServerMetadata> {
    const nowMs = clock.now().getTime()
    if (known?.issuer === issuer.href && Math.abs(nowMs - known.atMs) < knownForMs) return known.server
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
    // The engine's clock is the one that counts, here too.
    const skew = Math.round((clock.now().getTime() - Date.now()) / 1000)
    const metadata = { [oidc.clockSkew]: skew, [oidc.clockTolerance]: clockSkewSeconds }
    const configuration = new oidc.Configuration(server, clientId, metadata, authenticationAt(server, clientSecret))
    configuration.timeout = answersWithinSeconds
    if (fetch) configuration[oidc.customFetch] = fetch
    if (issuer.protocol === 'http:') oidc.allowInsecureRequests(configuration)
    oidc.enableNonRepudiationChecks(configuration)
    return configuration
  }

  async function withRoom<T>(work: () => Promise<T>): Promise<Result<T, Refusal>> {
    if (atOnce >= atOnceMax) return refused({ code: 'UNAVAILABLE', message: 'many people are signing in: try again in a moment' })
    atOnce++
    try {
      return accepted(await work())
    } catch (error) {
      const { code, cause } = error as { code?: string; cause?: unknown }
      // No token stands in a code or a message; in causes and bodies one may.
      log.warn({ code, reason: (error as Error).message, because: (cause as Error | undefined)?.message }, 'a sign-in failed')
      return refused(refusalOf(error))
    } finally {
      atOnce--
    }
  }

  return {
    addressFor: (origin, { state, nonce, verifier, again }) =>
      withRoom(async () =>
        oidc.buildAuthorizationUrl(await configurationAt(origin), {
          redirect_uri: `${origin}${callback}`,
          scope: 'openid',
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          max_age: String(again ? 0 : provedSecondsMax),
          ...(again ? { prompt: 'login' } : {}),
          ...(again && acrValues ? { acr_values: acrValues.join(' ') } : {}),
        }),
      ),
    claimsFor: (address, { state, nonce, verifier, again, beganMs }) =>
      withRoom(async () => {
        const sinceBegunSeconds = Math.max(0, Math.ceil((clock.now().getTime() - beganMs) / 1000))
        const tokens = await oidc.authorizationCodeGrant(await configurationAt(address.origin), address, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          // Who was asked to prove it again has to have done so since.
          maxAge: again ? sinceBegunSeconds : provedSecondsMax,
          idTokenExpected: true,
        })
        return { ...tokens.claims() }
      }),
  }
}

/** By what the provider says that it takes, else as the standard has it. */
function authenticationAt(server: oidc.ServerMetadata, secret: string | undefined): oidc.ClientAuth {
  if (secret === undefined) return oidc.None()
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return ways.includes('client_secret_basic') ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret)
}

function refusalOf(error: unknown): Refusal {
  const { code } = error as { code?: string }
  if (error instanceof oidc.AuthorizationResponseError)
    return { code: 'UNAUTHENTICATED', message: 'the provider did not sign you in: begin again, or ask who runs it' }
  // No answer, or one that is none.
  if (code === undefined || ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(code))
    return { code: 'UNAVAILABLE', message: 'the provider at which people sign in does not answer as it should: try again in a moment' }
  return {
    code: 'UNAUTHENTICATED',
    message: 'what the provider said of you can not be taken: begin again, and tell who runs the desk if it comes back',
  }
}
