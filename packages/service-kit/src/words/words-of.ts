import type { Words } from '@holdfast/sealing'
import { ensureMasterKeys, type MasterKeys, readMasterKeys } from '@holdfast/sealing/master-keys'
import type { EngineSecret } from '@holdfast/trust'
import type { Clock } from '../clock.ts'
import type { BaseConfig } from '../config.ts'
import type { Drivers } from '../drivers.ts'

/** The words of persons in one process, which it can read until it is closed. */
export interface KeptWords {
  readonly words: Words
  close(): void
}

export async function wordsOf(
  config: BaseConfig,
  drivers: Pick<Drivers, 'keyStore'>,
  secret: EngineSecret,
  clock: Clock,
): Promise<KeptWords> {
  const [{ createKeyRing, createWords }, { store }] = await Promise.all([import('@holdfast/sealing'), drivers.keyStore()])
  const ring = createKeyRing({ store, masterKeys: masterKeysOf(config), clock: clock.now })
  return { words: createWords({ ring, secret }), close: ring.close }
}

/** Throws MasterKeysError. */
const masterKeysOf = ({ HOLDFAST_MASTER_KEYS_FILE: file, HOLDFAST_DATA: folder }: BaseConfig): MasterKeys =>
  file === undefined ? ensureMasterKeys(folder) : readMasterKeys(file)
