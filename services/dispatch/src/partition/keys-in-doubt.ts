import { type Fact, isFact } from '@holdfast/schemas'
import { concernsKeys } from './destroy-keys.ts'

/** Facts because of which keys are to be destroyed, or their destruction confirmed, and of which nobody knows whether that was done, because dispatch has lost its record. */
export interface KeysInDoubt {
  /** Takes what the ledger says, in its order. */
  take(accepted: readonly { readonly fact: Fact; readonly offset: number }[]): void
  /** In the order of the ledger. However old they are, they are followed now: done again it changes nothing, and left undone words would outlive their time. */
  readonly facts: readonly { readonly fact: Fact }[]
}

export function createKeysInDoubt(unknownFrom: number): KeysInDoubt {
  /** By request. What the next step of a destruction is on record of, needs no repeat. */
  const inDoubt = new Map<string, { readonly fact: Fact }>()
  return {
    get facts() {
      return [...inDoubt.values()]
    },
    take(accepted) {
      for (const { fact, offset } of accepted) {
        if (isFact(fact, 'KeysDestroyed') || isFact(fact, 'DestructionConfirmed')) inDoubt.delete(fact.subject)
        if (offset >= unknownFrom && concernsKeys(fact)) inDoubt.set(fact.subject, { fact })
      }
    },
  }
}
