import { join } from 'node:path'
import { openSqlite } from '@holdfast/sqlite'
import {
  createEmbeddedIdempotency,
  createEmbeddedOpenPayments,
  createEmbeddedSnapshots,
  createRedisConnection,
  createRedisIdempotency,
  createRedisOpenPayments,
  createRedisSnapshots,
  type IdempotencyStore,
  type OpenPayments,
  type SnapshotStore,
} from '@holdfast/stores'
import { createEmbeddedStreams, createKafkaStreams, type Streams } from '@holdfast/streams'
import type { Clock } from './clock.ts'
import type { BaseConfig } from './config.ts'
import type { Logger } from './log.ts'

/** The backends of the engine: one code path above them, two drivers below. */
export interface Drivers {
  /** For people: where everything is kept. */
  readonly description: string
  readonly streams: Streams
  readonly idempotency: IdempotencyStore
  readonly openPayments: OpenPayments
  snapshots(namespace: string): SnapshotStore
  /** Throws what is wrong when a backend can't be reached within a second. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Kafka splits into four where nobody said otherwise: enough for four owners, few enough for one broker. */
const clusterPartitions = 4
/** One process owns the embedded file, so more partitions would only make smaller batches. */
const embeddedPartitions = 1

/** A caller is told 503 after this while Kafka is away; whoever is no caller tries again. */
const writeBoundMs = 5000

/** Embedded, unless the configuration names Kafka and Redis. Throws when the file can't be opened. */
export const createDrivers = (config: BaseConfig, service: string, clock: Clock, log: Logger): Drivers =>
  config.HOLDFAST_KAFKA_BROKERS && config.HOLDFAST_REDIS_URL
    ? clusterDrivers(config, config.HOLDFAST_KAFKA_BROKERS, config.HOLDFAST_REDIS_URL, service, log)
    : embeddedDrivers(config, clock, log)

function embeddedDrivers(config: BaseConfig, clock: Clock, log: Logger): Drivers {
  const file = openSqlite(join(config.HOLDFAST_DATA, 'holdfast.sqlite'), { durable: true })
  const streams = createEmbeddedStreams({ file, partitions: config.HOLDFAST_PARTITIONS ?? embeddedPartitions, log })
  return {
    description: `embedded, ${file.path}`,
    streams,
    idempotency: createEmbeddedIdempotency(file, () => clock.now().getTime()),
    openPayments: createEmbeddedOpenPayments(file),
    snapshots: namespace => createEmbeddedSnapshots(file, namespace),
    ping: () => streams.ping(),
    async close() {
      await streams.close()
      await file.close()
    },
  }
}

function clusterDrivers(config: BaseConfig, brokers: string[], redisUrl: string, service: string, log: Logger): Drivers {
  const redis = createRedisConnection(redisUrl, log, { prefix: config.HOLDFAST_REDIS_PREFIX })
  const streams = createKafkaStreams({
    brokers,
    clientId: `holdfast-${service}`,
    partitions: config.HOLDFAST_PARTITIONS ?? clusterPartitions,
    replication: config.HOLDFAST_KAFKA_REPLICATION,
    sessionTimeoutMs: config.HOLDFAST_KAFKA_SESSION_TIMEOUT_MS,
    writeBoundMs,
    log,
  })
  return {
    description: `${streams.description}, ${redis.description}`,
    streams,
    idempotency: createRedisIdempotency(redis),
    openPayments: createRedisOpenPayments(redis),
    snapshots: namespace => createRedisSnapshots(redis, namespace),
    async ping() {
      await Promise.all([streams.ping(), redis.ping()])
    },
    async close() {
      await streams.close()
      await redis.close()
    },
  }
}
