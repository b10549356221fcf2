import { confirmsDestruction, recordsDestruction } from '@holdfast/core'
import type { LedgerFact } from '@holdfast/schemas'
import { concernsKeys } from './destroy-keys.ts'

/**
 * Facts that require or confirm a destruction of keys, of which it is unknown whether it happened, because dispatch has
 * lost its record.
 */
export interface KeysInDoubt {
  /** Adds facts in ledger order. */
  take(accepted: readonly { readonly fact: LedgerFact; readonly offset: number }[]): void
  /**
   * In ledger order, however old: repeating a destruction changes nothing, and omitting it would keep personal data
   * beyond its retention period.
   */
  readonly facts: readonly { readonly fact: LedgerFact }[]
}

export function createKeysInDoubt(unknownFrom: number): KeysInDoubt {
  /** By request. A recorded next step proves the one before. */
  const inDoubt = new Map<string, { readonly fact: LedgerFact }>()
  return {
    get facts() {
      return [...inDoubt.values()]
    },
    take(accepted) {
      for (const { fact, offset } of accepted) {
        if (recordsDestruction(fact) || confirmsDestruction(fact)) inDoubt.delete(fact.subject)
        if (offset >= unknownFrom && concernsKeys(fact)) inDoubt.set(fact.subject, { fact })
      }
    },
  }
}
