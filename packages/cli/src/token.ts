import { jsonLine, type MemberRole } from '@holdfast/schemas'
import {
  actLifeMaxSeconds,
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
import { withMember } from './connect.ts'
import { Failure, type Terminal } from './terminal.ts'

interface TokenOptions {
  readonly member?: string
  readonly operator?: boolean
  readonly role: MemberRole
  readonly person: string
  readonly key?: string
  readonly ttl: number
  readonly json?: boolean
}

const after = `
Made with a private key as "holdfast keygen" writes it, or without --key with the development keys that an engine made on its first start.
A token is for one act, or for as much reading as one likes while it lives; HOLDFAST_KEY makes commands sign one for each act.

Examples:
  holdfast token --member SG --role officer
  holdfast token --member SG --ttl 3600                           to read for an hour
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  export HOLDFAST_TOKEN=$(holdfast token --member TL --person j.alves)
  export HOLDFAST_OPERATOR_TOKEN=$(holdfast token --operator --person night --key operator-2026-11-25.private.jwk)
`

/** `holdfast token`: a bearer token, for curl and the desk. */
export const tokenCommand = (terminal: Terminal): Command =>
  withMember(new Command('token'))
    .description('print a bearer token')
    .option('--operator', 'of who runs the engine, instead of a member')
    .option('--key <file>', 'sign with this private key (JWK) instead of a development key')
    .option('--ttl <seconds>', 'how long it lives: to act ten minutes at most, to read an hour', parseTtl, actLifeMaxSeconds)
    .option('--json', 'print token and end as JSON')
    .addHelpText('after', after)
    .action(async (options: TokenOptions) => {
      const now = terminal.now()
      const token = await make(options, terminal, now).catch(error => Promise.reject(new Failure(`no token: ${(error as Error).message}`)))
      const expiresAt = new Date(now.getTime() + options.ttl * 1000).toISOString()
      await terminal.write(options.json ? jsonLine({ token, expiresAt }) : `${token}\n`)
    })

async function make({ member: country, operator, role, person, key: file, ttl }: TokenOptions, { settings }: Terminal, now: Date) {
  const key: PrivateKeyJwk | undefined = file === undefined ? undefined : readRegistry(file, privateKeySchema)
  if (operator) return key ? signOperatorToken(key, person, ttl, now) : developmentOperatorToken(settings.dataDir, person, ttl, now)
  if (!country) throw new Error('say for which member, such as --member SG')
  const actor = { country, role, person }
  return key
    ? signToken({ actor, key, kid: key.kid, ttlSeconds: ttl, now })
    : developmentToken(settings.dataDir, { ...actor, ttlSeconds: ttl, now })
}

function parseTtl(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= tokenLifeMaxSeconds) return seconds
  throw new InvalidArgumentError(`It must be 1 to ${tokenLifeMaxSeconds}.`)
}
