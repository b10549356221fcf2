import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureMasterKeys, masterKeysFileName } from '@holdfast/encryption'
import { startClusterEngine } from '@holdfast/test-kit/cluster-engine'
import { loadOfOneMember } from '@holdfast/test-kit/engine'
import type { KafkaServer } from '@holdfast/test-kit/kafka-server'
import { startRedis } from '@holdfast/test-kit/redis-server'
import type { ServiceProcess } from '@holdfast/test-kit/service-process'
import { createDevelopmentTokens, ensureEngineSecret } from '@holdfast/trust'
import { diskBytesOf } from './disk.ts'
import { withEndings } from './endings.ts'
import { createHttpSubmitter, toIntake } from './http-submitter.ts'
import { countRecords, observe, requestingCountry } from './institution.ts'
import { createOutcomes } from './outcomes.ts'
import { profilingArguments } from './profiling.ts'
import { countsAt, type Target } from './target.ts'

/** The layout of a cluster on its machine. */
export interface ClusterLayout {
  /**
   * `one`: all services in one process. A number: this many processes of each service with partitions, one desk and one
   * intake.
   */
  readonly processes: 'one' | number
  readonly partitions: number
}

export const clusterAsUsual: ClusterLayout = { processes: 1, partitions: 4 }
/** The services that divide their work by partitions. */
const sharing = ['ledger', 'validation', 'dispatch'] as const
/** The engine's default: tests use a shorter one. */
const usualSessionMs = '10000'

export interface ClusterOptions {
  readonly profile?: string | undefined
  /** False: no institution answers, and every request stays open. */
  readonly answering?: boolean
  readonly layout?: ClusterLayout
}

/**
 * Starts the engine as a cluster on this machine: services as processes, on this broker and a Redis of its own.
 * Simulates the institutions.
 */
export async function startCluster(
  kafka: KafkaServer,
  { profile, answering = true, layout = clusterAsUsual }: ClusterOptions = {},
): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const redis = await startRedis({ appendonly: true, lasting: true })
    endings.add(() => redis.stop())
    ensureMasterKeys(folder)
    const { processes, partitions } = layout
    const engine = await startClusterEngine({
      brokers: kafka.brokers,
      redisUrl: redis.url,
      partitions,
      isOneProcess: processes === 'one',
      env: { ...loadOfOneMember, HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: usualSessionMs },
      envOf: () => ({
        HOLDFAST_MASTER_KEYS_FILE: join(folder, masterKeysFileName),
        HOLDFAST_KEYS_REDIS_URL: redis.url,
      }),
      nodeArguments: label => profilingArguments(profile, label),
    })
    endings.add(engine.stop)
    const more = sharing.flatMap(name => Array.from({ length: processes === 'one' ? 0 : processes - 1 }, () => engine.another(name)))
    const services = [...new Set(Object.values(engine.services)), ...(await Promise.all(more))]
    const pidsOf = (of: readonly ServiceProcess[]): number[] => of.map(({ pid }) => pid ?? 0)
    const outcomes = createOutcomes()
    const tokens = createDevelopmentTokens(engine.dataDir)
    const sender = { country: requestingCountry, role: 'system', person: 'bench' } as const
    const observation = await observe(engine, outcomes, { answering })
    endings.add(() => observation.stop())
    const secret = ensureEngineSecret(engine.dataDir)
    return {
      name: 'cluster',
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, toIntake({ intakeUrl: engine.intakeUrl, token: () => tokens(sender), secret })),
      recoveredInView: countsAt(engine.deskUrl, await tokens({ ...sender, ttlSeconds: 3600 })),
      durability: {
        kafka: 'one broker, acks=all, idempotent; flushed by the operating system, as Kafka’s default is',
        redis: 'append-only file, fsync before each answer',
        desk: 'SQLite projection that can be rebuilt, no fsync',
      },
      processes: () => ({
        engine: pidsOf(services),
        ...Object.fromEntries([...Map.groupBy(services, ({ name }) => name)].map(([name, of]) => [name, pidsOf(of)])),
        kafka: [kafka.pid],
        redis: [redis.pid ?? 0],
      }),
      footprint: async () => ({ diskBytes: diskBytesOf(engine.dataDir) + diskBytesOf(kafka.dataDir), redis: await redis.size() }),
      audit: () => countRecords(engine.streams),
      stop: endings.stop,
    }
  })
}
