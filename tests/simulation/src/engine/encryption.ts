import type {
  createKeyRing,
  createPersonalDataCipher,
  KeyStore,
  MasterKeys,
  OpenPersonalData,
  WrappedRequestKey,
} from '@holdfast/encryption'
import * as ofThisVersion from '@holdfast/encryption'
import { paymentStop } from '@holdfast/payment-stop'
import type { Fact } from '@holdfast/payment-stop/language'
import { createMemoryKeys } from '@holdfast/test-kit/memory-keys'
import type { Perform } from '@holdfast/test-kit/memory-stores'
import type { EngineSecret } from '@holdfast/trust'

/** The encryption of one version: each version knows the personal data in its own commands. */
export interface EncryptionCode {
  readonly createKeyRing: typeof createKeyRing
  readonly createPersonalDataCipher: typeof createPersonalDataCipher
}

/** The keys of an engine. They are never lost: the simulation tests failures of calls to them. */
export interface SimulatedEncryption {
  /** The key ring of one incarnation of a process. */
  ofProcess(code: EncryptionCode, perform: Perform, clock: () => Date): OpenPersonalData
  /** The keys without faults, for the judge. */
  readonly keys: KeyStore
  /** Facts with all personal data, also those whose keys were destroyed later, as an early reader saw them. */
  asTheyWere(facts: readonly Fact[]): Promise<readonly Fact[]>
}

/** The simulation does not test how master keys encrypt. */
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
      return { cipherOf: ({ personalData }) => code.createPersonalDataCipher({ personalData, ring, secret }), close: ring.close }
    },
    async asTheyWere(facts) {
      const all = createMemoryKeys().store()
      for await (const countryKeys of keys.store().pagesOfCountryKeys())
        await all.restore({ countryKeys, requestKeys: [], destructions: [] })
      await all.restore({ countryKeys: [], requestKeys: everStored, destructions: [] })
      const ring = ringOf(ofThisVersion, all, () => new Date())
      const opened = await ofThisVersion
        .createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret })
        .decryptWithNames(facts)
      ring.close()
      return opened
    },
  }
}
