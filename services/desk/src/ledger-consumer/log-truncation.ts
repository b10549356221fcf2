import { findTruncation, truncationMessage } from '@holdfast/folds'
import type { DeadLetters, Logger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { LostFact, RequestProjection } from '../projection/request-projection.ts'

export interface TruncationDependencies {
  readonly streams: Streams
  readonly views: Pick<RequestProjection, 'factsFrom' | 'forget' | 'lineAt' | 'readSoFar'>
  readonly deadLetters: DeadLetters
  readonly log: Logger
}

/** The log names so many requests of a kind, and says how many there are. */
const namedMax = 50
/** So many lost facts are kept for operators; a broker that loses more has lost what nobody mends by hand. */
const keptMax = 1_000
const keptAtOnce = 50

/**
 * Forgets a partition of the view where the ledger no longer has all that was read of it, so that it is folded anew, and says whether it did. What is lost is named: the log
 * says which requests are there no more and which have less history, and the facts, of which this view may have the last copy, go to the dead letters.
 */
export async function discardTruncated(deps: TruncationDependencies, partition: number): Promise<boolean> {
  const { streams, views, log } = deps
  const read = views.readSoFar(partition)
  const lost = read && (await findTruncation(streams, partition, read.next, read.past))
  if (!lost) return false
  const same = await lastSame(deps, partition, lost.same)
  const requests = new Map<string, number>()
  const kept: LostFact[] = []
  let facts = 0
  for (const fact of views.factsFrom(partition, same)) {
    facts++
    if (!requests.has(fact.requestId)) requests.set(fact.requestId, fact.sequence)
    if (kept.length < keptMax) kept.push(fact)
  }
  const ids = [...requests]
  const gone = ids.filter(([, firstLost]) => firstLost === 1).map(([requestId]) => requestId)
  const shorter = ids.filter(([, firstLost]) => firstLost > 1).map(([requestId]) => requestId)
  log.warn(
    {
      partition,
      position: lost.position,
      same,
      end: lost.end,
      facts,
      requestsGone: gone.length,
      gone: gone.slice(0, namedMax),
      requestsShorter: shorter.length,
      shorter: shorter.slice(0, namedMax),
    },
    `${truncationMessage}. The facts are in the dead letters: tell the countries of these requests`,
  )
  // Before it is forgotten: who dies here does it again, and the letters have the same ids.
  await keep(deps, partition, kept)
  await views.forget(partition)
  return true
}

/** The offset behind the last fact of the view that the ledger has too: all before it is the same, and nothing behind it. */
async function lastSame({ streams, views }: TruncationDependencies, partition: number, from: number): Promise<number> {
  const { next = 0 } = views.readSoFar(partition) ?? {}
  let same = from
  for await (const records of streams.read(topics.ledger.name, partition, from, next))
    for (const { offset, value } of records) if (views.lineAt(partition, offset) === value) same = offset + 1
  return same
}

async function keep({ deadLetters }: TruncationDependencies, partition: number, facts: readonly LostFact[]): Promise<void> {
  for (let first = 0; first < facts.length; first += keptAtOnce)
    await Promise.all(
      facts
        .slice(first, first + keptAtOnce)
        .map(({ requestId, sequence, offset, line }) =>
          deadLetters.keep(
            { topic: topics.ledger.name, partition, offset, key: requestId, value: line, headers: {}, timestampMs: 0 },
            `the ledger has lost this fact, number ${sequence} of its request`,
          ),
        ),
    )
}
