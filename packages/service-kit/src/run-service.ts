import { flushCompileCache } from 'node:module'
import { hostname } from 'node:os'
import { loadProfiles, type Profiles } from '@holdfast/profiles'
import { readProfiles } from '@holdfast/profiles/read-profiles'
import type { Words } from '@holdfast/sealing'
import {
  createDpopVerifier,
  createEventVerifier,
  createOperatorSessions,
  createOperatorVerifier,
  createSessions,
  createTokenVerifier,
  type EngineSecret,
  type EventVerifier,
  ensureEngineSecret,
  type OperatorSessions,
  type Registry,
  readEngineSecret,
  type Sessions,
  type TokenVerifier,
} from '@holdfast/trust'
import type { FastifyInstance } from 'fastify'
import { startLedgerCheck } from './check-ledger.ts'
import { type Clock, systemClock } from './clock.ts'
import { configSchemaWithPort, type ServiceConfig } from './config.ts'
import { createDrivers, type Drivers } from './drivers.ts'
import type { Quotas } from './http/admit.ts'
import { createHttp } from './http/create-http.ts'
import { createHolding } from './http/holding.ts'
import { createOwnOrigin, createPublicOrigins, type OwnOrigin } from './http/own-origin.ts'
import { createSessionVerifier } from './http/session-cookie.ts'
import { watchStorage } from './http/storage-watch.ts'
import { createLog, type Logger } from './log.ts'
import { type LogTime, watchLogTime } from './log-time.ts'
import { problemsOfFiles } from './named-files.ts'
import { guardStreams } from './partitions/guard-streams.ts'
import { type PartitionWatch, watchPartitions } from './partitions/watch-partitions.ts'
import { keepFilesPrivate } from './private-files.ts'
import { readConfig, redact } from './read-config.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import { announceStatus, createStatusParts, type StatusParts } from './status/announce-status.ts'
import { meterStages } from './status/meter-stages.ts'
import { createVerifyingTurns } from './verifying-turns.ts'
import { watchRegistries } from './watch-registries.ts'
import { markedIdempotency } from './words/marked-idempotency.ts'
import { type KeptWords, wordsOf } from './words/words-of.ts'
import { createWriteProbe } from './write-probe.ts'

/** What every service is given. */
export interface ServiceContext extends Drivers {
  readonly clock: Clock
  readonly logTime: LogTime
  readonly log: Logger
  readonly verify: TokenVerifier
  /** For records that are signed and have no token. */
  readonly verifyEvent: EventVerifier
  /** The countries that have a part in this engine. */
  readonly members: Registry
  /** Of people who signed in at a desk: one that a desk seals counts at every door. */
  readonly sessions: Sessions
  /** Of people who signed in at a desk as operators. */
  readonly operatorSessions: OperatorSessions
  /** Where the page of the desk is, for the browser that asks. */
  readonly ownOrigin: OwnOrigin
  /** What ids of requests and places in streams are made from: the same for every service of an engine. */
  readonly secret: EngineSecret
  /** Seals and opens the words of persons; undefined where they lie in clear, and at a service that reads none. */
  readonly words: Words | undefined
  /** What is known of the countries, by the profile file that was named. */
  readonly profiles: Profiles
  readonly config: ServiceConfig
  readonly http: FastifyInstance
  /** Where a part says that it can't do its work, and why. */
  readonly readiness: Pick<Readiness, 'note' | 'ask'>
  /** Where a part says what an operator has to see of it, and its process does not know. */
  readonly status: StatusParts
}

/** Something that runs until it is stopped. */
export interface Running {
  stop(): Promise<void>
}

