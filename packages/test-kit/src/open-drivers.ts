import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Clock,
  configSchemaWithPort,
  createDrivers,
  type Drivers,
  type ServiceConfig,
  silentLogger,
  systemClock,
} from '@holdfast/runtime'
import { type Settings, type SettingsIn, settingsIn } from './engine.ts'

/** Backends in a folder of their own: embedded ones, unless the settings name others. */
export interface OpenDrivers {
  readonly folder: string
  readonly config: ServiceConfig
  readonly drivers: Drivers
  /** Closes them, and opens them with nothing but what is stored; what is done to the folder in between is given it. */
  reopen(meanwhile?: (folder: string) => unknown, env?: Settings): Promise<void>
  /** Closes them, and removes the folder unless it was given. */
  close(): Promise<void>
}

export interface DriverOptions {
  /** Default: one that is made, and removed at the end. */
  readonly folder?: string | undefined
  readonly env?: SettingsIn
  readonly clock?: Clock | undefined
  readonly port?: number | undefined
  /** What has to be in the folder before they are opened. */
  readonly prepare?: ((folder: string) => unknown) | undefined
}

/** Opens them as this service does. */
export async function openDrivers(service: string, options: DriverOptions = {}): Promise<OpenDrivers> {
  const { clock = systemClock, port = 0, prepare } = options
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), `holdfast-${service}-`)))
  await prepare?.(folder)
  const configWith = (env: Settings = {}) =>
    configSchemaWithPort(port).parse({ HOLDFAST_DATA: folder, ...settingsIn(folder, options.env), ...env })
  let config = configWith()
  const open = () => createDrivers(config, service, clock, silentLogger)
  let drivers = await open()
  return {
    folder,
    get config() {
      return config
    },
    get drivers() {
      return drivers
    },
    async reopen(meanwhile, env) {
      await drivers.close()
      await meanwhile?.(folder)
      if (env) config = configWith(env)
      drivers = await open()
    },
    async close() {
      await drivers.close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
