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
Made with a private key as "holdfast keygen" writes it, of a member also that of HOLDFAST_KEY, or without either with the development keys that an engine made on its first start.
A token is for one act, or for as much reading as one likes while it lives; HOLDFAST_KEY makes commands sign one for each act.
Bound to a key (--dpop) it counts with a proof that this key is held, one for each request: --for makes it, and prints both headers for curl. Bound to a certificate (--cert) it
counts on connections that are made with that.

Examples:
  holdfast token --member SG --role officer
  holdfast token --member SG --ttl 3600                           to read for an hour
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  holdfast keygen --dpop --kid sender                             a key that tokens are bound to: sender.private.jwk
  holdfast token --member SG --dpop sender.private.jwk --for "GET $URL/v1/requests" | curl -H @- "$URL/v1/requests"
  holdfast token --member SG --cert sender.pem
  export HOLDFAST_TOKEN=$(holdfast token --member TL --person j.alves)
  export HOLDFAST_OPERATOR_TOKEN=$(holdfast token --operator --person night --key operator-2026-11-25.private.jwk)
`

/** `holdfast token`: a bearer token, for curl and the desk. */
export const tokenCommand = (terminal: Terminal): Command =>
  withMember(new Command('token'))
    .description('print a bearer token')
    .option('--operator', 'of who runs the engine, instead of a member')
    .option('--key <file>', 'sign with this private key (JWK) instead of HOLDFAST_KEY or a development key')
    .option(
      '--ttl <seconds>',
      'how long it lives: to act ten minutes at most, to read an hour',
      ttlUpTo(tokenLifeMaxSeconds),
      actLifeMaxSeconds,
    )
    .option('--dpop <file>', 'bind it to this private key (JWK) of who sends it (RFC 9449)')
    .option(
      '--for <request>',
      'with --dpop: print the headers of this one request, such as "GET http://127.0.0.1:8080/v1/requests"',
      parseRequest,
    )
    .option('--cert <file>', 'bind it to this certificate (PEM) of who sends it (RFC 8705)')
    .option('--json', 'print token and end as JSON')
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
  if (request && file === undefined) throw new Error('say by which key the request is proved, such as --dpop sender.private.jwk')
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
  // HOLDFAST_KEY is a member's.
  const keyFile = file ?? (operator ? undefined : settings.keyFile)
  const key: PrivateKeyJwk | undefined = keyFile === undefined ? undefined : readRegistry(keyFile, privateKeySchema)
  if (operator && bound) throw new Error('a bound token is made of a member, and none of an operator')
  if (operator) return key ? signOperatorToken(key, person, ttl, now) : developmentOperatorToken(settings.dataDir, person, ttl, now)
  if (!country) throw new Error('say for which member, such as --member SG')
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
