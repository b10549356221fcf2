import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/runtime'
import { createKafkaStreams, type KafkaStreamsOptions } from '@holdfast/streams/kafka'
import { engineSecretFileName, ensureDevelopmentMembers, ensureDevelopmentOperator, ensureEngineSecret } from '@holdfast/trust'
import { type ClusterKeys, startClusterKeys } from './cluster-keys.ts'
import { type Engine, type Settings, testSettings } from './engine.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { createServiceProcess, type ServiceProcess, type StartedAs } from './service-process.ts'

export const serviceNames = ['ledger', 'validation', 'dispatch', 'desk', 'intake'] as const
export type ServiceName = (typeof serviceNames)[number]

/** The engine as a cluster: every service its own process, on real Kafka and Redis. */
export interface ClusterEngine extends Engine {
  /** Each by its name; all of them the same one where they are one process. */
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>
  readonly logDir: string
  /** One more process of a service, started; ended with the engine. */
  another(name: ServiceName, as?: StartedAs): Promise<ServiceProcess>
  /** Settings by which its keys are found. */
  readonly keys: ClusterKeys['env'] & { readonly HOLDFAST_NAMESPACE?: string }
  /** Where the files of the Redis are that keeps those keys. */
  readonly keysFolder: string
}

export interface ClusterOptions {
  /** `host:port`, or several with commas between. */
  readonly brokers: string
  /** Where the test itself reaches the brokers, where that is another way than the engine's. */
  readonly ownBrokers?: string
  /** How the test itself is known to them, where they ask. */
  readonly own?: Pick<KafkaStreamsOptions, 'ssl' | 'sasl'>
  /** Copies of each topic; 1 unless there are brokers for more. */
  readonly replication?: number
  readonly partitions?: number
  readonly redisUrl: string
  /** Different for each engine on one Kafka and Redis. */
  readonly namespace?: string | undefined
  /** Settings of every service, instead of those of a test: there members ask as often as they like. */
  readonly env?: Settings
  /** Settings of one service, over those of all. */
  readonly envOf?: (service: ServiceName) => Settings
  /** All services in one process. */
  readonly isOneProcess?: boolean
  /** For Node, by the name of the process in its log. */
  readonly nodeArguments?: (label: string) => readonly string[]
  /** Which version of it is started. */
  readonly as?: StartedAs
  /** Starts them otherwise than all at once. */
  readonly startServices?: (services: ClusterEngine['services'], as: StartedAs | undefined) => Promise<unknown>
}

const allAtOnce: NonNullable<ClusterOptions['startServices']> = (services, as) =>
  Promise.all([...new Set(Object.values(services))].map(service => service.start(as)))

export async function startClusterEngine(options: ClusterOptions): Promise<ClusterEngine> {
  const { brokers, ownBrokers = brokers, own = {}, replication = 1, partitions = 4, redisUrl, namespace, as: startedAs } = options
  const { env: settings = testSettings, envOf = () => ({}), nodeArguments = () => [], startServices = allAtOnce } = options
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-cluster-'))
  const logDir = join(dataDir, 'logs')
  mkdirSync(logDir)
  const { membersPath } = ensureDevelopmentMembers(dataDir)
  const operatorsPath = ensureDevelopmentOperator(dataDir)
  ensureEngineSecret(dataDir)
  const keys = await startClusterKeys(dataDir)
  const inNamespace = namespace === undefined ? {} : { HOLDFAST_NAMESPACE: namespace }
  const create = (program: string, service: ServiceName, label: string): Promise<ServiceProcess> =>
    createServiceProcess(program, {
      env: {
        // The least a broker allows: a killed owner is replaced sooner, and the tests are about what happens then.
        HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: '6000',
        ...settings,
        HOLDFAST_KAFKA_BROKERS: brokers,
        HOLDFAST_KAFKA_REPLICATION: `${replication}`,
        ...(options.partitions === undefined ? {} : { HOLDFAST_PARTITIONS: `${partitions}` }),
        HOLDFAST_REDIS_URL: redisUrl,
        ...inNamespace,
        HOLDFAST_MEMBERS: membersPath,
        HOLDFAST_OPERATORS: operatorsPath,
        HOLDFAST_SECRET_FILE: join(dataDir, engineSecretFileName),
        HOLDFAST_DATA: join(dataDir, label),
        ...keys.env,
        ...envOf(service),
      },
      logFile: join(logDir, `${label}.log`),
      nodeArguments: nodeArguments(label),
    })
  const whole = options.isOneProcess ? await create('standalone', 'intake', 'standalone') : undefined
  const entries = await Promise.all(serviceNames.map(async name => [name, whole ?? (await create(name, name, name))] as const))
  const services = Object.fromEntries(entries) as Record<ServiceName, ServiceProcess>
  const streams = createKafkaStreams({
    ...own,
    brokers: ownBrokers.split(','),
    clientId: 'holdfast-tests',
    namespace,
    partitions,
    replication,
    sessionTimeoutMs: 6000,
    log: silentLogger,
  })
  const others: ServiceProcess[] = []
  let count = 1
  const another = async (name: ServiceName, as?: StartedAs) => {
    const other = await create(name, name, `${name}-${++count}`)
    others.push(other)
    await other.start(as)
    return other
  }
  const stop = async () => {
    await Promise.all([...Object.values(services), ...others].map(service => service.kill('SIGTERM')))
    await streams.close()
    await keys.stop()
    // Kept on request, to read the logs of a test that failed.
    if (!process.env.HOLDFAST_TEST_KEEP) await rm(dataDir, { recursive: true, force: true })
    else console.log(`logs: ${logDir}`)
  }
  try {
    await startServices(services, startedAs)
  } catch (error) {
    await stop()
    throw error
  }
  const foundBy = { ...keys.env, ...inNamespace }
  return {
    services,
    another,
    keys: foundBy,
    keysFolder: keys.redisFolder,
    logDir,
    dataDir,
    streams,
    intakeUrl: services.intake.url,
    deskUrl: services.desk.url,
    stop,
  }
}

/** An engine whose servers end with it. */
export type OwnCluster<Brokers> = ClusterEngine & { readonly kafka: Brokers; readonly redis: RedisServer }

export interface OwnClusterOptions extends Omit<ClusterOptions, 'brokers' | 'redisUrl'> {
  readonly redis?: Parameters<typeof startRedis>[0]
}

/** Starts an engine on these brokers, which no other engine uses, and on a Redis of its own. */
export async function startOwnCluster<Brokers extends { readonly brokers: string; stop(): Promise<void> }>(
  starting: Promise<Brokers>,
  { redis: redisOptions, ...options }: OwnClusterOptions = {},
): Promise<OwnCluster<Brokers>> {
  const stack = new AsyncDisposableStack()
  try {
    const kafka = await starting
    stack.defer(() => kafka.stop())
    const redis = await startRedis(redisOptions)
    stack.defer(() => redis.stop())
    const engine = await startClusterEngine({ ...options, brokers: kafka.brokers, redisUrl: redis.url })
    stack.defer(engine.stop)
    return { ...engine, kafka, redis, stop: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}
