import { writeFileSync } from 'node:fs'
import { bicSchema, jsonLine, type MemberRole, memberRoles, personSchema } from '@holdfast/schemas'
import { type Bound, createDpopKey, makeKey } from '@holdfast/trust'
import { Command, InvalidArgumentError, Option } from 'commander'
import { parseCountry } from '../connect.ts'
import { Failure, type Terminal } from '../terminal.ts'

interface KeygenOptions {
  readonly member?: string
  readonly operator?: boolean
  readonly dpop?: boolean
  readonly bound?: Bound
  readonly person?: string
  readonly role: readonly MemberRole[]
  readonly institution?: string
  readonly bic: readonly string[]
  readonly kid?: string
  readonly out?: string
}

const after = `
Writes the private key (a JWK) to a file that only its owner reads, and prints the public part: for a member the entry of the registry (HOLDFAST_MEMBERS), to be
sent to who keeps it; for an operator the key for the file of HOLDFAST_OPERATORS. A file that is there is never written over.

With --person it is the entry of one person of the member, for its "persons"; with --institution that of a bank, for its "institutions"; with both that of a person of
a bank, for the "persons" of it. Who acts as one of two persons needs such a key, or signs in.

Examples:
  holdfast keygen --member SG > sg-entry.json                     writes sg-2026-11-25.private.jwk
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  holdfast keygen --member TL --person a.costa --role officer     writes tl-a.costa-2026-11-25.private.jwk
  holdfast token --member TL --role officer --person a.costa --key tl-a.costa-2026-11-25.private.jwk
  holdfast keygen --member TL --institution "Kamanasa Bank" --bic KMNSTLDL
  holdfast keygen --operator --kid night-shift
  holdfast keygen --member SG --bound dpop > sg-entry.json         whose tokens have to be bound to a key of who sends them
  holdfast keygen --dpop --kid sender                              which makes such a key, and prints its thumbprint
`

/** `holdfast keygen`: makes the key of a member, or of who runs the engine. */
export const keygenCommand = (terminal: Terminal): Command =>
  new Command('keygen')
    .description("make a member's key and its entry of the registry; needs no engine")
    .option('--member <country>', 'whose key it is, such as SG', parseCountry)
    .option('--operator', 'of who runs the engine')
    .option('--dpop', 'of who sends tokens that are bound to it ("holdfast token --dpop"); it has no place in a registry')
    .addOption(new Option('--bound <how>', 'in the entry: tokens of its keys have to be bound').choices(['dpop', 'mtls', 'no']))
    .option('--person <name>', 'of one person, who is nobody else with it', parsePerson)
    .option('--role <role>', `in which role the person acts, more than once for several: ${personRoles.join(', ')}`, collectRole, [])
    .option('--institution <name>', 'of a bank')
    .option('--bic <bic>', 'an office whose orders are its own, more than once for several', collectBic, [])
    .option('--kid <name>', 'its name, 1 to 64 letters, digits or . _ - (default: country and date)', parseKid)
    .option('--out <file>', 'where the private key goes (default: KID.private.jwk)')
    .addHelpText('after', after)
    .action(async (options: KeygenOptions) => {
      const { member, operator, dpop, person, kid: given, out } = options
      if ([member, operator, dpop].filter(each => each !== undefined).length !== 1)
        throw new Failure('say whose key it is: --member SG, --operator, or --dpop of who sends')
      const problem = problemOf(options)
      if (problem) throw new Failure(problem)
      const whose = [
        member?.toLowerCase() ?? (dpop ? 'sender' : 'operator'),
        ...(options.bic[0] ? [options.bic[0].toLowerCase()] : []),
        ...(person ? [person] : []),
      ]
      const kid = given ?? `${whose.join('-').replaceAll('@', '.').slice(0, 53)}-${terminal.now().toISOString().slice(0, 10)}`
      const { privateKey, publicKey } = makeKey(kid)
      const keys = { keys: [publicKey] }
      const file = out ?? `${kid}.private.jwk`
      writePrivately(file, jsonLine(privateKey, 2))
      terminal.tell(
        `The private key is in ${file}: whoever has it ${dpop ? 'proves that it holds tokens which are bound to it' : `speaks for ${speaksFor(options)}`}.`,
      )
      await terminal.write(jsonLine(dpop ? { jkt: createDpopKey(privateKey).thumbprint } : entryOf(options, keys), 2))
    })

const personRoles = memberRoles.filter(role => role !== 'system' && role !== 'institution')

function problemOf({ operator, dpop, bound, person, role, institution, bic }: KeygenOptions): string | undefined {
  if ((operator || dpop) && (person ?? institution ?? bound) !== undefined)
    return 'an operator, or a key of who sends, is no person and no institution of a member, and has no entry that could be bound'
  if (operator || dpop) return undefined
  if (institution !== undefined && person === undefined && bic.length === 0) return 'say whose orders are its own, such as --bic KMNSTLDL'
  if (institution !== undefined && role.length > 0) return 'an institution and its persons have no other role'
  if (institution === undefined && person !== undefined && role.length === 0)
    return 'say in which role the person acts, such as --role officer'
  return undefined
}

const speaksFor = ({ member, person, institution }: KeygenOptions): string =>
  [...(person ? [person] : []), ...(institution ? [institution] : []), member ?? 'the operators'].join(' of ')

/** What goes into the registry: a member, a person of it, an institution, or a person of that. */
function entryOf({ member, person, role, institution, bic, bound }: KeygenOptions, keySet: object): object {
  if (member === undefined) return keySet
  const ofAll = { ...(bound === undefined ? {} : { bound }), keys: keySet }
  if (person !== undefined) return { person, ...(institution === undefined ? { roles: role } : {}), ...ofAll }
  return institution === undefined ? { country: member, name: nameOf(member), ...ofAll } : { name: institution, bics: bic, ...ofAll }
}

function parsePerson(text: string): string {
  const parsed = personSchema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message}.`)
}

function collectRole(text: string, before: readonly MemberRole[]): readonly MemberRole[] {
  const role = personRoles.find(known => known === text)
  if (role) return [...before, role]
  throw new InvalidArgumentError(`It must be one of ${personRoles.join(', ')}.`)
}

function collectBic(text: string, before: readonly string[]): readonly string[] {
  const parsed = bicSchema.safeParse(text)
  if (parsed.success) return [...before, parsed.data]
  throw new InvalidArgumentError(`It ${parsed.error.issues[0]?.message}.`)
}

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
