import { redisPrefixOf } from '@holdfast/runtime'
import { sharedServers } from '@holdfast/test-kit/shared-servers'
import { isInTier } from '@holdfast/test-kit/tier'
import { describe } from 'vitest'
import type { Engine } from './engine.ts'

/** The two backends of a journey. `why` says what is missing, if the backend cannot run. */
export interface Backend {
  readonly name: string
  readonly why?: string
  /** The URL of the Redis that stores the states, where there is one. */
  readonly redis?: { readonly url: string; readonly prefix: string }
  start(): Promise<Engine>
}

const shared = sharedServers()

/** Both backends, for a file that is in tier `full` as a whole. */
export const everyBackend: readonly Backend[] = [
  {
    name: 'embedded',
    start: async () => (await import('./embedded-engine.ts')).startEmbeddedEngine(),
  },
  {
    name: 'Kafka and Redis, a process for each service',
    ...(shared
      ? { redis: { url: shared.redisUrl, prefix: redisPrefixOf({ HOLDFAST_NAMESPACE: shared.namespace }) } }
      : { why: 'no real Kafka and Redis' }),
    start: startCluster,
  },
]

/** The backends of this run: the embedded engine in tier `test`, Kafka and Redis in tier `full`. */
export const backends: readonly Backend[] = everyBackend.filter(({ name }) => isInTier(name === 'embedded' ? 'test' : 'full'))

/** Kafka and Redis, for a journey that tests what the contract suites of the ports do not. */
export const clusterBackend = everyBackend.find(({ name }) => name !== 'embedded') as Backend

export interface OnBackends {
  readonly skip?: boolean
  /** Default: those of this run's tier. */
  readonly on?: readonly Backend[]
}

/** Describes a journey on each backend. Skips a backend that is not installed. */
export function describeOnBackends(
  title: string,
  ...[options, body]: [OnBackends, (backend: Backend) => void] | [(backend: Backend) => void]
): void {
  const { skip = false, on = backends } = typeof options === 'function' ? {} : options
  const described = typeof options === 'function' ? options : body
  for (const backend of on) describe.skipIf(skip || backend.why !== undefined)(`${title}, on ${backend.name}`, () => described?.(backend))
}

async function startCluster(): Promise<Engine> {
  if (!shared) throw new Error('no real Kafka and Redis')
  const { startClusterEngine } = await import('@holdfast/test-kit/cluster-engine')
  return startClusterEngine(shared)
}
