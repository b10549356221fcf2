import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@holdfast/service-kit'
import { createKafkaStreams } from '@holdfast/streams'
import type { KafkaServer } from '@holdfast/test-kit/kafka-server'
import { freePort } from '@holdfast/test-kit/ports'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { developmentToken, engineSecretFileName, ensureDevelopmentMembers, ensureEngineSecret } from '@holdfast/trust'
import { diskBytesOf } from './disk.ts'
import { withEndings } from './endings.ts'
import { createHttpSubmitter, toIntake } from './http-submitter.ts'
import { beneficiaryCountry, countRecords, observe, requestingCountry } from './institution.ts'
import { createOutcomes } from './outcomes.ts'
import { profilingArguments } from './profiling.ts'
import { type ServiceProcess, startServiceProcess } from './service-process.ts'
import { countsAt, loadOfOneMember, type Target } from './target.ts'

const serviceNames = ['ledger', 'validation', 'dispatch', 'desk', 'intake'] as const

/** Starts the engine as a cluster on this machine: every service its own process, on the broker given and a Redis of its own. The institutions are played here. */
export async function startCluster(kafka: KafkaServer, profile: string | undefined): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
  return withEndings(async endings => {
    endings.add(() => rm(folder, { recursive: true, force: true }))
    const redis = await startRedis({ appendonly: true })
    endings.add(() => redis.stop())
    const { membersPath } = ensureDevelopmentMembers(folder)
    const secret = ensureEngineSecret(folder)
    const start = async (name: string): Promise<readonly [ServiceProcess, number]> => {
      const port = await freePort()
      const env = {
        ...loadOfOneMember,
        HOLDFAST_KAFKA_BROKERS: kafka.brokers,
        HOLDFAST_REDIS_URL: redis.url,
        HOLDFAST_MEMBERS: membersPath,
        HOLDFAST_SECRET_FILE: join(folder, engineSecretFileName),
        HOLDFAST_DATA: join(folder, name),
      }
      const logFile = join(folder, `${name}.log`)
      const service = await startServiceProcess({ name, port, env, logFile, nodeArguments: profilingArguments(profile, name) })
      endings.add(() => service.stop())
      return [service, port]
    }
    const services = await Promise.all(serviceNames.map(async name => [name, ...(await start(name))] as const))
    const streams = createKafkaStreams({
      brokers: [kafka.brokers],
      clientId: 'holdfast-bench',
      partitions: 4,
      replication: 1,
      log: createLog('bench', 'warn'),
    })
    endings.add(() => streams.close())
    const outcomes = createOutcomes()
    const token = (country: string, role: 'system' | 'institution', person: string) => developmentToken(folder, { country, role, person })
    const [first, second] = [
      await token(beneficiaryCountry, 'institution', 'first'),
      await token(beneficiaryCountry, 'institution', 'second'),
    ]
    const sender = await token(requestingCountry, 'system', 'bench')
    const observation = await observe(streams, async person => (person === 'first' ? first : second), outcomes)
    endings.add(() => observation.stop())
    const urlOf = (wanted: (typeof serviceNames)[number]): string => {
      const [, , port] = services.find(([name]) => name === wanted) ?? []
      return `http://127.0.0.1:${port}`
    }
    return {
      name: 'cluster',
      outcomes,
      submitter: () => createHttpSubmitter(outcomes, toIntake({ intakeUrl: urlOf('intake'), token: sender, secret })),
      recoveredInView: countsAt(urlOf('desk'), sender),
      durability: {
        kafka: 'one broker, acks=all, idempotent; flushed by the operating system, as Kafka’s default is',
        redis: 'append-only file, fsync before each answer',
        desk: 'SQLite that can be folded again, no fsync',
      },
      processes: () => ({
        engine: services.map(([, service]) => service.pid),
        ...Object.fromEntries(services.map(([name, service]) => [name, [service.pid]])),
        kafka: [kafka.pid],
        redis: [redis.pid ?? 0],
      }),
      footprint: async () => ({ diskBytes: diskBytesOf(folder) + diskBytesOf(kafka.dataDir), redis: await redis.size() }),
      audit: () => countRecords(streams),
      stop: endings.stop,
    }
  })
}
