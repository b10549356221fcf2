import { type OwnCluster, type ServiceName, serviceNames, startOwnCluster } from '@holdfast/test-kit/cluster-engine'
import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import type { ServiceProcess } from '@holdfast/test-kit/service-process'
import { createDevelopmentTokens } from '@holdfast/trust'
import { testSettings } from './engine.ts'
import { type OpenLoad, startOpenLoad } from './open-load.ts'

/** Two instances of each service, with their own brokers and Redis. The load goes to the endpoints of both. */
export interface PairsUnderLoad {
  readonly engine: OwnCluster<KafkaCluster>
  readonly pairs: Readonly<Record<ServiceName, readonly [ServiceProcess, ServiceProcess]>>
  readonly load: OpenLoad
  /** Creates one token of the sender of the load. */
  readonly token: () => Promise<string>
  stop(): Promise<void>
}

/** The number of brokers; each has a copy of every partition. */
export async function startPairsUnderLoad(perSecond: number, brokers = 1): Promise<PairsUnderLoad> {
  const env = { ...testSettings, HOLDFAST_LOG_LEVEL: 'warn' }
  const engine = await startOwnCluster(startKafkaCluster(brokers), { replication: brokers, env })
  const seconds = await Promise.all(serviceNames.map(async name => [name, [engine.services[name], await engine.another(name)]] as const))
  const pairs = Object.fromEntries(seconds) as PairsUnderLoad['pairs']
  const tokens = createDevelopmentTokens(engine.dataDir)
  const token = () => tokens({ country: 'SG', role: 'system', person: 'load' })
  const load = await startOpenLoad({ endpoints: pairs.intake.map(({ url }) => url), token, perSecond, streams: engine.streams })
  return {
    engine,
    pairs,
    load,
    token,
    async stop() {
      // Another test reports what is unfinished.
      await load.stop().catch(() => {})
      await engine.stop()
    },
  }
}
