import { z } from 'zod'
import { parseJson } from '../problems.ts'
import { type Fact, factIn, factKinds, isFactType, type UnknownFact } from '../requests/facts.ts'
import { accepted, type Result, refused } from '../result.ts'
import { type FeatureLevelRaised, featureLevelRaisedType } from './feature-levels.ts'
import { type RefusedCommand, refusedCommandIn, refusedCommandType } from './refused-commands.ts'

/** What lies in `freeze.ledger` of a request, in kinds that this version knows. */
export type LedgerRecord = Fact | RefusedCommand

/** By what notifications and alerts name such a record: the kind of a fact, or a refused command, which comes after the fact with their sequence. */
export const recordKindSchema = z.enum([...factKinds, 'CommandRefused'])
export type RecordKind = z.output<typeof recordKindSchema>

/** All that may lie there. */
export type AnyLedgerRecord = LedgerRecord | UnknownFact | FeatureLevelRaised

export const isRefusedCommand = (record: { readonly type: string }): record is RefusedCommand => record.type === refusedCommandType
export const isFeatureLevelRaised = (record: { readonly type: string }): record is FeatureLevelRaised =>
  record.type === featureLevelRaisedType

/**
 * Reads a record of the ledger, whichever it is. Only its frame is checked, as `readFact` does. Who proves a copy that somebody hands in gives `parseForeignJson`: of two members of one name the
 * hash covers the second alone.
 */
export function readLedgerRecord(value: string, parse = parseJson): Result<AnyLedgerRecord, string> {
  const parsed = parse(value)
  if (!parsed.ok) return refused(parsed.error.map(({ path, message }) => `${path} ${message}`.trim())[0] ?? 'not JSON')
  const record = parsed.value as { type?: unknown; data?: { level?: unknown } } | null
  if (typeof record !== 'object' || record === null) return refused('not an object')
  if (record.type === refusedCommandType) return refusedCommandIn(record)
  if (record.type === featureLevelRaisedType)
    return Number.isSafeInteger(record.data?.level) ? accepted(record as FeatureLevelRaised) : refused('says no level')
  return isFactType(record.type) ? factIn(record) : refused(`unknown type ${String(record.type).slice(0, 100)}`)
}

/** The same of a record as a stream gives it: what this process has written itself need not be read. */
export const ledgerRecordIn = ({ value, event }: { readonly value: string; readonly event?: object }): Result<AnyLedgerRecord, string> =>
  event === undefined ? readLedgerRecord(value) : accepted(event as AnyLedgerRecord)
