import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@holdfast/service-kit'
import { createKafkaStreams, type KafkaStreamsOptions } from '@holdfast/streams/kafka'
import { type ClusterKeys, startClusterKeys } from '@holdfast/test-kit/cluster-keys'
import { engineSecretFileName, ensureDevelopmentMembers, ensureDevelopmentOperator, ensureEngineSecret } from '@holdfast/trust'
import { type Engine, testSettings } from './engine.ts'
import { createServiceProcess, type ServiceProcess, type StartedAs } from './service-process.ts'

export const serviceNames = ['ledger', 'validation', 'dispatch', 'desk', 'intake'] as const
export type ServiceName = (typeof serviceNames)[number]

/** The engine as a cluster: every service its own process, on real Kafka and Redis. */
export interface ClusterEngine extends Engine {
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>
  readonly logDir: string
  /** One more process of a service, started; ended with the engine. */
  another(name: ServiceName, as?: StartedAs): Promise<ServiceProcess>
  /** Settings by which its keys are found, where it seals. */
  readonly keys: (ClusterKeys['env'] & { readonly HOLDFAST_NAMESPACE?: string }) | undefined
  /** Where the files of the Redis are that keeps those keys. */
  readonly keysFolder: string | undefined
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
  readonly redisUrl: string
  /** Different for each engine on one Kafka and Redis. */
  readonly namespace?: string | undefined
  /** Settings of every service by their names in the environment, instead of those of a test: there members ask as often as they like. */
  readonly env?: Readonly<Record<string, string>>
  /** Settings of one service, over those of all. */
  readonly envOf?: (service: ServiceName) => Readonly<Record<string, string>>
  /** Whether the words of persons are sealed. */
  readonly isSealed?: boolean
  /** Which version of it is started. */
  readonly as?: StartedAs
  /** Starts them otherwise than all at once. */
  readonly startServices?: (services: ClusterEngine['services'], as: StartedAs | undefined) => Promise<unknown>
}

const allAtOnce: NonNullable<ClusterOptions['startServices']> = (services, as) =>
  Promise.all(Object.values(services).map(service => service.start(as)))

export async function startClusterEngine({
  brokers,
  ownBrokers = brokers,
  own = {},
  replication = 1,
  redisUrl,
  namespace,
  env: settings = testSettings,
  envOf = () => ({}),
  isSealed = false,
  as: startedAs,
  startServices = allAtOnce,
}: ClusterOptions): Promise<ClusterEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-cluster-'))
  const logDir = join(dataDir, 'logs')
  mkdirSync(logDir)
  const { membersPath } = ensureDevelopmentMembers(dataDir)
  const operatorsPath = ensureDevelopmentOperator(dataDir)
  ensureEngineSecret(dataDir)
  const keys = isSealed ? await startClusterKeys(dataDir) : undefined
  const inNamespace = namespace === undefined ? {} : { HOLDFAST_NAMESPACE: namespace }
  const env = (service: ServiceName, name: string = service) => ({
    ...settings,
    HOLDFAST_KAFKA_BROKERS: brokers,
    HOLDFAST_KAFKA_REPLICATION: `${replication}`,
    HOLDFAST_REDIS_URL: redisUrl,
    ...inNamespace,
    // The least a broker allows: a killed owner is replaced sooner, and the tests are about what happens then.
    HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: '6000',
    HOLDFAST_MEMBERS: membersPath,
    HOLDFAST_OPERATORS: operatorsPath,
    HOLDFAST_SECRET_FILE: join(dataDir, engineSecretFileName),
    HOLDFAST_DATA: join(dataDir, name),
    ...(keys ? keys.env : { HOLDFAST_WORDS: 'clear' }),
    ...envOf(service),
  })
  const entries = await Promise.all(
    serviceNames.map(async name => [name, createServiceProcess(name, await freePort(), env(name), join(logDir, `${name}.log`))] as const),
  )
  const services = Object.fromEntries(entries) as Record<ServiceName, ServiceProcess>
  const streams = createKafkaStreams({
    ...own,
    brokers: ownBrokers.split(','),
    clientId: 'holdfast-tests',
    namespace,
    partitions: 4,
    replication,
    sessionTimeoutMs: 6000,
    log: silentLogger,
  })
  const others: ServiceProcess[] = []
  const another = async (name: ServiceName, as?: StartedAs) => {
    const nth = `${name}-${others.length + 2}`
    const other = createServiceProcess(name, await freePort(), env(name, nth), join(logDir, `${nth}.log`))
    others.push(other)
    await other.start(as)
    return other
  }
  const stop = async () => {
    await Promise.all([...Object.values(services), ...others].map(service => service.kill('SIGTERM')))
    await streams.close()
    await keys?.stop()
    // Kept where somebody wants to read the logs of a test that failed.
    if (!process.env.HOLDFAST_TEST_KEEP) await rm(dataDir, { recursive: true, force: true })
    else console.log(`logs: ${logDir}`)
  }
  try {
    await startServices(services, startedAs)
  } catch (error) {
    await stop()
    throw error
  }
  const foundBy = keys && { ...keys.env, ...inNamespace }
  return {
    services,
    another,
    keys: foundBy,
    keysFolder: keys?.redisFolder,
    logDir,
    dataDir,
    streams,
    intakeUrl: services.intake.url,
    deskUrl: services.desk.url,
    stop,
  }
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('no free port')
  return address.port
}
