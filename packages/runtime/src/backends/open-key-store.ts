import { join } from 'node:path'
import type { KeyStore } from '@holdfast/encryption'
import { openSqlite } from '@holdfast/sqlite'
import { redisPrefixOf } from '../config/backends.ts'
import type { BaseConfig } from '../config/config.ts'
import type { Logger } from '../log.ts'
import { redisSecurity } from './backend-security.ts'
import { createKnownDamage } from './known-damage.ts'
import type { BrokenDiskListener } from './open-main-file.ts'

export const keysFileName = 'keys.sqlite'

/** The store of the keys that encrypt personal data. */
export interface OpenKeyStore {
  readonly store: KeyStore
  /** The location, for people. */
  readonly description: string
  /** Throws if it is unreachable for a second, or no longer accepts writes. */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the Redis that is configured, or a file. Loads its modules on demand, so that a service without keys starts
 * sooner. Throws what opening the file throws.
 */
export const openKeyStore = (config: BaseConfig, log: Logger, onBroken?: BrokenDiskListener): Promise<OpenKeyStore> =>
  config.HOLDFAST_KEYS_REDIS_URL ? inRedis(config, config.HOLDFAST_KEYS_REDIS_URL, log) : inFile(config, log, onBroken)

const wayBack = 'stop the engine, keep the file and those next to it, and restore the newest copy of the keys: see docs/operate/keys.md'

async function inFile({ HOLDFAST_DATA: folder }: BaseConfig, log: Logger, onBroken?: BrokenDiskListener): Promise<OpenKeyStore> {
  const { createEmbeddedKeyStore } = await import('@holdfast/encryption')
  const path = join(folder, keysFileName)
  const { onDamage, why } = createKnownDamage(path, wayBack, log)
  const file = openSqlite(path, { durable: true, onDamage, onBroken })
  /** The probe of the main file covers the disk space, because both files are in one folder. */
  async function ping(): Promise<void> {
    const damage = why()
    if (damage) throw new Error(damage)
    await file.write(() => undefined)
  }
  try {
    return { store: await createEmbeddedKeyStore(file), description: file.path, ping, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function inRedis(config: BaseConfig, url: string, log: Logger): Promise<OpenKeyStore> {
  const [{ createRedisKeyStore }, { createRedisConnection }] = await Promise.all([
    import('@holdfast/encryption'),
    import('@holdfast/stores/redis'),
  ])
  const redis = createRedisConnection(url, log, { prefix: redisPrefixOf(config), ...redisSecurity(config) })
  return {
    store: createRedisKeyStore(redis, { replicas: config.HOLDFAST_KEYS_REDIS_REPLICAS }),
    description: redis.description,
    ping: redis.ping,
    close: redis.close,
  }
}
