import { writeFileSync } from 'node:fs'
import { jsonLine } from '@holdfast/schemas'
import { makeKey } from '@holdfast/trust'
import { Command, InvalidArgumentError } from 'commander'
import { parseCountry } from './connect.ts'
import { Failure, type Terminal } from './terminal.ts'

interface KeygenOptions {
  readonly member?: string
  readonly operator?: boolean
  readonly kid?: string
  readonly out?: string
}

const after = `
Writes the private key (a JWK) to a file that only its owner reads, and prints the public part: for a member the entry of the registry (HOLDFAST_MEMBERS), to be
sent to who keeps it; for an operator the key for the file of HOLDFAST_OPERATORS. A file that is there is never written over.

Examples:
  holdfast keygen --member SG > sg-entry.json                     writes sg-2026-11-25.private.jwk
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  holdfast keygen --operator --kid night-shift
`

/** `holdfast keygen`: makes the key of a member, or of who runs the engine. */
export const keygenCommand = (terminal: Terminal): Command =>
  new Command('keygen')
    .description("make a member's key and its entry of the registry; needs no engine")
    .option('--member <country>', 'whose key it is, such as SG', parseCountry)
    .option('--operator', 'of who runs the engine')
    .option('--kid <name>', 'its name, 1 to 64 letters, digits or . _ - (default: country and date)', parseKid)
    .option('--out <file>', 'where the private key goes (default: KID.private.jwk)')
    .addHelpText('after', after)
    .action(async ({ member, operator, kid: given, out }: KeygenOptions) => {
      if ((member === undefined) === (operator === undefined)) throw new Failure('say whose key it is: --member SG, or --operator')
      const kid = given ?? `${member?.toLowerCase() ?? 'operator'}-${terminal.now().toISOString().slice(0, 10)}`
      const { privateKey, publicKey } = makeKey(kid)
      const keys = { keys: [publicKey] }
      const file = out ?? `${kid}.private.jwk`
      writePrivately(file, jsonLine(privateKey, 2))
      terminal.tell(`The private key is in ${file}: whoever has it speaks for ${member ?? 'the operators'}.`)
      await terminal.write(jsonLine(member === undefined ? keys : { country: member, name: nameOf(member), keys }, 2))
    })

const nameOf = (country: string): string => new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country

function writePrivately(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Failure(
      code === 'EEXIST'
        ? `${file} is there already and is left as it is: choose another --kid or --out`
        : `${file} can't be written: ${message}`,
    )
  }
}

function parseKid(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits or . _ -.')
}
