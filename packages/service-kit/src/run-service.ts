import { join } from 'node:path'
import { loadProfiles, type Profiles, readProfiles } from '@holdfast/profiles'
import {
  createOperatorVerifier,
  createTokenVerifier,
  type EngineSecret,
  ensureDevelopmentMembers,
  ensureDevelopmentOperator,
  ensureEngineSecret,
  loadMembers,
  loadOperators,
  readEngineSecret,
  type TokenVerifier,
} from '@holdfast/trust'
import type { FastifyInstance } from 'fastify'
import { type Clock, systemClock } from './clock.ts'
import { configSchemaWithPort, readConfig, redact, type ServiceConfig } from './config.ts'
import { createDrivers, type Drivers } from './drivers.ts'
import { createFairTurns } from './fair-turns.ts'
import type { Quotas } from './http/admit.ts'
import { createHttp } from './http/create-http.ts'
import { watchStorage } from './http/storage-watch.ts'
import { createLog, type Logger } from './log.ts'
import { problemsOfFiles } from './named-files.ts'
import { keepFilesPrivate } from './private-files.ts'

/** What every service is given. */
export interface ServiceContext extends Drivers {
  readonly clock: Clock
  readonly log: Logger
  readonly verify: TokenVerifier
  /** What ids of requests and places in streams are made from: the same for every service of an engine. */
  readonly secret: EngineSecret
  /** What is known of the countries, by the profile file that was named. */
  readonly profiles: Profiles
  readonly config: ServiceConfig
  readonly http: FastifyInstance
}

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

export interface ServiceDefinition {
  readonly name: string
  readonly defaultPort: number
  /** Throws what is wrong with the files that this service alone reads. */
  readonly checkFiles?: ((config: ServiceConfig) => void) | undefined
  /** Adds routes and starts reading; the server listens once it resolves. */
  start(context: ServiceContext): Promise<Running>
}

/** How long a service may take to stop before it is ended the hard way, which it survives just as well. */
const stopMsMax = 10_000
/** Members' clocks may be off by this much. */
const clockSkewSeconds = 60

export interface StartOptions {
  readonly clock?: Clock
  readonly log?: Logger
  /** Backends that somebody else opened and will close, such as a test that plays an institution on the same streams. */
  readonly drivers?: Drivers
  /** Instead of the profile file that the configuration names. */
  readonly profiles?: Profiles
}

export interface StartedService extends Running {
  readonly url: string
  /** For people: where everything is kept. */
  readonly description: string
}

/** Opens the backends and starts the service; returns where it listens and how to stop it. For tests and the demo as well as for `main.ts`. */
export async function startService(
  definition: ServiceDefinition,
  config: ServiceConfig,
  options: StartOptions = {},
): Promise<StartedService> {
  const { clock = systemClock, log = createLog(definition.name, config.HOLDFAST_LOG_LEVEL) } = options
  const membersPath = config.HOLDFAST_MEMBERS ?? developmentMembers(config, log)
  const turns = createFairTurns()
  const verify = createTokenVerifier({
    members: loadMembers(membersPath),
    now: clock.now,
    clockSkewSeconds,
    turn: () => turns.next('token'),
  })
  const verifyOperator = createOperatorVerifier({ operators: operatorsOf(config), now: clock.now, clockSkewSeconds })
  const secret = secretOf(config)
  const profiles = options.profiles ?? profilesOf(config, log)
  const drivers = options.drivers ?? createDrivers(config, definition.name, clock, log)
  const storage = await watchStorage({ folder: config.HOLDFAST_DATA, freeBytesMin: config.HOLDFAST_DISK_FREE_MB * 1_000_000 })
  const http = createHttp({ log, ready: drivers.ping, verify, verifyOperator, quotas: quotasOf(config), storage })
  let running: Running | undefined
  const stop = async () => {
    storage.stop()
    await http.close()
    await running?.stop()
    if (!options.drivers) await drivers.close()
  }
  try {
    running = await definition.start({ ...drivers, clock, log, verify, secret, profiles, config, http })
    const url = await http.listen({ host: config.HOLDFAST_HOST, port: config.HOLDFAST_PORT })
    log.info({ url, backends: drivers.description }, 'started')
    return { url, description: drivers.description, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const quotasOf = ({ HOLDFAST_REQUESTS_PER_SECOND: requests, HOLDFAST_BYTES_PER_SECOND: bytes }: ServiceConfig): Quotas => ({
  requests: { perSecond: requests, atOnce: requests * 3 },
  bytes: { perSecond: bytes, atOnce: bytes * 10 },
})

/** Undefined where the registry is a real one and nobody said who runs the engine: nobody does then. */
function operatorsOf({ HOLDFAST_OPERATORS: file, HOLDFAST_MEMBERS: members, HOLDFAST_DATA: folder }: ServiceConfig) {
  if (file !== undefined) return loadOperators(file)
  return members === undefined ? loadOperators(ensureDevelopmentOperator(folder)) : undefined
}

/** Throws EngineSecretError. */
const secretOf = ({ HOLDFAST_SECRET_FILE: file, HOLDFAST_DATA: folder }: ServiceConfig): EngineSecret =>
  file === undefined ? ensureEngineSecret(folder) : readEngineSecret(file)

/** Throws one error that names everything wrong with the file. */
function profilesOf({ HOLDFAST_PROFILES: file }: ServiceConfig, log: Logger): Profiles {
  const profiles = file === undefined ? loadProfiles() : readProfiles(file)
  log.info({ profiles: file ?? 'the defaults' }, 'profiles are read')
  return profiles
}

function developmentMembers(config: ServiceConfig, log: Logger): string {
  const { membersPath, justMade } = ensureDevelopmentMembers(config.HOLDFAST_DATA)
  const about = { members: membersPath, keys: join(config.HOLDFAST_DATA, 'development-keys.json') }
  if (justMade) log.warn(about, 'development keys were made for every member: anybody who reads them can speak for any country')
  else log.warn(about, 'development keys are in use; set HOLDFAST_MEMBERS to a real registry')
  return membersPath
}

/** What a `main.ts` calls: reads the environment, starts, and stops on SIGTERM or SIGINT. Exits 2 when it can't be configured, 1 when it fails. */
export async function runService(definition: ServiceDefinition, env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(configSchemaWithPort(definition.defaultPort), env)
  if (!config.ok) return exitUnconfigured(config.error)
  configured(() => keepFilesPrivate(config.value.HOLDFAST_DATA))
  const problems = problemsOfFiles(config.value, definition.checkFiles)
  if (problems.length > 0) return exitUnconfigured(problems.join('\n'))
  const log = createLog(definition.name, config.value.HOLDFAST_LOG_LEVEL)
  log.info({ config: redact(config.value) }, 'starting')
  const profiles = configured(() => profilesOf(config.value, log))
  const fail = (error: unknown): never => {
    log.fatal({ err: error }, 'failed')
    process.exit(1)
  }
  // A broken invariant must not limp on: stop, and let the supervisor start it again; the ledger is the truth.
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  const service = await startService(definition, config.value, { log, profiles }).catch(fail)
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopMsMax).unref()
    service.stop().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function configured<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return exitUnconfigured((error as Error).message)
  }
}

function exitUnconfigured(problems: string): never {
  process.stderr.write(`${problems}\n`)
  process.exit(2)
}
