import { type Client, createClient, EngineUnreachableError, type ProblemDetails, RefusedError } from '@holdfast/client'
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

/** Who speaks, and to which engine. */
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
    .option('--member <country>', 'speak for this member, such as SG, by HOLDFAST_KEY or a development key', parseCountry)
    .addOption(new Option('--role <role>', 'as whom').choices(memberRoles).default('officer'))
    .option('--person <name>', 'who it is; two-person rules tell people apart by it', parsePerson, 'cli')

/** The options of every command that talks to an engine. */
export const withConnection = (command: Command): Command =>
  withMember(command.option('--url <url>', 'where the engine listens (default: HOLDFAST_URL, else http://127.0.0.1:8080)')).option(
    '--dpop',
    'bind the token to a key that is made for this command, and prove with each request that it is held',
  )

/** What stands for the caller: the member's own token, or the development token that is made when needed. */
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
  if (dpop) throw new Failure('a token that is made is bound to its sender, and none that is given: name a member, such as --member SG')
  if (settings.token) return settings.token
  throw new Failure(
    `no token: set HOLDFAST_TOKEN, or name a member, such as --member SG, to use HOLDFAST_KEY or the development keys in ${settings.dataDir} (HOLDFAST_DATA)`,
  )
}

/** A client with a token of these options, or of the environment. Throws Failure where there is none, or the address is not one of an engine. */
export function connect(options: ConnectOptions, terminal: Terminal): Client {
  const url = options.url ?? terminal.settings.url
  const dpop = options.dpop ? createDpopKey() : undefined
  const token = tokenOf(options, terminal, dpop)
  try {
    return createClient({ url, token, dpop })
  } catch {
    throw new Failure(`${url} is not the address of an engine: it must be such as http://127.0.0.1:8080`)
  }
}

/** Runs what talks to an engine; an engine that is not there or refuses a stream is told in plain words. */
export async function talking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EngineUnreachableError) throw new Failure(`the engine can't be reached: ${error.message}`)
    if (error instanceof RefusedError) throw new Failure(describeRefusal(error.problem))
    throw error
  }
}

/** Where the reader of a refusal can do something about it at this terminal. */
const whatToDo: Readonly<Record<string, readonly string[]>> = {
  UNAUTHENTICATED: [
    'A token of --member is made with the development keys in HOLDFAST_DATA (.holdfast): it is taken by an engine that runs on the same ones, which the demo does not.',
  ],
  TOKEN_REUSED: ['Name the member and its private key, --member SG with HOLDFAST_KEY, and a token is made for each act.'],
  POSITION_UNKNOWN: [
    'Begin again, and pass over what you have already: "holdfast watch --from-start", or "holdfast alerts --after \'\'"; each fact has an id.',
  ],
}

/** A refusal for people: what, why, and every single problem with its place. */
export function describeRefusal({ code, title, detail, problems = [] }: ProblemDetails): string {
  const lines = problems.map(({ path, message }) => `  ${path || '/'}  ${message}`)
  return [`refused (${code}): ${detail || title}`, ...lines, ...(whatToDo[code] ?? [])].join('\n')
}

/** In capitals. Throws InvalidArgumentError. */
export function parseCountry(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase()
  throw new InvalidArgumentError('It must be an ISO 3166-1 alpha-2 code, such as SG.')
}

/** Throws InvalidArgumentError for what can't be the person of an actor. */
export function parsePerson(text: string): string {
  if (personSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('It must be 1 to 64 letters, digits or . _ @ -.')
}
