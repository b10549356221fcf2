import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { memberCountries, subBureaus } from '@holdfast/countries'
import type { KeyStore, StoreMetadata } from '@holdfast/encryption'
import { ensureMasterKeys, type MasterKeys, masterKeysFileName, readMasterKeys } from '@holdfast/encryption/master-keys'
import type { BaseConfig, Logger, OpenKeyStore } from '@holdfast/runtime'
import { StartRefusedError } from '@holdfast/runtime'
import { isTransient } from '@holdfast/streams'
import { type ComparedLedgers, compareKeys } from './compare-keys.ts'
import { hasHistory, whereToRead } from './secret-of-engine.ts'

export interface KeysOptions {
  readonly config: BaseConfig
  readonly keys: Pick<OpenKeyStore, 'store' | 'description'>
  /** The identity of the engine. */
  readonly engine: string
  readonly compared: ComparedLedgers
  /** False for a service that may not read the ledger: it waits until another one has compared keys and ledger. */
  readonly readsLedger: boolean
  readonly log: Logger
}

const waitMs = 1_000
const restoreKeys = `Put back the newest copy of the keys, or run "holdfast keys restore" with the newest copy and list of tombstones, and start again ${whereToRead}`

/** The countries that may have keys. */
export const countriesWithKeys: readonly string[] = [...memberCountries, ...subBureaus.keys()]

/**
 * Returns the master keys after checking that keys, master keys and ledger belong together: the keys are of this
 * engine, the keys of all facts since the last comparison exist, and the master keys can decrypt them. Master keys are
 * created only for a new engine. A key store without an identity gets it. Throws StartRefusedError and MasterKeysError.
 */
export async function keysOfEngine(options: KeysOptions): Promise<MasterKeys> {
  const { config, keys, engine, compared, readsLedger, log } = options
  const { store, description } = keys
  const metadata = await readMetadata(options)
  if (metadata.restored === 'under way')
    throw new StartRefusedError(
      `the restore of the keys in ${description} is incomplete. Run "holdfast keys restore" again with the same files`,
    )
  if (metadata.engine !== undefined && metadata.engine !== engine)
    throw new StartRefusedError(
      `${description} has the keys of another engine: check its address, the namespace and the engine secret. ${restoreKeys}`,
    )
  const { missing, undestroyed } = readsLedger ? await compareKeys(compared, store, metadata) : { missing: 0, undestroyed: 0 }
  if (missing > 0)
    throw new StartRefusedError(
      `${description} lacks ${missing} keys of facts in the ledger: the keys were lost, or these are an older copy. ${restoreKeys}`,
    )
  if (undestroyed > 0)
    throw new StartRefusedError(
      `${description} has keys of ${undestroyed} requests that were destroyed by the ledger: these are an older copy. ${restoreKeys}`,
    )
  const masterKeys = await masterKeysFor(config, store, metadata, description, log)
  if (metadata.engine === undefined) await store.setMetadata('engine', engine)
  return masterKeys
}

/** Waits for an unreachable Redis, and for an identity if this service cannot compare keys and ledger. */
async function readMetadata({ config, keys, compared: { streams }, readsLedger, log }: KeysOptions): Promise<StoreMetadata> {
  let logged: string | undefined
  for (;;) {
    let why = `${keys.description} has no identity yet: another service must compare it with the ledger first`
    try {
      const metadata = await keys.store.metadata()
      if (metadata.engine !== undefined || readsLedger || !(await hasHistory(streams))) return metadata
    } catch (error) {
      if (config.HOLDFAST_KEYS_REDIS_URL === undefined || !isTransient(error)) throw error
      why = (error as Error).message
    }
    if (why !== logged) log.warn({ reason: why }, 'The start waits for the keys of personal data')
    logged = why
    await pause(waitMs)
  }
}

async function masterKeysFor(
  config: BaseConfig,
  store: KeyStore,
  metadata: StoreMetadata,
  description: string,
  log: Logger,
): Promise<MasterKeys> {
  const { HOLDFAST_MASTER_KEYS_FILE: named, HOLDFAST_DATA: folder } = config
  const { currentKeysOf, canUnwrapCountryKey } = await import('@holdfast/encryption')
  const path = named ?? join(folder, masterKeysFileName)
  const countryKeys = await currentKeysOf(store, countriesWithKeys)
  if (named === undefined && !existsSync(path) && (metadata.engine !== undefined || countryKeys.length > 0))
    throw new StartRefusedError(
      `${path} is missing, but it encrypted the keys in ${description}. Other master keys cannot decrypt them. Put the copy of this file back and start again ${whereToRead}`,
    )
  const masterKeys = named === undefined ? ensureMasterKeys(folder) : readMasterKeys(named)
  const opened = await Promise.all(countryKeys.map(key => canUnwrapCountryKey(masterKeys, key)))
  const closed = countryKeys.filter((_, index) => !opened[index]).map(({ country }) => country)
  if (closed.length > 0 && closed.length === countryKeys.length)
    throw new StartRefusedError(
      `${path} cannot decrypt the keys in ${description}: these are other master keys. Put back those that encrypted the keys and start again ${whereToRead}`,
    )
  if (closed.length > 0)
    log.error({ countries: closed }, 'The master keys cannot decrypt the keys of some countries: a master key is missing')
  return masterKeys
}
