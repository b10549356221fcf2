import { hostname } from 'node:os'
import { loadProfiles, type Profiles } from '@holdfast/profiles'
import { readProfiles } from '@holdfast/profiles/read-profiles'
import { type EngineSecret, ensureEngineSecret, readEngineSecret } from '@holdfast/trust'
import { startLedgerCheck } from './check-ledger.ts'
import { type Clock, systemClock } from './clock.ts'
import type { ServiceConfig } from './config.ts'
import { createDrivers, type Drivers } from './drivers.ts'
import { createDoor } from './http/create-door.ts'
import { watchStorage } from './http/storage-watch.ts'
import { createLog, type Logger } from './log.ts'
import { watchLogTime } from './log-time.ts'
import { guardStreams } from './partitions/guard-streams.ts'
import { type PartitionWatch, watchPartitions } from './partitions/watch-partitions.ts'
import { createReadiness } from './readiness.ts'
import type { Running, ServiceDefinition } from './service-context.ts'
import { announceStatus, createStatusParts } from './status/announce-status.ts'
import { meterStages } from './status/meter-stages.ts'
import { watchRegistries } from './watch-registries.ts'
import { markedIdempotency } from './words/marked-idempotency.ts'
import { type KeptWords, wordsOf } from './words/words-of.ts'
import { createWriteProbe } from './write-probe.ts'

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
  const registries = watchRegistries(config, log)
  const secret = secretOf(config)
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
  const door = createDoor(config, {
    registries,
    secret,
    clock,
    log,
    whyNotReady: readiness.reasons,
    storage,
    whyClosed: () => partitions?.problem(),
  })
  let running: Running | undefined
  let check: Running | undefined
  let status: Running | undefined
  const stop = async () => {
    await status?.stop()
    registries.stop()
    logTime.stop()
    storage.stop()
    await door.http.close()
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
      ...door,
      idempotency: kept ? markedIdempotency(drivers.idempotency, secret) : drivers.idempotency,
      streams: meter.streams,
      clock,
      logTime,
      log,
      members: registries.members,
      secret,
      words: kept?.words,
      profiles,
      config,
      readiness,
      status: parts,
    })
    check = drivers.file === undefined ? undefined : startLedgerCheck({ streams, file: drivers.file, log, readiness })
    const url = await door.http.listen({ host: config.HOLDFAST_HOST, port: config.HOLDFAST_PORT })
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

/** Throws EngineSecretError. */
const secretOf = ({ HOLDFAST_SECRET_FILE: file, HOLDFAST_DATA: folder }: ServiceConfig): EngineSecret =>
  file === undefined ? ensureEngineSecret(folder) : readEngineSecret(file)

/** What is known of the countries. Throws one error that names everything wrong with the file. */
export function profilesOf({ HOLDFAST_PROFILES: file }: ServiceConfig, log: Logger): Profiles {
  const profiles = file === undefined ? loadProfiles() : readProfiles(file)
  log.info({ profiles: file ?? 'the defaults' }, 'profiles are read')
  return profiles
}
