import './jitless.ts'
import { type CommandKind, commandBodies, consequenceIdOf, type Problem, parseWith } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust/verify-history'
import { z } from 'zod'
import type { AnyFact } from '../facts/history-pages.ts'

// The engine’s own schemas and hash chain. The page fetches them once, when a request is opened.

export interface ChainCheck {
  /** Facts of which each is what its hash says, and built on the one before. */
  readonly facts: number
  readonly problems: number
}

/** As many facts are hashed before the page may do something else: some 5 ms. */
const factsAtOnce = 50

/** Checks each hash, and that each fact is built on the one before. */
export async function checkChain(facts: readonly AnyFact[]): Promise<ChainCheck> {
  const verifier = createChainVerifier({ strict: true })
  for (const [at, fact] of facts.entries()) {
    if (at > 0 && at % factsAtOnce === 0) await new Promise(resolve => setTimeout(resolve))
    verifier.add(fact, at + 1)
  }
  const report = verifier.finish()
  return { facts: report.facts, problems: report.problemCount }
}

/** What a command carries, as JSON Schema. */
export const bodySchemaOf = (command: CommandKind): unknown => z.toJSONSchema(commandBodies[command], { io: 'input' })

/** What is wrong with the data of a command, by path, in the words in which the engine would say it. */
export function problemsWith(command: CommandKind, data: unknown): readonly Problem[] {
  const parsed = parseWith<z.ZodType>(commandBodies[command], data)
  return parsed.ok ? [] : parsed.error
}

/** The number of the fact that each order would be of, by the order's id: an id is made of the fact's, and no fact makes two orders. */
export const orderCauses = (facts: readonly AnyFact[]): ReadonlyMap<string, number> =>
  new Map(facts.map(({ id, subject, sequence }) => [consequenceIdOf('order', subject, id), sequence]))
