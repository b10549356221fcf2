import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { type ClusterEngine, type ServiceName, serviceNames, startClusterEngine } from './cluster-engine.ts'
import { tokenOf, withoutQuotas } from './engine.ts'
import { type OpenLoad, startOpenLoad } from './open-load.ts'
import type { ServiceProcess } from './service-process.ts'

/** Two of each service, on a broker and a Redis of their own, under a load that comes to the doors of both. */
export interface PairsUnderLoad {
  readonly engine: ClusterEngine
  readonly pairs: Readonly<Record<ServiceName, readonly [ServiceProcess, ServiceProcess]>>
  readonly load: OpenLoad
  /** That of whoever sends the load. */
  readonly token: string
  stop(): Promise<void>
}

export async function startPairsUnderLoad(perSecond: number): Promise<PairsUnderLoad> {
  const kafka = await startKafka()
  const redis = await startRedis()
  const env = { ...withoutQuotas, HOLDFAST_LOG_LEVEL: 'warn' }
  const engine = await startClusterEngine({ brokers: kafka.brokers, redisUrl: redis.url, env })
  const seconds = await Promise.all(serviceNames.map(async name => [name, [engine.services[name], await engine.another(name)]] as const))
  const pairs = Object.fromEntries(seconds) as PairsUnderLoad['pairs']
  const token = await tokenOf(engine, ['SG', 'system', 'load'])
  const load = await startOpenLoad({ doors: pairs.intake.map(({ url }) => url), token, perSecond, streams: engine.streams })
  return {
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
