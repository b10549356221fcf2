import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import { type LedgerFact, ledgerRecordIn, mayBeEncrypted } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/**
 * Decrypted data of facts by which requests are found. A write is synchronous and can't wait for keys, so the data is
 * decrypted before.
 */
export interface SearchableData {
  /** A fact with its data in plaintext, if it was decrypted. Otherwise it is noted for decryption. */
  of(fact: LedgerFact, line: string): LedgerFact
  /** Throws DataNeededError if a fact was noted: decrypt it and repeat the write. */
  check(): void
}

/** Aborts a write that needs further decrypted data. */
class DataNeededError extends Error {
  override readonly name = 'DataNeededError'
}

/** For writes without encrypted data. */
export const nothingEncrypted: SearchableData = { of: fact => fact, check: () => undefined }

/**
 * Runs a write that needs the searchable data of these records. When access to a request grows, older facts are needed
 * too. The write finds that out, and is then repeated.
 */
export async function withSearchableData<T>(
  { decrypt }: Pick<PersonalDataCipher, 'decrypt'>,
  isSearchable: (fact: LedgerFact) => boolean,
  records: readonly StreamRecord[],
  write: (records: readonly StreamRecord[], found: SearchableData) => Promise<T>,
): Promise<T> {
  const known = new Map<string, LedgerFact>()
  const wanted = new Map<string, LedgerFact>()

  async function decryptWanted(): Promise<void> {
    const events = await decrypt([...wanted.values()])
    for (const [index, line] of [...wanted.keys()].entries()) known.set(line, events[index] as LedgerFact)
    wanted.clear()
  }

  const found: SearchableData = {
    of(fact, line) {
      if (!isSearchable(fact)) return fact
      const decrypted = known.get(line)
      if (!decrypted) wanted.set(line, fact)
      return decrypted ?? fact
    },
    check() {
      if (wanted.size > 0) throw new DataNeededError('the write needs further decrypted data')
    },
  }

  const read = records.map(withParsedEvent)
  for (const { value, event } of read) if (event) found.of(event as LedgerFact, value)
  for (;;) {
    if (wanted.size > 0) await decryptWanted()
    try {
      return await write(read, found)
    } catch (error) {
      if (!(error instanceof DataNeededError)) throw error
    }
  }
}

/** Parses each record once. */
function withParsedEvent(record: StreamRecord): StreamRecord {
  if (record.event || !mayBeEncrypted(record.value)) return record
  const parsed = ledgerRecordIn(record)
  return parsed.ok ? { ...record, event: parsed.value } : record
}