export interface ServiceDefinition {
  readonly name: string
  readonly defaultPort: number
  /** The services that run in it, where it is several. */
  readonly parts?: readonly string[]
  /** False of one that neither writes nor reads the words of persons: it is given no keys. */
  readonly readsWords?: false
  /** Each throws what is wrong with files and settings that this service alone uses. */
  readonly checks?: readonly ((config: ServiceConfig) => void)[]
  /** What whoever started it is told on standard output, once it is there: the log, on standard error, is for operators. */
  readonly greeting?: (url: string) => string
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
  const { members, operators, stop: stopWatching } = watchRegistries(config, log)
  const clocks = { now: clock.now, clockSkewSeconds }
  const turn = createVerifyingTurns()
  const verify = createTokenVerifier({ members, ...clocks })
  const verifyEvent = createEventVerifier({ members, ...clocks, turn })
  const verifyOperator = createOperatorVerifier({ operators, ...clocks })
  const secret = secretOf(config)
  const sessions = createSessions({ secret, members, now: clock.now })
  const operatorSessions = createOperatorSessions({ secret, now: clock.now })
  const ownOrigin = createOwnOrigin(config)
  const profiles = options.profiles ?? profilesOf(config, log)
  const drivers = options.drivers ?? (await createDrivers(config, definition.name, clock, log))
  const isSealed = config.HOLDFAST_WORDS === 'sealed' && definition.readsWords !== false
  const kept: KeptWords | undefined = isSealed ? await wordsOf(config, drivers, secret, clock) : undefined
  const storage = await watchStorage({ folder: config.HOLDFAST_DATA, freeBytesMin: config.HOLDFAST_DISK_FREE_MB * 1_000_000 })
  const readiness = createReadiness()
  readiness.ask(async () => {
    await drivers.ping()
    return []
  })
  const { streams, ifClockIsRight } = drivers
  const logTime = watchLogTime({ streams, clock, readiness, log, ifClockIsRight })
  readiness.ask(createWriteProbe(streams, drivers.probeStores).reasons)
  let partitions: PartitionWatch | undefined
  const whyClosed = () => partitions?.problem()
  const http = createHttp({
    log,
    whyNotReady: readiness.reasons,
    verify,
    holdingOf: createHolding({
      verifyProof: createDpopVerifier({ ...clocks, turn, proofsOfSideMax: proofsOfSideMax(config) }),
      originsOf: createPublicOrigins(config),
      trustsClientCert: config.HOLDFAST_CLIENT_CERT_HEADER === 'trust',
    }),
    verifyOperator,
    verifySession: createSessionVerifier(sessions, ownOrigin),
    verifyOperatorSession: createSessionVerifier(operatorSessions, ownOrigin),
    quotas: quotasOf(config),
    storage,
    whyClosed,
    connectionsPerAddress: config.HOLDFAST_CONNECTIONS_PER_ADDRESS,
  })
  let running: Running | undefined
  let check: Running | undefined
  let status: Running | undefined
  const stop = async () => {
    await status?.stop()
    stopWatching()
    logTime.stop()
    storage.stop()
    await http.close()
    await check?.stop()
    await running?.stop()
    await partitions?.stop()
    kept?.close()
    if (!options.drivers) await drivers.close()
  }
  try {
    partitions = await watchPartitions({ streams, config, clock, log, readiness })
    const meter = meterStages(guardStreams(streams, partitions))
    const parts = createStatusParts()
    running = await definition.start({
      ...drivers,
      idempotency: kept ? markedIdempotency(drivers.idempotency, secret) : drivers.idempotency,
      streams: meter.streams,
      clock,
      logTime,
      log,
      verify,
      verifyEvent,
      members,
      sessions,
      operatorSessions,
      ownOrigin,
      secret,
      words: kept?.words,
      profiles,
      config,
      http,
      readiness,
      status: parts,
    })
    check = drivers.file === undefined ? undefined : startLedgerCheck({ streams, file: drivers.file, log, readiness })
    const url = await http.listen({ host: config.HOLDFAST_HOST, port: config.HOLDFAST_PORT })
    const { name, parts: services = [name] } = definition
    const instance = `${hostname()}:${new URL(url).port}`
    const { readers: stages } = meter
    status = announceStatus({
      process: name,
      services: [...services],
      instance,
      streams,
      stages,
      parts,
      readiness,
      storage,
      logTime,
      clock,
      log,
    })
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
  ofPerson: { perSecond: requests / 2, atOnce: (requests * 3) / 2 },
})

/** As many as a side may send while they are remembered, six minutes at most, and a tenth more; 90 bytes each. */
const proofsOfSideMax = ({ HOLDFAST_REQUESTS_PER_SECOND: requests }: ServiceConfig): number => Math.min(requests * 400, 1_000_000)

/** Throws EngineSecretError. */
const secretOf = ({ HOLDFAST_SECRET_FILE: file, HOLDFAST_DATA: folder }: ServiceConfig): EngineSecret =>
  file === undefined ? ensureEngineSecret(folder) : readEngineSecret(file)

/** Throws one error that names everything wrong with the file. */
function profilesOf({ HOLDFAST_PROFILES: file }: ServiceConfig, log: Logger): Profiles {
  const profiles = file === undefined ? loadProfiles() : readProfiles(file)
  log.info({ profiles: file ?? 'the defaults' }, 'profiles are read')
  return profiles
}

/** What a `main.ts` calls: reads the environment, starts, and stops on SIGTERM or SIGINT. Exits 2 when it can't be configured, 1 when it fails. */
export async function runService(definition: ServiceDefinition, env: Record<string, string | undefined>): Promise<void> {
  const config = readConfig(configSchemaWithPort(definition.defaultPort), env, { readsWords: definition.readsWords })
  if (!config.ok) return exitUnconfigured(config.error)
  configured(() => keepFilesPrivate(config.value.HOLDFAST_DATA))
  const problems = problemsOfFiles(config.value, definition.checks)
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
  const service = await startService(definition, config.value, { log, profiles }).catch(error =>
    isPortTaken(error) ? exitUnconfigured(portTaken(config.value)) : fail(error),
  )
  // Node writes it at an orderly end otherwise, which a killed process does not have.
  flushCompileCache()
  if (definition.greeting) process.stdout.write(`${definition.greeting(service.url)}\n`)
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), stopMsMax).unref()
    service.stop().then(() => process.exit(0), fail)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

export const isPortTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE'

const portTaken = ({ HOLDFAST_HOST: host, HOLDFAST_PORT: port }: ServiceConfig): string =>
  `${host}:${port} is taken: something listens there already, such as another engine. End that, or set HOLDFAST_PORT to another port`

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
