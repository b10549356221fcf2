import type { Logger } from '@holdfast/runtime'
import type { KeyStore, WrappedCountryKey } from '@holdfast/sealing'
import type { MasterKeys } from '@holdfast/sealing/master-keys'
import { isPassing } from '@holdfast/streams'
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
  /** Reasons why no key can be had, for readiness. */
  reasons(): Promise<readonly string[]>
}

/** A key is asked for so often at most, however often readiness is. */
const freshMs = 2_000

/**
 * Asks for a key in earnest: whether the store is that of this engine, and the key of a country is there and unwraps. Logs once for each change. Whether the store can be reached is for its ping to say.
 */
export function createKeysProbe(options: KeysProbeOptions): KeysProbe {
  const { store, description, masterKeys, engine, log, nowMs = () => performance.now() } = options
  const lost = `${description} has lost its keys: stop the engine, restore them ("holdfast keys restore"), and start it again`
  let hadKeys = false
  let told: string | undefined
  let asked: { readonly atMs: number; readonly reasons: Promise<readonly string[]> } | undefined

  async function problem(): Promise<string | undefined> {
    const { currentKeysOf, KeysLostError, canUnwrapCountryKey } = await import('@holdfast/sealing')
    let keys: readonly WrappedCountryKey[]
    try {
      if ((await store.marks()).engine !== engine) return lost
      keys = await currentKeysOf(store, countriesWithKeys)
    } catch (error) {
      if (error instanceof KeysLostError) return error.message
      if (isPassing(error)) return undefined
      throw error
    }
    const [first] = keys
    if (!first) return hadKeys ? lost : undefined
    hadKeys = true
    return (await canUnwrapCountryKey(masterKeys, first)) ? undefined : `${description} has a key that the master keys do not open`
  }

  async function look(): Promise<readonly string[]> {
    const found = await problem()
    if (found !== told && found !== undefined) log.error({ reason: found }, 'no words can be sealed or opened: the keys are lost')
    if (found !== told && found === undefined) log.info('the keys can be used again')
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
