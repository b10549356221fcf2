import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyRing, KeyStore, MasterKeys } from '@holdfast/encryption'
import { Failure, type Terminal } from '../terminal.ts'

export interface OpenKeys {
  readonly ring: KeyRing
  readonly store: KeyStore
  /** Read on first use: copies are made and restored without them. */
  readonly masterKeys: MasterKeys
  readonly masterKeysPath: string
}

interface Options {
  /** Whether a missing store is created. */
  readonly makes?: boolean
}

/** Errors that the user's input or environment causes. */
const outerErrors: ReadonlySet<string> = new Set(['StoreUnavailableError', 'MasterKeysError', 'KeyLinesError'])

/**
 * Opens the key store that the services' settings name: a Redis, or the file in HOLDFAST_DATA, which a running engine
 * locks. Never creates master keys: new ones could not decrypt the keys. Throws Failure if the store cannot be opened.
 */
export async function withKeys<T>(terminal: Terminal, work: (keys: OpenKeys) => Promise<T>, { makes = false }: Options = {}): Promise<T> {
  // These modules take a while to load, and few other commands need them.
  const [kit, encryption] = await Promise.all([import('@holdfast/runtime'), import('@holdfast/encryption')])
  const config = kit.readConfig(kit.baseConfigSchema, terminal.settings.environment)
  if (!config.ok) throw new Failure(config.error)
  const { HOLDFAST_KEYS_REDIS_URL: redis, HOLDFAST_DATA: folder, HOLDFAST_MASTER_KEYS_FILE: named } = config.value
  if (!redis && !makes && !existsSync(join(folder, kit.keysFileName))) throw new Failure(`${folder} has no keys (HOLDFAST_DATA)`)
  const opened = await kit.openKeyStore(config.value, kit.silentLogger).catch(error => {
    const { message } = error as Error
    // With Redis, the cause is a certificate or a password that cannot be used.
    throw new Failure(redis ? message : `${message}: stop the engine first`)
  })
  const { store } = opened
  const masterKeysPath = named ?? join(folder, encryption.masterKeysFileName)
  const masterKeys = readLate(() => encryption.readMasterKeys(masterKeysPath))
  const ring = encryption.createKeyRing({ store, masterKeys, clock: terminal.now })
  try {
    return await work({ ring, store, masterKeys, masterKeysPath })
  } catch (error) {
    throw outerErrors.has((error as Error).name) ? new Failure((error as Error).message) : error
  } finally {
    ring.close()
    await opened.close()
  }
}

function readLate(read: () => MasterKeys): MasterKeys {
  let known: MasterKeys | undefined
  const keys = (): MasterKeys => {
    known ??= read()
    return known
  }
  return {
    get current() {
      return keys().current
    },
    wrap: async (bytes, aad) => keys().wrap(bytes, aad),
    unwrap: async (by, wrapped, aad) => keys().unwrap(by, wrapped, aad),
  }
}
