import type { KeyStore, WrappedCountryKey } from '@holdfast/encryption'
import type { MasterKeys } from '@holdfast/encryption/master-keys'
import type { Logger } from '@holdfast/runtime'
import { isTransient } from '@holdfast/streams'
import { countriesWithKeys } from './keys-of-engine.ts'

export interface KeysProbeOptions {
  readonly store: KeyStore
  readonly description: string
  readonly masterKeys: MasterKeys
  /** The identity of the engine. */
  readonly engine: string
  readonly log: Logger
  readonly nowMs?: () => number
}

export interface KeysProbe {
  /** Reasons why no key is available, for readiness. */
  reasons(): Promise<readonly string[]>
}

/** At most one key lookup in this time, however often readiness is queried. */
const freshMs = 2_000

/**
 * Tests a real key lookup: the store is that of this engine, and the key of a country is there and can be decrypted.
 * Logs once for each change. Whether the store is reachable is checked by its ping.
 */
export function createKeysProbe(options: KeysProbeOptions): KeysProbe {
  const { store, description, masterKeys, engine, log, nowMs = () => performance.now() } = options
  const lost = `${description} has lost its keys: stop the engine, restore them ("holdfast keys restore"), and start it again`
  let hadKeys = false
  let told: string | undefined
  let asked: { readonly atMs: number; readonly reasons: Promise<readonly string[]> } | undefined

  async function problem(): Promise<string | undefined> {
    const { currentKeysOf, KeysLostError, canUnwrapCountryKey } = await import('@holdfast/encryption')
    let keys: readonly WrappedCountryKey[]
    try {
      if ((await store.metadata()).engine !== engine) return lost
      keys = await currentKeysOf(store, countriesWithKeys)
    } catch (error) {
      if (error instanceof KeysLostError) return error.message
      if (isTransient(error)) return undefined
      throw error
    }
    const [first] = keys
    if (!first) return hadKeys ? lost : undefined
    hadKeys = true
    return (await canUnwrapCountryKey(masterKeys, first)) ? undefined : `${description} has a key that the master keys cannot decrypt`
  }

  async function look(): Promise<readonly string[]> {
    const found = await problem()
    if (found !== told && found !== undefined)
      log.error({ reason: found }, 'Personal data cannot be encrypted or decrypted: the keys are lost')
    if (found !== told && found === undefined) log.info('The keys are available again')
    told = found
    return found === undefined ? [] : [found]
  }

  return {
    reasons() {
      if (!asked || nowMs() - asked.atMs >= freshMs) asked = { atMs: nowMs(), reasons: look() }
      return asked.reasons
    },
  }
}
