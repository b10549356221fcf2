import { jsonLine, type MemberRole } from '@holdfast/schemas'
import { developmentToken, tokenLifeMaxSeconds } from '@holdfast/trust'
import { Command, InvalidArgumentError } from 'commander'
import { withMember } from './connect.ts'
import { Failure, type Terminal } from './terminal.ts'

interface TokenOptions {
  readonly member?: string
  readonly role: MemberRole
  readonly person: string
  readonly ttl: number
  readonly json?: boolean
}

const after = `
Made with the development keys that an engine made on its first start; a real member makes its tokens with its own key.

Examples:
  holdfast token --member SG --role officer
  export HOLDFAST_TOKEN=$(holdfast token --member TL --person j.alves)
`

/** `holdfast token`: a development token, for curl and the desk. */
export const tokenCommand = (terminal: Terminal): Command =>
  withMember(new Command('token'))
    .description('print a development token')
    .option('--ttl <seconds>', 'how long it lives, an hour at most', parseTtl, tokenLifeMaxSeconds)
    .option('--json', 'print token and end as JSON')
    .addHelpText('after', after)
    .action(async ({ member, role, person, ttl, json }: TokenOptions) => {
      if (!member) throw new Failure('say for which member, such as --member SG')
      const now = terminal.now()
      const token = await developmentToken(terminal.settings.dataDir, { country: member, role, person, ttlSeconds: ttl, now }).catch(
        error => Promise.reject(new Failure(`no token: ${(error as Error).message}`)),
      )
      const expiresAt = new Date(now.getTime() + ttl * 1000).toISOString()
      await terminal.write(json ? jsonLine({ token, expiresAt }) : `${token}\n`)
    })

function parseTtl(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= tokenLifeMaxSeconds) return seconds
  throw new InvalidArgumentError(`It must be 1 to ${tokenLifeMaxSeconds}.`)
}
