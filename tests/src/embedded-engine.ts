import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '@holdfast/client'
import type { MemberRole } from '@holdfast/schemas'
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
import { standalone } from '@holdfast/standalone'
import { developmentToken } from '@holdfast/trust'

/** The whole engine in this process, on the embedded backends in a folder of its own. */
export interface EmbeddedEngine {
  readonly url: string
  readonly dataDir: string
  readonly drivers: Drivers
  /** A client that speaks for a person of a country. */
  as(country: string, role: MemberRole, person?: string): Client
  token(country: string, role: MemberRole, person?: string): Promise<string>
  /** Stops and starts again on the same folder, as after a restart of the machine. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface EmbeddedEngineOptions {
  readonly clock?: Clock
  readonly partitions?: number
}

export async function startEmbeddedEngine({ clock = systemClock, partitions = 1 }: EmbeddedEngineOptions = {}): Promise<EmbeddedEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-engine-'))
  const config: ServiceConfig = configSchemaWithPort(0).parse({ HOLDFAST_DATA: dataDir, HOLDFAST_PARTITIONS: partitions })
  const start = async () => {
    const drivers = createDrivers(config, 'standalone', clock, silentLogger)
    const service = await startService(standalone, config, { clock, log: silentLogger, drivers })
    return { drivers, service }
  }
  let running = await start()
  const halt = async () => {
    await running.service.stop()
    await running.drivers.close()
  }
  const token = (country: string, role: MemberRole, person = 'p') => developmentToken(dataDir, { country, role, person, now: clock.now() })
  return {
    dataDir,
    get url() {
      return running.service.url
    },
    get drivers() {
      return running.drivers
    },
    token,
    as: (country, role, person) => createClient({ url: running.service.url, token: () => token(country, role, person) }),
    async restart() {
      await halt()
      running = await start()
    },
    async stop() {
      await halt()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
