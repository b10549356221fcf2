import { isFactType, type LedgerFact } from './event-types.ts'
import { accepted, type Result, refused } from './result.ts'

const hashPattern = /^[a-f0-9]{64}$/

/** Checks the envelope of a parsed fact, whose kind may be of a newer version. */
export function factIn(value: unknown): Result<LedgerFact, string> {
  const fact = value as Partial<LedgerFact> | null
  if (typeof fact !== 'object' || fact === null) return refused('not an object')
  if (!isFactType(fact.type)) return refused(`unknown type ${String(fact.type).slice(0, 100)}`)
  if (typeof fact.subject !== 'string' || typeof fact.id !== 'string' || typeof fact.causationid !== 'string')
    return refused('no subject, id or cause')
  if (!Number.isSafeInteger(fact.sequence) || !hashPattern.test(fact.prevhash ?? '') || !hashPattern.test(fact.hash ?? ''))
    return refused('no position in a history')
  if (typeof fact.data !== 'object' || fact.data === null || typeof fact.actor !== 'string') return refused('no actor or data')
  return accepted(fact as LedgerFact)
}
