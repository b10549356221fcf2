import { createLineVerifier } from '@holdfast/cli/verify-lines'
import { paymentStop } from '@holdfast/payment-stop'
import { memberRolePrefixOf, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

export interface LedgerReport {
  readonly requests: number
  readonly facts: number
  readonly wrongs: readonly string[]
}

/** docs/contributing/bounds.md: 140, and 20 reports of money or proposals. */
const sideFactsMax = 160

/**
 * Reads the whole ledger as `holdfast verify` does. Each record must be readable, each history complete, each accepted
 * request present, and no member role above its history quota.
 */
export async function verifyLedger(streams: Streams, accepted: ReadonlySet<string>): Promise<LedgerReport> {
  const verifier = createLineVerifier({ ledger: true, workflow: paymentStop })
  const missing = new Set(accepted)
  const ofSides = new Map<string, number>()
  let number = 0
  const end = await streams.endOffset(topics.ledger.name, 0)
  for await (const records of streams.read(topics.ledger.name, 0, 0, end))
    for (const { key, value } of records) {
      verifier.add({ number: ++number, text: value })
      missing.delete(key)
      const side = sideIn(value)
      if (side !== undefined) ofSides.set(`${key} by ${side}`, (ofSides.get(`${key} by ${side}`) ?? 0) + 1)
    }
  const { chain, problems } = await verifier.finish()
  const wrongs = problems.map(({ line, requestId, message }) => `line ${line} of the ledger, ${requestId ?? ''}: ${message}`)
  for (const [side, facts] of ofSides) if (facts > sideFactsMax) wrongs.push(`${side} has ${facts} facts, and ${sideFactsMax} are the most`)
  if (missing.size > 0) wrongs.push(`${missing.size} requests were accepted and are not in the ledger, such as ${[...missing].slice(0, 3)}`)
  return { requests: chain.requests, facts: chain.facts, wrongs: wrongs.slice(0, 20) }
}

/** The member role of a fact; undefined for the engine's own, and for a refusal, which has no sequence. */
function sideIn(value: string): string | undefined {
  const { actor, sequence } = JSON.parse(value) as { actor?: string; sequence?: number }
  return actor === undefined || sequence === undefined || actor.startsWith('holdfast/') ? undefined : memberRolePrefixOf(actor)
}
