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
Writes the private key (a JWK) to a file that only its owner can read, and prints the public part: for a member, its entry for the registry (HOLDFAST_MEMBERS), to
send to the operator; for an operator, the key for the file of HOLDFAST_OPERATORS. It never overwrites a file.

With --person, the entry is for one person of the member (its "persons"); with --institution, for a bank (its "institutions"); with both, for a person of the bank
(the "persons" of that). An officer who takes part in dual approval needs such a key, or signs in.

Examples:
  holdfast keygen --member SG > sg-entry.json                     writes sg-2026-11-25.private.jwk
  holdfast token --member SG --role system --person ncb --key sg-2026-11-25.private.jwk
  holdfast keygen --member TL --person a.costa --role officer     writes tl-a.costa-2026-11-25.private.jwk
  holdfast token --member TL --role officer --person a.costa --key tl-a.costa-2026-11-25.private.jwk
  holdfast keygen --member TL --institution "Kamanasa Bank" --bic KMNSTLDL
  holdfast keygen --operator --kid night-shift
  holdfast keygen --member SG --bound dpop > sg-entry.json         its tokens must be bound to a key of the sender
  holdfast keygen --dpop --kid sender                              makes such a key, and prints its thumbprint
`

/** `holdfast keygen`: makes the key of a member, an operator or a sender. */
export const keygenCommand = (terminal: Terminal): Command =>
  new Command('keygen')
    .description('make a key and its entry in the registry, offline')
    .option('--member <country>', 'make the key of a member, such as SG', parseCountry)
    .option('--operator', 'make the key of an operator')
    .option('--dpop', 'make the key of a sender, to bind tokens to ("holdfast token --dpop"); not for a registry')
    .addOption(new Option('--bound <how>', 'set in the entry that tokens of its keys must be bound').choices(['dpop', 'mtls', 'no']))
    .option('--person <name>', 'of one person, identified by this key', parsePerson)
    .option('--role <role>', `the role of the person, repeatable: ${personRoles.join(', ')}`, collectRole, [])
    .option('--institution <name>', 'of a bank')
    .option('--bic <bic>', 'an office whose orders it receives, repeatable', collectBic, [])
    .option('--kid <name>', 'key id, 1 to 64 letters, digits or . _ - (default: country and date)', parseKid)
    .option('--out <file>', 'the file of the private key (default: KID.private.jwk)')
    .addHelpText('after', after)
    .action(async (options: KeygenOptions) => {
      const { member, operator, dpop, person, kid: given, out } = options
      if ([member, operator, dpop].filter(each => each !== undefined).length !== 1)
        throw new Failure('choose whose key to make: --member SG, --operator, or --dpop')
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
        `The private key is in ${file}. It ${dpop ? 'proves possession of the tokens that are bound to it' : `authenticates ${principalOf(options)}`}, so keep it secret.`,
      )
      await terminal.write(jsonLine(dpop ? { jkt: createDpopKey(privateKey).thumbprint } : entryOf(options, keys), 2))
    })

const personRoles = memberRoles.filter(role => role !== 'system' && role !== 'institution')

function problemOf({ operator, dpop, bound, person, role, institution, bic }: KeygenOptions): string | undefined {
  if ((operator || dpop) && (person ?? institution ?? bound) !== undefined)
    return '--person, --institution, --role, --bic and --bound are only for the key of a member'
  if (operator || dpop) return undefined
  if (institution !== undefined && person === undefined && bic.length === 0)
    return 'name the offices of the institution, such as --bic KMNSTLDL'
  if (institution !== undefined && role.length > 0) return 'an institution and its persons cannot have a --role'
  if (institution === undefined && person !== undefined && role.length === 0) return 'name the role of the person, such as --role officer'
  return undefined
}

const principalOf = ({ member, person, institution }: KeygenOptions): string =>
  [...(person ? [person] : []), ...(institution ? [institution] : []), member ?? 'the operators'].join(' of ')

/** The entry of the registry: a member, a person of it, an institution, or a person of an institution. */
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
        ? `${file} already exists and was not changed. Choose another --kid or --out`
        : `${file} cannot be written: ${message}`,
    )
  }
}

function parseKid(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits or . _ -.')
}
