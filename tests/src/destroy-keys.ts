import { join } from 'node:path'
import { createKeyRing, type KeyStore } from '@holdfast/encryption'
import { masterKeysFileName, readMasterKeys } from '@holdfast/encryption/master-keys'
import { configSchemaWithPort, openKeyStore, silentLogger } from '@holdfast/runtime'
import type { ClusterEngine } from '@holdfast/test-kit/cluster-engine'
import type { EmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'

type EngineWithKeys = Engine & Partial<Pick<EmbeddedEngine, 'drivers'>> & Partial<Pick<ClusterEngine, 'keys'>>

/**
 * Destroys the keys of a request in the key store of a running engine, by the three steps of the key ring.
 * Services can decrypt its personal data for one more second.
 */
export async function destroyKeys(engine: EngineWithKeys, requestId: string): Promise<void> {
  const masterKeys = readMasterKeys(engine.keys?.HOLDFAST_MASTER_KEYS_FILE ?? join(engine.dataDir, masterKeysFileName))
  const { store, close } = await storeOf(engine)
  const ring = createKeyRing({ store, masterKeys, clock: () => new Date() })
  try {
    await ring.intend(requestId, 'ERASURE_ORDERED')
    await ring.destroy(requestId)
    await ring.confirm(requestId)
  } finally {
    ring.close()
    await close()
  }
}

/** Only this process can open the file, because it runs the embedded engine. */
async function storeOf({ drivers, keys, dataDir }: EngineWithKeys): Promise<{ readonly store: KeyStore; close(): Promise<void> }> {
  if (drivers) return { store: (await drivers.keyStore()).store, close: async () => undefined }
  return openKeyStore(configSchemaWithPort(0).parse({ HOLDFAST_DATA: dataDir, ...keys }), silentLogger)
}
