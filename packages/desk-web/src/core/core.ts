import './jitless.ts'
import { type CommandKind, commandBodies, consequenceIdOf, type Problem, parseWith } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust/verify-history'
import { z } from 'zod'
import type { AnyFact } from '../facts/history-pages.ts'

// The engine's own schemas and hash chain. The page fetches them once, when a request is opened.

export interface ChainCheck {
  /** Facts with a correct hash that continue the one before. */
  readonly facts: number
  readonly problems: number
}

/** Facts that are hashed before the page may do other work: about 5 ms. */
const factsAtOnce = 50

/** Checks each hash, and that each fact continues the one before. */
export async function checkChain(facts: readonly AnyFact[]): Promise<ChainCheck> {
  const verifier = createChainVerifier({ strict: true })
  for (const [at, fact] of facts.entries()) {
    if (at > 0 && at % factsAtOnce === 0) await new Promise(resolve => setTimeout(resolve))
    verifier.add(fact, at + 1)
  }
  const report = verifier.finish()
  return { facts: report.facts, problems: report.problemCount }
}

/** The data of a command as JSON Schema. */
export const bodySchemaOf = (command: CommandKind): unknown => z.toJSONSchema(commandBodies[command], { io: 'input' })

/** The problems of a command's data by path, in the engine's own text. */
export function problemsWith(command: CommandKind, data: unknown): readonly Problem[] {
  const parsed = parseWith<z.ZodType>(commandBodies[command], data)
  return parsed.ok ? [] : parsed.error
}

/**
 * The sequence of the fact that caused each order, by order id: an id is derived from its fact, and no fact causes two
 * orders.
 */
export const orderCauses = (facts: readonly AnyFact[]): ReadonlyMap<string, number> =>
  new Map(facts.map(({ id, subject, sequence }) => [consequenceIdOf('order', subject, id), sequence]))
