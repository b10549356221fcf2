import { join } from 'node:path'
import {
  createEmbeddedKeyStore,
  createKeyRing,
  createPersonalDataCipher,
  ensureMasterKeys,
  type KeyRing,
  type MasterKeys,
  type PersonalDataCipher,
} from '@holdfast/encryption'
import { paymentStop } from '@holdfast/payment-stop'
import { type Command, type CommandKind, commandType, type Fact, type FactKind, factKindOf } from '@holdfast/payment-stop/language'
import { openSqlite } from '@holdfast/sqlite'
import { createMemoryKeys } from '@holdfast/test-kit/memory-keys'
import { createEngineSecret } from '@holdfast/trust'

/** Data keys in a folder. */
export interface TestEncryption {
  readonly cipher: PersonalDataCipher
  readonly ring: KeyRing
  /** The keys as another process has them, without a cache. Calls back with the number of keys at each request. */
  uncached(onFind?: (keys: number) => void): PersonalDataCipher
  close(): Promise<void>
}

export async function openTestEncryption(folder: string): Promise<TestEncryption> {
  const file = openSqlite(join(folder, 'keys.sqlite'), { durable: true })
  const ring = createKeyRing({ store: await createEmbeddedKeyStore(file), masterKeys: ensureMasterKeys(folder), clock: () => new Date() })
  const secret = createEngineSecret(Buffer.alloc(32, 7))
  return {
    cipher: createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret }),
    ring,
    uncached: (onFind = () => {}) =>
      createPersonalDataCipher({
        personalData: paymentStop.personalData,
        secret,
        ring: {
          ...ring,
          find(ids) {
            onFind(ids.length)
            return ring.find(ids)
          },
        },
      }),
    async close() {
      ring.close()
      await file.close()
    },
  }
}

/** The keys of an engine that has encrypted nothing yet. */
export function cipherInMemory(): PersonalDataCipher {
  const masterKeys: MasterKeys = {
    current: 'first',
    wrap: async wrapped => ({ by: 'first', wrapped }),
    unwrap: async (_by, wrapped) => wrapped,
  }
  const ring = createKeyRing({ store: createMemoryKeys().store(), masterKeys, clock: () => new Date() })
  return createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret: createEngineSecret(Buffer.alloc(32, 7)) })
}

const commandOf: Readonly<Partial<Record<FactKind, CommandKind>>> = {
  RequestOpened: 'OpenRequest',
  InformationRequested: 'AskInformation',
  InformationProvided: 'ProvideInformation',
  OrderAcknowledged: 'AcknowledgeOrder',
  FreezeReported: 'ReportFreeze',
  NotFoundReported: 'ReportNotFound',
  MovedOnwardReported: 'ReportMovedOnward',
  OnwardFollowed: 'FollowOnward',
  RequestReopened: 'Reopen',
  FreezeReleased: 'Release',
  ReturnReported: 'ReportReturn',
}

/** Facts as stored with encryption. Their hashes stay the same, because no test here verifies them. */
export async function encryptFacts(cipher: PersonalDataCipher, facts: readonly Fact[]): Promise<Fact[]> {
  const encrypted = await cipher.encrypt(
    facts.map(fact => {
      const kind = commandOf[factKindOf(fact)]
      return { ...fact, id: fact.causationid, ...(kind ? { type: commandType(kind) } : { data: {} }) } as unknown as Command
    }),
  )
  return facts.map((fact, index) => (commandOf[factKindOf(fact)] ? ({ ...fact, data: encrypted[index]?.data } as unknown as Fact) : fact))
}
