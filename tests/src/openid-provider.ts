import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** The behaviour of the provider. A test changes it between two sign-ins. */
export interface ProviderBehaviour {
  claims: Record<string, unknown>
  /** When the person last authenticated at the provider. Default: now, as if asked each time. */
  provedAt?: Date
  /** Signs with a key that is missing from the published key set. */
  foreignKey?: boolean
  nonce?: string
  /** Denies every sign-in. */
  denies?: boolean
}

export interface OpenidProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  behaviour: ProviderBehaviour
  /** The queries of the browsers that were sent here. */
  readonly asked: URLSearchParams[]
  stop(): Promise<void>
}

/**
 * A small OpenID provider on a port of its own that signs in without typing.
 * Unlike the desk's own it uses RS256 and a client with a secret.
 */
export async function startOpenidProvider(): Promise<OpenidProvider> {
  const [ours, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const clientId = 'holdfast desk'
  const clientSecret = 'a secret/of the desk'
  const codes = new Map<string, URLSearchParams>()
  const asked: URLSearchParams[] = []
  let issuer = ''

  const credentials = `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`

  function authorize(query: URLSearchParams): string {
    asked.push(query)
    const back = new URL(query.get('redirect_uri') ?? '')
    const code = String(asked.length)
    codes.set(code, query)
    const answer = provider.behaviour.denies ? { error: 'access_denied' } : { code }
    back.search = new URLSearchParams({ ...answer, state: query.get('state') ?? '', iss: issuer }).toString()
    return back.href
  }

  async function token(request: IncomingMessage): Promise<[number, unknown]> {
    const body = new URLSearchParams(await text(request))
    const query = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    if (!query || request.headers.authorization !== credentials || !body.get('code_verifier')) return [400, { error: 'invalid_grant' }]
    const { claims, provedAt = new Date(), foreignKey, nonce = query.get('nonce') } = provider.behaviour
    const now = Math.floor(Date.now() / 1000)
    const id_token = await new SignJWT({ nonce, auth_time: Math.floor(provedAt.getTime() / 1000), ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .sign(foreignKey ? foreign.privateKey : ours.privateKey)
    return [200, { access_token: 'unused', token_type: 'Bearer', id_token }]
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (pathname === '/authorize') return response.writeHead(302, { location: authorize(searchParams) }).end()
    const [status, answer] =
      pathname === '/token'
        ? await token(request)
        : pathname === '/keys'
          ? [200, { keys: [jwk] }]
          : [
              200,
              {
                issuer,
                authorization_endpoint: `${issuer}/authorize`,
                token_endpoint: `${issuer}/token`,
                jwks_uri: `${issuer}/keys`,
                response_types_supported: ['code'],
                id_token_signing_alg_values_supported: ['RS256'],
                authorization_response_iss_parameter_supported: true,
              },
            ]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the provider has no address')
  issuer = `http://127.0.0.1:${address.port}`
  const provider: OpenidProvider = {
    issuer,
    clientId,
    clientSecret,
    asked,
    behaviour: { claims: {} },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return provider
}

/** The encoding of RFC 6749, 2.3.1 for both parts of HTTP Basic. */
const formEncoded = (part: string): string => new URLSearchParams({ '': part }).toString().slice(1)
