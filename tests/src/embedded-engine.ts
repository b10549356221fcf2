import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadProfiles, type ProfileFile } from '@holdfast/profiles'
import {
  type Clock,
  configSchemaWithPort,
  createDrivers,
  type Drivers,
  type ServiceConfig,
  silentLogger,
  startService,
  systemClock,
} from '@holdfast/service-kit'
import { createStandalone } from '@holdfast/standalone'
import { type Engine, testSettings } from './engine.ts'

export interface EmbeddedEngine extends Engine {
  /** Stops and starts again on the same folder, as after a restart of the machine; what is done to the folder in between is given it. Other settings stay. */
  restart(meanwhile?: (dataDir: string) => unknown, env?: Readonly<Record<string, string>>): Promise<void>
  /** Of the keys of words. */
  readonly keyStore: Drivers['keyStore']
}

export interface EmbeddedEngineOptions {
  readonly clock?: Clock
  /** By which answers to keys are forgotten; default the engine's. */
  readonly clockOfKeys?: Clock
  readonly partitions?: number
  /** A clock of one's own moves faster than a second a second, so deadlines are looked for more often. */
  readonly lookForDeadlinesEveryMs?: number
  /** For who has to know the address before there is an engine. Default any free one. */
  readonly port?: number
  /** What some countries want otherwise than the defaults. */
  readonly profiles?: ProfileFile
  /** Settings by their names in the environment, over those of a test: there members ask as often as they like. */
  readonly env?: Readonly<Record<string, string>>
  /** What has to be in the engine's folder when it starts. */
  readonly prepare?: (dataDir: string) => Promise<unknown>
  /** How long who signs in stays signed in, for who leaps over days. */
  readonly sessionMsMax?: number
  /** That of another engine, for two that seal the same words alike. */
  readonly keyStore?: Drivers['keyStore']
}

/** The whole engine in this process, on the embedded backends in a folder of its own. */
export async function startEmbeddedEngine(options: EmbeddedEngineOptions = {}): Promise<EmbeddedEngine> {
  const { clock = systemClock, clockOfKeys = clock, partitions = 1, lookForDeadlinesEveryMs, port = 0 } = options
  const definition = createStandalone({ lookForDeadlinesEveryMs, desk: { developmentSessionMsMax: options.sessionMsMax } })
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-engine-'))
  await options.prepare?.(dataDir)
  const configWith = (env: Readonly<Record<string, string>> = {}): ServiceConfig =>
    configSchemaWithPort(port).parse({
      ...testSettings,
      HOLDFAST_DATA: dataDir,
      HOLDFAST_PARTITIONS: partitions,
      ...options.env,
      ...env,
    })
  let config = configWith()
  const start = async () => {
    const own = await createDrivers(config, 'standalone', clockOfKeys, silentLogger)
    const drivers = options.keyStore ? { ...own, keyStore: options.keyStore } : own
    const profiles = options.profiles && loadProfiles(options.profiles)
    const service = await startService(definition, config, { clock, log: silentLogger, drivers, ...(profiles ? { profiles } : {}) })
    return { drivers, service }
  }
  let running = await start()
  const halt = async () => {
    await running.service.stop()
    await running.drivers.close()
  }
  return {
    dataDir,
    get intakeUrl() {
      return running.service.url
    },
    get deskUrl() {
      return running.service.url
    },
    get streams() {
      return running.drivers.streams
    },
    keyStore: () => running.drivers.keyStore(),
    async restart(meanwhile, env) {
      await halt()
      await meanwhile?.(dataDir)
      if (env) config = configWith(env)
      running = await start()
    },
    async stop() {
      await halt()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
