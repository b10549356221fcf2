import type { PersonalData } from '@holdfast/core'
import type { EngineSecret } from '@holdfast/trust'
import { decryptionRefusals } from './encrypted-values.ts'
import { createKeyRing } from './key-ring.ts'
import type { KeyStore } from './key-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { createPersonalDataCipher, type PersonalDataCipher, type UndecryptableData } from './personal-data-cipher.ts'

/** The ciphers of personal data of one process, usable until it is closed. */
export interface OpenPersonalData {
  cipherOf(workflow: { readonly personalData: PersonalData }): PersonalDataCipher
  close(): void
}

interface OpenOptions {
  readonly store: KeyStore
  readonly masterKeys: MasterKeys
  readonly secret: EngineSecret
  readonly clock: { now(): Date }
  readonly log: { error(about: object, message: string): void }
}

export function openPersonalData({ store, masterKeys, secret, clock, log }: OpenOptions): OpenPersonalData {
  const ring = createKeyRing({ store, masterKeys, clock: clock.now })
  const onRefused = createRefusalAlert(({ requests: [requestId], context: [field, id], refusal }) =>
    log.error(
      { requestId, field, of: id, refusal, why: decryptionRefusals[refusal] },
      'Encrypted field rejected: it was damaged, changed or moved. A service that needs it parks its request. Compare the ledger with a backup',
    ),
  )
  const ciphers = new Map<PersonalData, PersonalDataCipher>()
  return {
    cipherOf({ personalData }) {
      const cipher = ciphers.get(personalData) ?? createPersonalDataCipher({ ring, secret, personalData, onRefused })
      ciphers.set(personalData, cipher)
      return cipher
    },
    close: ring.close,
  }
}

/** Repeated reads of the same field log it once. */
const namedMax = 1_000

/** Calls `alert` once per encrypted field. */
export function createRefusalAlert(alert: (block: UndecryptableData) => void): (block: UndecryptableData) => void {
  const named = new Set<string>()
  return block => {
    const name = [...block.context, block.refusal].join(' ')
    if (named.has(name)) return
    if (named.size >= namedMax) named.clear()
    named.add(name)
    alert(block)
  }
}
