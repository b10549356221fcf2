import type { Fact } from '@holdfast/schemas'
import type {
  createKeyRing,
  createPersonalDataCipher,
  KeyStore,
  MasterKeys,
  PersonalDataCipher,
  WrappedRequestKey,
} from '@holdfast/sealing'
import * as ofThisVersion from '@holdfast/sealing'
import { createMemoryKeys } from '@holdfast/test-kit/memory-keys'
import type { Perform } from '@holdfast/test-kit/memory-stores'
import type { EngineSecret } from '@holdfast/trust'

/** How one version seals: each knows of its own commands where their words stand. */
export interface EncryptionCode {
  readonly createKeyRing: typeof createKeyRing
  readonly createPersonalDataCipher: typeof createPersonalDataCipher
}

/** The keys of an engine that seals the words of persons. They are never lost: what is tried here is what becomes of calls to them. */
export interface SimulatedEncryption {
  /** What one life of a process has of them. */
  ofProcess(code: EncryptionCode, perform: Perform, clock: () => Date): { readonly words: PersonalDataCipher; close(): void }
  /** The keys as they are, for who judges. */
  readonly keys: KeyStore
  /** Facts with all their words and names, also those whose keys were destroyed since: as somebody would have seen them who looked in time. */
  asTheyWere(facts: readonly Fact[]): Promise<readonly Fact[]>
}

/** How master keys wrap is not what is tried here. */
const masterKeys: MasterKeys = {
  current: 'first',
  wrap: async bytes => ({ by: 'first', wrapped: bytes }),
  unwrap: async (_by, wrapped) => wrapped,
}

export function createSimulatedEncryption(secret: EngineSecret): SimulatedEncryption {
  const everStored: WrappedRequestKey[] = []
  const keys = createMemoryKeys(key => void everStored.push(key))
  const ringOf = (code: EncryptionCode, store: KeyStore, clock: () => Date) =>
    code.createKeyRing({ store, masterKeys, clock, nowMs: () => performance.now() })
  return {
    keys: keys.store(),
    ofProcess(code, perform, clock) {
      const ring = ringOf(code, keys.store(perform), clock)
      return { words: code.createPersonalDataCipher({ ring, secret }), close: ring.close }
    },
    async asTheyWere(facts) {
      const all = createMemoryKeys().store()
      for await (const countryKeys of keys.store().pagesOfCountryKeys())
        await all.restore({ countryKeys, requestKeys: [], destructions: [] })
      await all.restore({ countryKeys: [], requestKeys: everStored, destructions: [] })
      const ring = ringOf(ofThisVersion, all, () => new Date())
      const opened = await ofThisVersion.createPersonalDataCipher({ ring, secret }).openedWithNames(facts)
      ring.close()
      return opened
    },
  }
}
