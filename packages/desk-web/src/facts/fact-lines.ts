import type { AnyFact } from './history-pages.ts'

/** Facts as they lie in the ledger, a line each, as `holdfast verify` takes them: the hashes in them prove them without the engine. */
export const factLines = (facts: readonly AnyFact[]): string => facts.map(fact => `${JSON.stringify(fact)}\n`).join('')

export const factsMediaType = 'application/x-ndjson'

/** The name of a file of facts. A reference may hold what no file's name does. */
export const factsFileName = (country: string, reference: string): string =>
  `${reference.startsWith(`${country}-`) ? '' : `${country}-`}${reference.replaceAll(/[^\w-]/g, '_')}.jsonl`
