import { hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { jsonLine, type MemberRole } from '@holdfast/schemas'
import {
  actLifeMaxSeconds,
  type Confirmation,
  createDpopKey,
  developmentOperatorToken,
  developmentToken,
  type PrivateKeyJwk,
  privateKeySchema,
  readRegistry,
  signOperatorToken,
  signToken,
  tokenLifeMaxSeconds,
} from '@holdfast/trust'
import { Command, InvalidArgumentError } from 'commander'
import { withMember } from '../connect.ts'
import { ttlUpTo } from '../parse-ttl.ts'
import { Failure, type Terminal } from '../terminal.ts'

interface TokenOptions {
  readonly member?: string
  readonly operator?: boolean
  readonly role: MemberRole
  readonly person: string
  readonly key?: string
  readonly ttl: number
  readonly dpop?: string
  readonly for?: ProvedRequest
  readonly cert?: string
  readonly json?: boolean
}

interface ProvedRequest {
  readonly method: string
  readonly url: string
}

const after = `
Signs with a private key of "holdfast keygen", for a member also with HOLDFAST_KEY, or else with the development keys that an engine made on its first start.
A token is good for one act, or for any number of reads until it expires. With HOLDFAST_KEY, commands sign a new token for each act.
A token that is bound to a key (--dpop) needs a proof of possession with each request: --for makes it, and prints both headers for curl. A token that is bound to
a certificate (--cert) is valid only on connections that use this certificate.

Examples:
  holdfast token --member SG --role officer
  holdfast token --member SG --ttl 3600                           for an hour of reading
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  holdfast keygen --dpop --kid sender                             a key that tokens are bound to: sender.private.jwk
  holdfast token --member SG --dpop sender.private.jwk --for "GET $URL/v1/requests" | curl -H @- "$URL/v1/requests"
  holdfast token --member SG --cert sender.pem
  export HOLDFAST_TOKEN=$(holdfast token --member TL --person j.alves)
  export HOLDFAST_OPERATOR_TOKEN=$(holdfast token --operator --person night --key operator-2026-11-25.private.jwk)
`

/** `holdfast token`: prints a bearer token, for curl and the desk. */
export const tokenCommand = (terminal: Terminal): Command =>
  withMember(new Command('token'))
    .description('print a bearer token')
    .option('--operator', 'of an operator, instead of a member')
    .option('--key <file>', 'sign with this private key (JWK) instead of HOLDFAST_KEY or a development key')
    .option('--ttl <seconds>', 'lifetime: at most ten minutes to act, or an hour to read', ttlUpTo(tokenLifeMaxSeconds), actLifeMaxSeconds)
    .option('--dpop <file>', 'bind it to this private key (JWK) of the sender (RFC 9449)')
    .option(
      '--for <request>',
      'with --dpop: print the headers of this one request, such as "GET http://127.0.0.1:8080/v1/requests"',
      parseRequest,
    )
    .option('--cert <file>', 'bind it to this certificate (PEM) of the sender (RFC 8705)')
    .option('--json', 'print the token and its expiry as JSON')
    .addHelpText('after', after)
    .action(async (options: TokenOptions) => {
      const now = terminal.now()
      const { token, proof } = await make(options, terminal, now).catch(error =>
        Promise.reject(new Failure(`no token: ${(error as Error).message}`)),
      )
      const expiresAt = new Date(now.getTime() + options.ttl * 1000).toISOString()
      if (options.json) return terminal.write(jsonLine({ token, ...(proof ? { proof } : {}), expiresAt }))
      await terminal.write(proof ? `Authorization: DPoP ${token}\nDPoP: ${proof}\n` : `${token}\n`)
    })

async function make(options: TokenOptions, terminal: Terminal, now: Date): Promise<{ token: string; proof?: string }> {
  const { dpop: file, for: request, cert } = options
  if (request && file === undefined) throw new Error('--for needs the key of the sender, such as --dpop sender.private.jwk')
  const sender = file === undefined ? undefined : createDpopKey(readRegistry(file, privateKeySchema))
  const bound: Confirmation = {
    ...(sender ? { jkt: sender.thumbprint } : {}),
    ...(cert === undefined ? {} : { 'x5t#S256': hash('sha256', new X509Certificate(readFileSync(cert)).raw, 'base64url') }),
  }
  const token = await sign(options, Object.keys(bound).length > 0 ? bound : undefined, terminal, now)
  return { token, ...(sender && request ? { proof: sender.prove({ ...request, token, now }) } : {}) }
}

function sign(
  { member: country, operator, role, person, key: file, ttl }: TokenOptions,
  bound: Confirmation | undefined,
  { settings }: Terminal,
  now: Date,
): Promise<string> {
  // HOLDFAST_KEY is a key of a member.
  const keyFile = file ?? (operator ? undefined : settings.keyFile)
  const key: PrivateKeyJwk | undefined = keyFile === undefined ? undefined : readRegistry(keyFile, privateKeySchema)
  if (operator && bound) throw new Error('only tokens of members can be bound, not those of operators')
  if (operator) return key ? signOperatorToken(key, person, ttl, now) : developmentOperatorToken(settings.dataDir, person, ttl, now)
  if (!country) throw new Error('name the member, such as --member SG')
  const actor = { country, role, person }
  return key
    ? signToken({ actor, key, kid: key.kid, ttlSeconds: ttl, now, bound })
    : developmentToken(settings.dataDir, { ...actor, ttlSeconds: ttl, now, bound })
}

function parseRequest(text: string): ProvedRequest {
  const [method = '', url = ''] = text.split(' ')
  if (/^[A-Z]+$/.test(method) && URL.canParse(url)) return { method, url }
  throw new InvalidArgumentError('It must be a method and an address, such as "GET http://127.0.0.1:8080/v1/requests".')
}
