import { hash } from 'node:crypto'
import { featureLevelKey, isFeatureLevelRaised, isRefusedCommand, readLedgerRecord } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { createChainVerifier } from '@holdfast/trust'

/** A digest of each request's records in order, to compare two ledgers: the same number, the same bytes. */
export interface Tally {
  add(record: Pick<StreamRecord, 'key' | 'value'>): void
  readonly records: number
  readonly requests: number
  /** The first requests that differ in the other tally. */
  differences(other: Tally): string[]
  /** The digest of one request. */
  of(key: string): string | undefined
  keys(): IterableIterator<string>
}

const namedMax = 5

/** Keeps a digest of 32 characters and a count for each key: about 200 bytes. */
export function createTally(): Tally {
  const digests = new Map<string, string>()
  let records = 0
  return {
    add({ key, value }) {
      records++
      digests.set(key, hash('sha256', `${digests.get(key) ?? ''}\n${value}`, 'base64url').slice(0, 32))
    },
    get records() {
      return records
    },
    get requests() {
      return digests.size
    },
    differences(other) {
      const differing: string[] = []
      for (const key of new Set([...digests.keys(), ...other.keys()]))
        if (digests.get(key) !== other.of(key) && differing.push(key) === namedMax) break
      return differing
    },
    of: key => digests.get(key),
    keys: () => digests.keys(),
  }
}

/** Verifies the chains of all requests of a ledger, whatever its partitions. */
export function createChains() {
  const verifier = createChainVerifier()
  let line = 0
  return {
    add({ value }: Pick<StreamRecord, 'value'>) {
      line++
      const entry = readLedgerRecord(value)
      if (!entry.ok || isFeatureLevelRaised(entry.value)) return
      if (isRefusedCommand(entry.value)) verifier.addRefused(entry.value)
      else verifier.add(entry.value, line)
    },
    finish: () => verifier.finish(),
  }
}

/** Whether a record is about a partition and not about a request. Each partition has its own. */
export const isAboutPartition = ({ key }: Pick<StreamRecord, 'key'>): boolean => key === featureLevelKey
