import { consequenceId } from '../ids.ts'
import { type AnyRecord, factAt, lineAt, pointersOf, relink, type Spoilable, spoil } from '../recorded.ts'

/** The invariant to be named, a description, and the mutation. */
export type Mutation = readonly [invariant: string, what: string, spoil: (seen: Spoilable) => void]

/** The index of the first fact of a type. */
export const first = (seen: Spoilable, kind: string, where?: (fact: AnyRecord) => boolean): number => {
  const [at] = pointersOf(seen, kind, where)
  if (at === undefined) throw new Error(`the recording has no such ${kind}`)
  return at
}

/** Changes the first fact of a type and rehashes the chain. */
export const inFirst =
  (kind: string, change: (fact: AnyRecord) => void, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void =>
    spoil(seen, first(seen, kind, where), change)

/** Removes a fact and closes the gap. */
export const without =
  (kind: string, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void => {
    const [gone] = seen.ledger.splice(first(seen, kind, where), 1)
    relink(seen, JSON.parse(gone?.value ?? '').subject)
  }

/** Adds a copy of a fact, for another command, right after it. */
export const again =
  (kind: string, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void => {
    const at = first(seen, kind, where)
    const fact = { ...factAt(seen, at), causationid: 'of-another-command' }
    fact.id = consequenceId('fact', fact.subject, fact.causationid)
    seen.ledger.splice(at + 1, 0, { ...lineAt(seen.ledger, at), value: JSON.stringify(fact) })
    relink(seen, fact.subject)
  }

/** Whether a fact is the last of its history. */
export function isLast({ ledger }: Spoilable, fact: AnyRecord): boolean {
  return ledger.every(({ value }) => JSON.parse(value).subject !== fact.subject || (JSON.parse(value).sequence ?? 0) <= fact.sequence)
}

export const someone = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Error('the recording has no such record')
  return found
}

/** Removes the first matching record. */
export const drop = <T>(list: T[], where: (each: T) => boolean): T => {
  const at = list.findIndex(where)
  if (at < 0) throw new Error('the recording has no such record')
  return someone(list.splice(at, 1)[0])
}
