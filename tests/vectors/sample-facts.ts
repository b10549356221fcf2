import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact, UnchainedFact } from '@holdfast/payment-stop/language'
import { chainStart } from '@holdfast/schemas'
import { chainFact } from '@holdfast/trust'

// Two recorded requests without hashes, which are computed here. They are stored as text, because decisions of the
// current engine do not matter to a format.

type Told = Omit<UnchainedFact, 'prevhash'>

const told = readFileSync(join(import.meta.dirname, 'told.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as Told)
const subjects = [...new Set(told.map(({ subject }) => subject))]

/** Chains facts to one another, and the first to `before`. */
export function chained(facts: readonly Told[], before: string = chainStart): Fact[] {
  const done: Fact[] = []
  for (const fact of facts) done.push(chainFact({ ...fact, prevhash: done.at(-1)?.hash ?? before } as UnchainedFact))
  return done
}

const requestOf = (nth: number): Fact[] => chained(told.filter(({ subject }) => subject === subjects[nth]))

/** Frozen and confirmed; the third fact has an unknown type. */
export const held = requestOf(0)

export const withdrawn = requestOf(1)
