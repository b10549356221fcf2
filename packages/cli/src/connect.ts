import { type Client, createClient, EngineUnreachableError, type ProblemDetails, RefusedError } from '@holdfast/client'
import type { ApiTypes } from '@holdfast/schemas'
import { type MemberRole, memberRoles, personSchema } from '@holdfast/schemas'
import {
  actLifeMaxSeconds,
  createDpopKey,
  type DpopKey,
  developmentToken,
  privateKeySchema,
  readRegistry,
  signToken,
} from '@holdfast/trust'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { Failure, type Terminal } from './terminal.ts'

/** The principal, and the engine to connect to. */
export interface ConnectOptions {
  readonly url?: string
  readonly member?: string
  readonly role: MemberRole
  readonly person: string
  readonly dpop?: boolean
}

/** The options of a member's development token. */
export const withMember = (command: Command): Command =>
  command
    .option('--member <country>', 'act as this member, such as SG, with HOLDFAST_KEY or a development key', parseCountry)
    .addOption(new Option('--role <role>', 'as whom').choices(memberRoles).default('officer'))
    .option('--person <name>', 'the name of the person; dual approval needs two different names', parsePerson, 'cli')

/** The options of every command that talks to an engine. */
export const withConnection = (command: Command): Command =>
  withMember(command.option('--url <url>', 'address of the engine (default: HOLDFAST_URL, else http://127.0.0.1:8080)')).option(
    '--dpop',
    'bind the token to a new key, and prove possession with each request (DPoP)',
  )

/** The bearer token of the caller, or a function that makes a development token when it is needed. */
function tokenOf(options: ConnectOptions, { settings, now }: Terminal, dpop: DpopKey | undefined): string | (() => Promise<string>) {
  const { member: country, role, person } = options
  if (country) {
    const actor = { country, role, person }
    const bound = dpop && { jkt: dpop.thumbprint }
    const make = async () => {
      if (settings.keyFile === undefined) return developmentToken(settings.dataDir, { ...actor, bound, now: now() })
      const key = readRegistry(settings.keyFile, privateKeySchema)
      return signToken({ actor, key, kid: key.kid, ttlSeconds: actLifeMaxSeconds, now: now(), bound })
    }
    return () => make().catch(error => Promise.reject(new Failure(`no token for ${country}: ${(error as Error).message}`)))
  }
  if (dpop) throw new Failure('only a token that this command makes can be bound to its sender: name a member, such as --member SG')
  if (settings.token) return settings.token
  throw new Failure(
    `no token: set HOLDFAST_TOKEN, or name a member, such as --member SG, to use HOLDFAST_KEY or the development keys in ${settings.dataDir} (HOLDFAST_DATA)`,
  )
}

/**
 * Returns a client with a token of these options, or of the environment. Throws Failure if there is none, or the
 * address is invalid.
 */
export function connect<T extends ApiTypes = ApiTypes>(options: ConnectOptions, terminal: Terminal): Client<T> {
  const url = options.url ?? terminal.settings.url
  const dpop = options.dpop ? createDpopKey() : undefined
  const token = tokenOf(options, terminal, dpop)
  try {
    return createClient<T>({ url, token, dpop })
  } catch {
    throw new Failure(`${url} is not a valid address. Use a form such as http://127.0.0.1:8080`)
  }
}

/** Runs a call to the engine. Reports an unreachable engine or a refused stream as a Failure. */
export async function talking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EngineUnreachableError) throw new Failure(`the engine is unreachable: ${error.message}`)
    if (error instanceof RefusedError) throw new Failure(describeRefusal(error.problem))
    throw error
  }
}

/** Refusals that the user can resolve at this terminal. */
const whatToDo: Readonly<Record<string, readonly string[]>> = {
  UNAUTHENTICATED: [
    '--member signs with the development keys in HOLDFAST_DATA (.holdfast). Only an engine with the same keys accepts the token; the demo has other keys.',
  ],
  TOKEN_REUSED: ['A token is good for one act. Use --member SG with HOLDFAST_KEY to make a new token for each act.'],
  POSITION_UNKNOWN: [
    'Read again from the start: "holdfast watch --from-start", or "holdfast alerts --after \'\'". Skip the facts whose ids you have.',
  ],
}

/** A refusal for people: its code, its reason, and each problem with its JSON pointer. */
export function describeRefusal({ code, title, detail, problems = [] }: ProblemDetails): string {
  const lines = problems.map(({ path, message }) => `  ${path || '/'}  ${message}`)
  return [`refused (${code}): ${detail || title}`, ...lines, ...(whatToDo[code] ?? [])].join('\n')
}

/** Returns the code in capitals. Throws InvalidArgumentError. */
export function parseCountry(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase()
  throw new InvalidArgumentError('It must be an ISO 3166-1 alpha-2 code, such as SG.')
}

/** Throws InvalidArgumentError for a name that cannot be the person of an actor. */
export function parsePerson(text: string): string {
  if (personSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits or . _ @ -.')
}
