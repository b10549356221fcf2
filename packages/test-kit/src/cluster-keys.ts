import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRedis } from './redis-server.ts'

/** What an engine on Kafka and Redis needs in addition to encrypt personal data: master keys, and a Redis that keeps the other ones. */
export interface ClusterKeys {
  readonly env: { readonly HOLDFAST_MASTER_KEYS_FILE: string; readonly HOLDFAST_KEYS_REDIS_URL: string }
  /** Where the files of that Redis are. */
  readonly redisFolder: string
  stop(): Promise<void>
}

/** @param folder where the master keys are put. */
export async function startClusterKeys(folder: string): Promise<ClusterKeys> {
  const file = join(folder, 'master-keys')
  writeFileSync(file, `first ${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  const redis = await startRedis({ appendonly: true })
  return {
    env: { HOLDFAST_MASTER_KEYS_FILE: file, HOLDFAST_KEYS_REDIS_URL: redis.url },
    redisFolder: redis.folder,
    stop: () => redis.stop(),
  }
}
