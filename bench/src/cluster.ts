import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureMasterKeys, masterKeysFileName } from '@holdfast/sealing'
import { createLog } from '@holdfast/service-kit'
import { createKafkaStreams } from '@holdfast/streams/kafka'
import type { KafkaServer } from '@holdfast/test-kit/kafka-server'
import { freePort } from '@holdfast/test-kit/ports'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { createDevelopmentTokens, engineSecretFileName, ensureDevelopmentMembers, ensureEngineSecret } from '@holdfast/trust'
import { diskBytesOf } from './disk.ts'
import { withEndings } from './endings.ts'
import { createHttpSubmitter, toIntake } from './http-submitter.ts'
import { countRecords, createBankTokens, observe, requestingCountry } from './institution.ts'
import { createOutcomes } from './outcomes.ts'
import { profilingArguments } from './profiling.ts'
import { startServiceProcess } from './service-process.ts'
import { countsAt, loadOfOneMember, type Target } from './target.ts'

/** How a cluster is laid out on its machine. */
export interface ClusterLayout {
  /** `one`: all services in one process. A number: so many processes of each that shares its work by partitions, one desk and one intake. */
  readonly processes: 'one' | number
  readonly partitions: number
}

export const clusterAsUsual: ClusterLayout = { processes: 1, partitions: 4 }

/** The services whose processes are to be started. */
const servicesOf = ({ processes }: ClusterLayout): readonly string[] =>
  processes === 'one'
    ? ['standalone']
    : [...['ledger', 'validation', 'dispatch'].flatMap(name => Array.from({ length: processes }, () => name)), 'desk', 'intake']

interface Started {
  readonly name: string
  readonly pid: number
  readonly url: string
}

export interface ClusterOptions {
  readonly profile?: string | undefined
  /** False: no institution answers, and every request stays open. */
  readonly answering?: boolean
  readonly layout?: ClusterLayout
  /** Whether the words of persons are sealed. */
  readonly isSealed?: boolean
}

/** Starts the engine as a cluster on this machine: services as processes, on the broker given and a Redis of its own. The institutions are played here. */
export async function startCluster(
  kafka: KafkaServer,
  { profile, answering = true, layout = clusterAsUsual, isSealed = false }: ClusterOptions = {},
): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const redis = await startRedis({ appendonly: true, lasting: true })
    endings.add(() => redis.stop())
    const { membersPath } = ensureDevelopmentMembers(folder)
    const secret = ensureEngineSecret(folder)
    ensureMasterKeys(folder)
    const start = async (name: string, number: number): Promise<Started> => {
      const port = await freePort()
      const label = `${name}-${number}`
      const env = {
        ...loadOfOneMember,
        HOLDFAST_KAFKA_BROKERS: kafka.brokers,
        HOLDFAST_REDIS_URL: redis.url,
        HOLDFAST_PARTITIONS: `${layout.partitions}`,
        HOLDFAST_MEMBERS: membersPath,
        HOLDFAST_SECRET_FILE: join(folder, engineSecretFileName),
        HOLDFAST_WORDS: isSealed ? 'sealed' : 'clear',
        HOLDFAST_MASTER_KEYS_FILE: join(folder, masterKeysFileName),
        HOLDFAST_KEYS_REDIS_URL: redis.url,
        HOLDFAST_DATA: join(folder, label),
      }
      const logFile = join(folder, `${label}.log`)
      const service = await startServiceProcess({ name, port, env, logFile, nodeArguments: profilingArguments(profile, label) })
      endings.add(() => service.stop())
      return { name, pid: service.pid, url: `http://127.0.0.1:${port}` }
    }
    const services = await Promise.all(servicesOf(layout).map(start))
    const streams = createKafkaStreams({
      brokers: [kafka.brokers],
      clientId: 'holdfast-bench',
      partitions: layout.partitions,
      replication: 1,
      log: createLog('bench', 'warn'),
    })
    endings.add(() => streams.close())
    const outcomes = createOutcomes()
    const tokens = createDevelopmentTokens(folder)
    const sender = { country: requestingCountry, role: 'system', person: 'bench' } as const
    const observation = await observe(streams, createBankTokens(folder), outcomes, { answering })
    endings.add(() => observation.stop())
    const urlOf = (wanted: string): string => services.find(({ name }) => name === wanted || name === 'standalone')?.url ?? ''
    return {
      name: isSealed ? 'cluster-sealed' : 'cluster',
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, toIntake({ intakeUrl: urlOf('intake'), token: () => tokens(sender), secret })),
      recoveredInView: countsAt(urlOf('desk'), await tokens({ ...sender, ttlSeconds: 3600 })),
      durability: {
        kafka: 'one broker, acks=all, idempotent; flushed by the operating system, as Kafka’s default is',
        redis: 'append-only file, fsync before each answer',
        desk: 'SQLite that can be folded again, no fsync',
      },
      processes: () => ({
        engine: services.map(({ pid }) => pid),
        ...Object.fromEntries([...Map.groupBy(services, ({ name }) => name)].map(([name, of]) => [name, of.map(({ pid }) => pid)])),
        kafka: [kafka.pid],
        redis: [redis.pid ?? 0],
      }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) + diskBytesOf(kafka.dataDir), redis: await redis.size() }),
      audit: () => countRecords(streams),
      stop: endings.stop,
    }
  })
}
