import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { createDevelopmentTokens } from '@holdfast/trust'
import { type ClusterEngine, type ServiceName, serviceNames, startClusterEngine } from './cluster-engine.ts'
import { testSettings } from './engine.ts'
import { type OpenLoad, startOpenLoad } from './open-load.ts'
import type { ServiceProcess } from './service-process.ts'

/** Two of each service, on brokers and a Redis of their own, under a load that comes to the doors of both. */
export interface PairsUnderLoad {
  readonly kafka: KafkaCluster
  readonly engine: ClusterEngine
  readonly pairs: Readonly<Record<ServiceName, readonly [ServiceProcess, ServiceProcess]>>
  readonly load: OpenLoad
  /** Makes one of whoever sends the load. */
  readonly token: () => Promise<string>
  stop(): Promise<void>
}

/** Each broker keeps a copy of everything. */
export async function startPairsUnderLoad(perSecond: number, brokers = 1): Promise<PairsUnderLoad> {
  const kafka = await startKafkaCluster(brokers)
  const redis = await startRedis()
  const env = { ...testSettings, HOLDFAST_LOG_LEVEL: 'warn' }
  const engine = await startClusterEngine({ brokers: kafka.brokers, replication: brokers, redisUrl: redis.url, env })
  const seconds = await Promise.all(serviceNames.map(async name => [name, [engine.services[name], await engine.another(name)]] as const))
  const pairs = Object.fromEntries(seconds) as PairsUnderLoad['pairs']
  const tokens = createDevelopmentTokens(engine.dataDir)
  const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
  const load = await startOpenLoad({ doors: pairs.intake.map(({ url }) => url), token, perSecond, streams: engine.streams })
  return {
    kafka,
    engine,
    pairs,
    load,
    token,
    async stop() {
      // What is unfinished is said by who looks at it.
      await load.stop().catch(() => {})
      await engine.stop()
      await redis.stop()
      await kafka.stop()
    },
  }
}
