import { consequenceId } from '../ids.ts'
import { type AnyRecord, factAt, lineAt, pointersOf, relink, type Spoilable, spoil } from '../recorded.ts'

/** What has to be named, how it is broken, and the breaking. */
export type Mutation = readonly [invariant: string, what: string, spoil: (seen: Spoilable) => void]

/** The place of the first fact of a kind. */
export const first = (seen: Spoilable, kind: string, where?: (fact: AnyRecord) => boolean): number => {
  const [at] = pointersOf(seen, kind, where)
  if (at === undefined) throw new Error(`the recording has no such ${kind}`)
  return at
}

/** Changes the first fact of a kind, and the chain with it. */
export const inFirst =
  (kind: string, change: (fact: AnyRecord) => void, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void =>
    spoil(seen, first(seen, kind, where), change)

/** Leaves one out, and closes the gap. */
export const without =
  (kind: string, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void => {
    const [gone] = seen.ledger.splice(first(seen, kind, where), 1)
    relink(seen, JSON.parse(gone?.value ?? '').subject)
  }

/** Adds a fact like one that is there, of another command, right behind it. */
export const again =
  (kind: string, where?: (fact: AnyRecord) => boolean) =>
  (seen: Spoilable): void => {
    const at = first(seen, kind, where)
    const fact = { ...factAt(seen, at), causationid: 'of-another-command' }
    fact.id = consequenceId('fact', fact.subject, fact.causationid)
    seen.ledger.splice(at + 1, 0, { ...lineAt(seen.ledger, at), value: JSON.stringify(fact) })
    relink(seen, fact.subject)
  }

/** Whether nothing follows a fact in its history. */
export function isLast({ ledger }: Spoilable, fact: AnyRecord): boolean {
  return ledger.every(({ value }) => JSON.parse(value).subject !== fact.subject || (JSON.parse(value).sequence ?? 0) <= fact.sequence)
}

export const someone = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Error('the recording has none')
  return found
}

/** Takes the first such one away. */
export const drop = <T>(list: T[], where: (each: T) => boolean): T => {
  const at = list.findIndex(where)
  if (at < 0) throw new Error('the recording has none')
  return someone(list.splice(at, 1)[0])
}
