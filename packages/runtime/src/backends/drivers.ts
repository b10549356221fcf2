import { join } from 'node:path'
import { inNamespace } from '@holdfast/schemas'
import {
  type ClaimIndex,
  createEmbeddedClaims,
  createEmbeddedIdempotency,
  createEmbeddedSnapshots,
  type IdempotencyStore,
  type SnapshotStore,
} from '@holdfast/stores'
import { createEmbeddedStreams, type Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import { openBackends } from '../config/backend-settings.ts'
import { redisPrefixOf } from '../config/backends.ts'
import type { BaseConfig } from '../config/config.ts'
import { startTogether } from '../lifetime.ts'
import type { Logger } from '../log.ts'
import { kafkaSecurity, redisSecurity } from './backend-security.ts'
import { type OpenKeyStore, openKeyStore } from './open-key-store.ts'
import { type BrokenDiskListener, openMainFile } from './open-main-file.ts'
import { streamsOfLedger } from './streams-of-ledger.ts'

/** The backends of the engine: the code above them is the same for both drivers. */
export interface Drivers {
  /** Where the data is stored, for people. */
  readonly description: string
  /** The file of the embedded driver. Only the engine itself can check it. */
  readonly file?: string
  readonly streams: Streams
  readonly idempotency: IdempotencyStore
  /** The claims of a workflow, by the prefix of its topics. */
  readonly claims: (workflow: string) => ClaimIndex
  snapshots(namespace: string): SnapshotStore
  /** Opened on first use. */
  keyStore(): Promise<OpenKeyStore>
  /** The advice if the clock of this machine is right and the log's time is wrong, as the end of a sentence. */
  readonly ifClockIsRight: string
  /** Throws if a backend is unreachable for a second. */
  ping(): Promise<void>
  /** Writes to the stores outside the streams. Throws what is wrong. */
  probeStores(): Promise<void>
  close(): Promise<void>
}

/** The default on Kafka: enough for four owners, few enough for one broker. */
const clusterPartitions = 4
/** The embedded file has one owner, so more partitions would only make batches smaller. */
const embeddedPartitions = 1

/** A caller gets 503 after this while Kafka is unreachable; other code retries. */
const writeBoundMs = 5000

/**
 * Creates the embedded drivers, or those of Kafka and Redis if they are configured. Rejects if a file cannot be opened,
 * or is not a valid certificate, key or password.
 */
export async function createDrivers(
  config: BaseConfig,
  service: string,
  clock: Clock,
  log: Logger,
  onBroken?: BrokenDiskListener,
): Promise<Drivers> {
  const { stop: close, ...drivers } = await startTogether(log, async stack => {
    let keys: Promise<OpenKeyStore> | undefined
    // Closing the streams may still need keys. A store that failed to open needs no closing.
    stack.defer(async () => {
      const opened = await keys?.catch(() => undefined)
      await opened?.close()
    })
    const backends =
      config.HOLDFAST_KAFKA_BROKERS && config.HOLDFAST_REDIS_URL
        ? await clusterDrivers(config, config.HOLDFAST_KAFKA_BROKERS, config.HOLDFAST_REDIS_URL, service, log, stack)
        : embeddedDrivers(config, clock, log, stack, onBroken)
    return {
      ...backends,
      streams: streamsOfLedger(backends.streams, config.HOLDFAST_LEDGER_NUMBER),
      keyStore() {
        keys ??= openKeyStore(config, log, onBroken)
        return keys
      },
      async ping() {
        await Promise.all([backends.ping(), keys?.then(({ ping }) => ping())])
      },
    }
  })
  return { ...drivers, close }
}

/** States belong to one ledger: their offsets are invalid in another. */
const spaceOf = (name: string, { HOLDFAST_LEDGER_NUMBER: ledger }: BaseConfig): string => (ledger > 1 ? `${name}.${ledger}` : name)

type Backends = Omit<Drivers, 'keyStore' | 'close'>

function embeddedDrivers(
  config: BaseConfig,
  clock: Clock,
  log: Logger,
  stack: AsyncDisposableStack,
  onBroken?: BrokenDiskListener,
): Backends {
  const { file, whyDamaged } = openMainFile(join(config.HOLDFAST_DATA, 'holdfast.sqlite'), log, { onBroken })
  stack.defer(() => file.close())
  const { steadyMs } = clock
  const streams = createEmbeddedStreams({
    file,
    partitions: config.HOLDFAST_PARTITIONS ?? embeddedPartitions,
    log,
    confirmedMs: config.HOLDFAST_CLOCK_CONFIRMED_AT === undefined ? undefined : Date.parse(config.HOLDFAST_CLOCK_CONFIRMED_AT),
    ...(steadyMs && { time: { nowMs: () => clock.now().getTime(), steadyMs } }),
  })
  stack.defer(() => streams.close())
  return {
    description: `embedded, ${file.path}`,
    streams,
    idempotency: createEmbeddedIdempotency(file, () => clock.now().getTime()),
    claims: workflow => createEmbeddedClaims(file, workflow),
    snapshots: namespace => createEmbeddedSnapshots(file, spaceOf(namespace, config)),
    ifClockIsRight: 'restart the engine with HOLDFAST_CLOCK_CONFIRMED_AT set to the current time',
    file: file.path,
    async ping() {
      const damage = whyDamaged()
      if (damage) throw new Error(damage)
      await streams.ping()
    },
    // They are in the file of the streams.
    probeStores: async () => undefined,
  }
}

/** Loads the Kafka and Redis clients on demand, so that an embedded engine starts sooner. */
async function clusterDrivers(
  config: BaseConfig,
  brokers: string[],
  redisUrl: string,
  service: string,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Backends> {
  const [{ createKafkaStreams }, { createRedisConnection, createRedisIdempotency, createRedisClaims, createRedisSnapshots }] =
    await Promise.all([import('@holdfast/streams/kafka'), import('@holdfast/stores/redis')])
  const kafka = kafkaSecurity(config)
  const redis = createRedisConnection(redisUrl, log, { prefix: redisPrefixOf(config), ...redisSecurity(config) })
  stack.defer(() => redis.close())
  if (config.HOLDFAST_ENV === 'production')
    for (const missing of openBackends(config))
      log.warn({ setting: missing.setting }, `Allowed by HOLDFAST_OPEN_BACKENDS: ${missing.reason}`)
  const streams = createKafkaStreams({
    ...kafka,
    brokers,
    clientId: `holdfast-${service}`,
    namespace: config.HOLDFAST_NAMESPACE,
    partitions: config.HOLDFAST_PARTITIONS ?? clusterPartitions,
    replication: config.HOLDFAST_KAFKA_REPLICATION,
    sessionTimeoutMs: config.HOLDFAST_KAFKA_SESSION_TIMEOUT_MS,
    membershipsPath: join(config.HOLDFAST_DATA, `memberships.${service}.sqlite`),
    writeBoundMs,
    log,
  })
  stack.defer(() => streams.close())
  return {
    description: `${streams.description}, ${redis.description}`,
    streams,
    idempotency: createRedisIdempotency(redis),
    claims: workflow => createRedisClaims({ ...redis, prefix: spaceOf(redis.prefix, config) }, workflow),
    snapshots: namespace => createRedisSnapshots(redis, spaceOf(namespace, config)),
    ifClockIsRight: `set the clock of the broker that leads ${inNamespace(config.HOLDFAST_NAMESPACE, 'freeze.clock')}`,
    async ping() {
      await Promise.all([streams.ping(), redis.ping()])
    },
    probeStores: redis.probe,
  }
}
