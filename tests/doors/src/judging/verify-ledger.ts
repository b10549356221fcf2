import { createLineVerifier } from '@holdfast/cli/verify-lines'
import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

export interface LedgerReport {
  readonly requests: number
  readonly facts: number
  readonly wrongs: readonly string[]
}

/** Reads the whole ledger as `holdfast verify` does: each record has to be one, each history whole, and each request that was accepted in it. */
export async function verifyLedger(streams: Streams, accepted: ReadonlySet<string>): Promise<LedgerReport> {
  const verifier = createLineVerifier({ ledger: true })
  const missing = new Set(accepted)
  let number = 0
  const end = await streams.endOffset(topics.ledger.name, 0)
  for await (const records of streams.read(topics.ledger.name, 0, 0, end))
    for (const { key, value } of records) {
      verifier.add({ number: ++number, text: value })
      missing.delete(key)
    }
  const { chain, problems } = await verifier.finish()
  const wrongs = problems.map(({ line, requestId, message }) => `line ${line} of the ledger, ${requestId ?? ''}: ${message}`)
  if (missing.size > 0) wrongs.push(`${missing.size} requests were accepted and are not in the ledger, such as ${[...missing].slice(0, 3)}`)
  return { requests: chain.requests, facts: chain.facts, wrongs: wrongs.slice(0, 20) }
}
