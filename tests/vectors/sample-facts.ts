import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chainStart, type Fact, type UnchainedFact } from '@holdfast/schemas'
import { chainFact } from '@holdfast/trust'

// Two requests as an engine told them, without the hashes, which are made here. They are kept as text: what the engine of today would decide is no matter to a format.

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

/** Held and confirmed; the third fact is of a kind that is not known yet. */
export const held = requestOf(0)

export const withdrawn = requestOf(1)
