import type { AnyFact } from './any-fact.ts'

/** Facts as the ledger has them, one a line, for `holdfast verify`: their hashes prove them without the engine. */
export const factLines = (facts: readonly AnyFact[]): string => facts.map(fact => `${JSON.stringify(fact)}\n`).join('')

export const factsMediaType = 'application/x-ndjson'

/** The name of a file of facts. A case reference may contain characters that file names can't. */
export const factsFileName = (country: string, reference: string): string =>
  `${reference.startsWith(`${country}-`) ? '' : `${country}-`}${reference.replaceAll(/[^\w-]/g, '_')}.jsonl`
