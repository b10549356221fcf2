import { hostname } from 'node:os'
import { watchEndedSessions, watchRegistries } from '@holdfast/access'
import type { OpenPersonalData } from '@holdfast/encryption'
import { pseudonymousIdempotency } from '@holdfast/encryption/wrappers'
import { createIngress } from '@holdfast/http'
import type { BrokenDiskListener, ServiceConfig } from '@holdfast/runtime'
import {
  announceStatus,
  type Clock,
  createDrivers,
  createLog,
  createReadiness,
  createStatusParts,
  createWriteProbe,
  type Drivers,
  type Logger,
  type Running,
  readProfiles,
  startLedgerCheck,
  startTogether,
  systemClock,
  watchLogTime,
  watchPartitions,
  watchStorage,
} from '@holdfast/runtime'
import { createEngineSigner, type EngineSecret } from '@holdfast/trust'
import { keepKeysMark } from './identity/compare-keys.ts'
import { keysOfEngine } from './identity/keys-of-engine.ts'
import { createKeysProbe } from './identity/keys-probe.ts'
import { secretOfEngine } from './identity/secret-of-engine.ts'
import { layerStreams } from './layer-streams.ts'
import type { ServiceContext, ServiceDefinition } from './service-context.ts'

export interface StartOptions {
  readonly clock?: Clock
  readonly log?: Logger
  /**
   * Backends that the caller has opened and will close, such as a test that acts as an institution on the same streams.
   */
  readonly drivers?: Drivers
  /** Called when a disk has refused an fsync: no file accepts writes until the process is restarted. */
  readonly onBrokenDisk?: BrokenDiskListener
  /** The content of a profile file, in place of the configured one. */
  readonly profileFile?: unknown
}

export interface StartedService extends Running {
  readonly url: string
  /** The location of the data, for people. */
  readonly description: string
}

/**
 * Opens the backends and starts the service. Returns its address and how to stop it. Used by `main.ts`, tests and the
 * demo.
 */
export async function startService(
  definition: ServiceDefinition,
  config: ServiceConfig,
  options: StartOptions = {},
): Promise<StartedService> {
  const { clock = systemClock, log = createLog(definition.name, config.HOLDFAST_LOG_LEVEL) } = options
  return startTogether(log, async stack => {
    const registries = watchRegistries(config, log)
    stack.defer(registries.stop)
    const profileFile = config.HOLDFAST_PROFILES
    const profilesOf: ServiceContext['profilesOf'] = workflow =>
      profileFile === undefined || options.profileFile !== undefined
        ? workflow.loadProfiles(options.profileFile)
        : readProfiles(profileFile, workflow)
    const { workflows = [] } = definition
    for (const workflow of workflows) profilesOf(workflow)
    log.info({ profiles: profileFile ?? 'the defaults' }, 'Profiles loaded')
    const drivers = options.drivers ?? (await createDrivers(config, definition.name, clock, log, options.onBrokenDisk))
    if (!options.drivers) stack.defer(drivers.close)
    const { secret, kept, whyNoKeys, mark } = await identify(definition, config, { drivers, clock, log })
    if (kept) stack.defer(kept.close)
    if (mark) stack.defer(mark.stop)
    const storage = await watchStorage({ folder: config.HOLDFAST_DATA, freeBytesMin: config.HOLDFAST_DISK_FREE_MB * 1_000_000 })
    stack.defer(storage.stop)
    const readiness = createReadiness()
    readiness.ask(async () => {
      await drivers.ping()
      return []
    })
    if (whyNoKeys) readiness.ask(whyNoKeys)
    const { streams, ifClockIsRight } = drivers
    const logTime = watchLogTime({ streams, clock, readiness, log, ifClockIsRight })
    stack.defer(logTime.stop)
    readiness.ask(createWriteProbe(streams, drivers.probeStores).reasons)
    const partitions = await watchPartitions({ workflows, streams, config, clock, log, readiness })
    stack.defer(partitions.stop)
    const endedSessions = await watchEndedSessions({ streams, clock, log })
    stack.defer(endedSessions.stop)
    const ingress = createIngress(config, {
      registries,
      secret,
      endedSessions,
      clock,
      log,
      whyNotReady: readiness.reasons,
      storage,
      whyClosed: partitions.problem,
    })
    const meter = layerStreams(streams, partitions)
    const parts = createStatusParts()
    const context = {
      ...drivers,
      ...ingress,
      idempotency: kept ? pseudonymousIdempotency(drivers.idempotency, secret) : drivers.idempotency,
      streams: meter.streams,
      clock,
      logTime,
      log,
      members: registries.members,
      endedSessions,
      secret,
      signer: createEngineSigner(secret),
      cipherOf: kept?.cipherOf,
      profilesOf,
      config,
      readiness,
      status: parts,
    }
    await definition.start(context, stack)
    if (drivers.file !== undefined) {
      const check = startLedgerCheck({ ledgers: workflows.map(({ topics }) => topics.ledger), streams, file: drivers.file, log, readiness })
      stack.defer(check.stop)
    }
    // It stops accepting input before its workers stop.
    stack.defer(() => ingress.http.close())
    const url = await ingress.http.listen({ host: config.HOLDFAST_HOST, port: config.HOLDFAST_PORT })
    const { name, parts: services = [name] } = definition
    const status = announceStatus({
      process: name,
      services: [...services],
      instance: `${hostname()}:${new URL(url).port}`,
      streams,
      stages: meter.readers,
      parts,
      readiness,
      storage,
      logTime,
      clock,
      log,
    })
    stack.defer(status.stop)
    log.info({ url, backends: drivers.description }, 'started')
    return { url, description: drivers.description }
  })
}

interface Identified {
  readonly secret: EngineSecret
  readonly kept?: OpenPersonalData
  /** Why no key is available now. */
  readonly whyNoKeys?: () => Promise<readonly string[]>
  readonly mark?: { stop(): void }
}

/**
 * Checks that ledger, secret, keys and master keys belong to one engine. Throws StartRefusedError if they do not, or if
 * one of them is missing.
 */
async function identify(
  { name, readsPersonalData, readsLedger, workflows = [] }: ServiceDefinition,
  config: ServiceConfig,
  { drivers, clock, log }: { readonly drivers: Drivers; readonly clock: Clock; readonly log: Logger },
): Promise<Identified> {
  const { streams, file } = drivers
  const { secret, engine } = await secretOfEngine({ config, name, streams, file, clock, log })
  if (readsPersonalData === false) return { secret }
  const keys = await drivers.keyStore()
  const { store, description } = keys
  const compared = { streams, ledgers: workflows.map(({ topics }) => topics.ledger.name) }
  const comparesKeys = readsLedger !== false || file !== undefined
  const masterKeys = await keysOfEngine({ config, keys, engine, compared, readsLedger: comparesKeys, log })
  const probe = createKeysProbe({ store, description, masterKeys, engine, log })
  // A service without personal data starts sooner without this module.
  const { openPersonalData } = await import('@holdfast/encryption')
  const kept = openPersonalData({ store, masterKeys, secret, clock, log })
  return { secret, kept, whyNoKeys: probe.reasons, ...(comparesKeys ? { mark: keepKeysMark({ compared, store, description, log }) } : {}) }
}
