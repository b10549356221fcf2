import type { EngineSecret } from '@holdfast/trust'
import { createKeyRing } from './key-ring.ts'
import type { KeyStore } from './key-store.ts'
import type { MasterKeys } from './master-keys.ts'
import { openRefusals } from './sealed-block.ts'
import { createWords, type RefusedBlock, type Words } from './words.ts'

/** The words of persons in one process, which it can read until it is closed. */
export interface KeptWords {
  readonly words: Words
  close(): void
}

interface WordsOptions {
  readonly store: KeyStore
  readonly masterKeys: MasterKeys
  readonly secret: EngineSecret
  readonly clock: { now(): Date }
  readonly log: { error(about: object, message: string): void }
}

export function wordsOf({ store, masterKeys, secret, clock, log }: WordsOptions): KeptWords {
  const ring = createKeyRing({ store, masterKeys, clock: clock.now })
  const onRefused = createRefusalAlert(({ requests: [requestId], place: [field, id], refusal }) =>
    log.error(
      { requestId, field, of: id, refusal, why: openRefusals[refusal] },
      'Encrypted field rejected: it was damaged, changed or moved. A service that needs it parks its request. Compare the ledger with a backup',
    ),
  )
  return { words: createWords({ ring, secret, onRefused }), close: ring.close }
}

/** A page that is looked at again and again is no reason to say it again and again. */
const namedMax = 1_000

/** Calls `alert` once for each block. */
export function createRefusalAlert(alert: (block: RefusedBlock) => void): (block: RefusedBlock) => void {
  const named = new Set<string>()
  return block => {
    const name = [...block.place, block.refusal].join(' ')
    if (named.has(name)) return
    if (named.size >= namedMax) named.clear()
    named.add(name)
    alert(block)
  }
}
