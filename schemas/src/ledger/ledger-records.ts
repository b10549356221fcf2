import { isFactType, type LedgerFact } from '../event-types.ts'
import { factIn } from '../fact-envelope.ts'
import { parseJson } from '../problems.ts'
import { accepted, type Result, refused } from '../result.ts'
import { type FeatureLevelRaised, featureLevelRaisedType } from './feature-levels.ts'
import { type RefusedCommand, refusedCommandIn, refusedCommandType } from './refused-commands.ts'

/** Any record of a ledger. */
export type AnyLedgerRecord<F extends LedgerFact = LedgerFact> = F | RefusedCommand | FeatureLevelRaised

export const isRefusedCommand = (record: { readonly type: string }): record is RefusedCommand => record.type === refusedCommandType
export const isFeatureLevelRaised = (record: { readonly type: string }): record is FeatureLevelRaised =>
  record.type === featureLevelRaisedType

/**
 * Reads any record of the ledger. Only the envelope is checked, as in `readFact`. To verify a copy from outside, pass
 * `parseForeignJson`: the hash covers only the second of two members of one name.
 */
export function readLedgerRecord<F extends LedgerFact>(value: string, parse = parseJson): Result<AnyLedgerRecord<F>, string> {
  const parsed = parse(value)
  if (!parsed.ok) return refused(parsed.error.map(({ path, message }) => `${path} ${message}`.trim())[0] ?? 'not JSON')
  const record = parsed.value as { type?: unknown; data?: { level?: unknown } } | null
  if (typeof record !== 'object' || record === null) return refused('not an object')
  if (record.type === refusedCommandType) return refusedCommandIn(record)
  if (record.type === featureLevelRaisedType)
    return Number.isSafeInteger(record.data?.level) ? accepted(record as FeatureLevelRaised) : refused('has no level')
  return isFactType(record.type) ? (factIn(record) as Result<F, string>) : refused(`unknown type ${String(record.type).slice(0, 100)}`)
}

/** Reads a record of a stream. An event that this process wrote need not be parsed. */
export const ledgerRecordIn = <F extends LedgerFact>({
  value,
  event,
}: {
  readonly value: string
  readonly event?: object
}): Result<AnyLedgerRecord<F>, string> => (event === undefined ? readLedgerRecord(value) : accepted(event as AnyLedgerRecord<F>))
