import type { LedgerRecord } from '@holdfast/payment-stop/language'
import type { StreamRecord } from '@holdfast/streams'

/** Facts and refused commands as records of a ledger partition, from an offset on. */
export const ledgerRecords = (entries: readonly LedgerRecord[], partition = 0, from = 0): StreamRecord[] =>
  entries.map((entry, index) => ({
    topic: 'freeze.ledger',
    partition,
    offset: from + index,
    key: entry.subject,
    value: JSON.stringify(entry),
    headers: {},
    timestampMs: 0,
  }))
