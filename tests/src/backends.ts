import type { Engine } from './engine.ts'

/** The two backends a journey runs on. `why` says what is missing for it to run. */
export interface Backend {
  readonly name: string
  readonly why?: string
  /** Where its states are, if they are in Redis. */
  readonly redis?: { readonly url: string; readonly prefix: string }
  start(): Promise<Engine>
  /** The same with the words of persons sealed. */
  startSealed(): Promise<Engine>
}

const { HOLDFAST_TEST_KAFKA: brokers, HOLDFAST_TEST_REDIS: redisUrl } = process.env

const redisPrefix = `journeys-${process.pid}`

export const backends: readonly Backend[] = [
  {
    name: 'embedded',
    start: async () => (await import('./embedded-engine.ts')).startEmbeddedEngine(),
    startSealed: async () => (await import('./embedded-engine.ts')).startEmbeddedEngine({ env: { HOLDFAST_WORDS: 'sealed' } }),
  },
  {
    name: 'Kafka and Redis, a process for each service',
    ...(brokers && redisUrl ? { redis: { url: redisUrl, prefix: redisPrefix } } : { why: 'no real Kafka and Redis' }),
    start: () => startCluster(false),
    startSealed: () => startCluster(true),
  },
]

async function startCluster(isSealed: boolean): Promise<Engine> {
  if (!brokers || !redisUrl) throw new Error('no real Kafka and Redis')
  const { startClusterEngine } = await import('./cluster-engine.ts')
  return startClusterEngine({ brokers, redisUrl, redisPrefix, isSealed })
}
