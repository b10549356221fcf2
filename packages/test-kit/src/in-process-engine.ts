import { type Drivers, silentLogger, systemClock } from '@holdfast/runtime'
import { type ServiceDefinition, type StartOptions, startService } from '@holdfast/service-kit'
import type { Engine, Settings } from './engine.ts'
import { type DriverOptions, openDrivers } from './open-drivers.ts'

/** An engine in this process. */
export interface InProcessEngine extends Engine {
  readonly url: string
  readonly drivers: Drivers
  /** Stops and starts again on the same folder, as after a restart of the machine; what is done to the folder in between is given it. Other settings stay. */
  restart(meanwhile?: (dataDir: string) => unknown, env?: Settings): Promise<void>
}

export interface InProcessOptions extends DriverOptions, Pick<StartOptions, 'profileFile' | 'log'> {
  /** Default: the engine's clock. */
  readonly clockOfDrivers?: DriverOptions['clock']
  /** What it gets in the place of some of its drivers. */
  readonly replace?: ((own: Drivers) => Drivers) | undefined
}

/** Starts a service, such as the standalone engine, in this process. */
export async function startInProcess(definition: ServiceDefinition, options: InProcessOptions = {}): Promise<InProcessEngine> {
  const { clock = systemClock, clockOfDrivers = clock, log = silentLogger, profileFile, replace = own => own } = options
  const opened = await openDrivers(definition.name, { ...options, clock: clockOfDrivers })
  const start = async () => {
    const drivers = replace(opened.drivers)
    return {
      drivers,
      service: await startService(definition, opened.config, { clock, log, drivers, ...(profileFile !== undefined && { profileFile }) }),
    }
  }
  let running = await start().catch(async error => {
    await opened.close()
    throw error
  })
  return {
    dataDir: opened.folder,
    get url() {
      return running.service.url
    },
    get intakeUrl() {
      return running.service.url
    },
    get deskUrl() {
      return running.service.url
    },
    get drivers() {
      return running.drivers
    },
    get streams() {
      return running.drivers.streams
    },
    async restart(meanwhile, env) {
      await running.service.stop()
      await opened.reopen(meanwhile, env)
      running = await start()
    },
    async stop() {
      await running.service.stop()
      await opened.close()
    },
  }
}
