import { cp } from 'node:fs/promises'
import { serviceNames, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startEmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import type { Tree } from './patched-tree.ts'
import { missingServers } from './real-servers.ts'

/** An engine with planted faults, until it is repaired. */
export interface PlantedEngine {
  readonly engine: Engine
  /** Stops every service and restarts it without the planted faults. */
  repair(): Promise<void>
  stop(): Promise<void>
}

/** The patched engine runs in this process. The repaired one starts with what it stored. */
async function plantedEmbedded({ path }: Tree): Promise<PlantedEngine> {
  const copy = (await import(`${path}/tests/src/embedded-engine.ts`)) as typeof import('./embedded-engine.ts')
  let engine = await copy.startEmbeddedEngine()
  return {
    get engine() {
      return engine
    },
    async repair() {
      const before = engine
      await before.restart(async written => {
        engine = await startEmbeddedEngine({ prepare: dataDir => cp(written, dataDir, { recursive: true }) })
      })
      await before.stop()
    },
    stop: () => engine.stop(),
  }
}

async function plantedCluster({ path }: Tree): Promise<PlantedEngine> {
  const engine = await startOwnCluster(startKafka())
  async function runs(tree?: string): Promise<void> {
    await Promise.all(serviceNames.map(name => engine.services[name].kill('SIGTERM')))
    await Promise.all(serviceNames.map(name => engine.services[name].start(tree ? { tree } : {})))
  }
  await runs(path)
  return {
    engine,
    repair: () => runs(),
    stop: engine.stop,
  }
}

export const plantedBackends = [
  { name: 'embedded', start: plantedEmbedded, isThere: true },
  { name: 'on Kafka and Redis', start: plantedCluster, isThere: !missingServers() },
]
