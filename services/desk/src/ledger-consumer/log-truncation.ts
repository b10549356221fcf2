import type { Workflow } from '@holdfast/core'
import { findTruncation, truncationMessage } from '@holdfast/request-state'
import type { DeadLetters, Logger } from '@holdfast/runtime'
import type { Streams } from '@holdfast/streams'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { LostFact, RequestProjection } from '../projection/request-projection.ts'

export interface TruncationDependencies {
  readonly ledgers: JoinedLedgers<{ readonly workflow: Pick<Workflow, 'topics'> }>
  readonly streams: Streams
  readonly views: Pick<RequestProjection, 'factsFrom' | 'forget' | 'lineAt' | 'readSoFar'>
  readonly deadLetters: DeadLetters
  readonly log: Logger
}

/** The log line names at most this many requests of each kind, and their count. */
const namedMax = 50
/** At most this many lost facts become dead letters: operators cannot repair more by hand. */
const deadLettersMax = 1_000
const deadLettersAtOnce = 50

/**
 * If the ledger has lost records of a partition, deletes the partition so that it is read again, and returns true. Logs
 * which requests are gone and which have lost facts. This desk may have the last copy of these facts, so they become
 * dead letters.
 */
export async function discardTruncated(deps: TruncationDependencies, partition: number): Promise<boolean> {
  const { ledgers, streams, views, log } = deps
  const { desk, partition: own } = ledgers.locate(partition)
  const read = views.readSoFar(partition)
  const lost = read && (await findTruncation(streams, desk.workflow, own, read.next, read.fingerprints))
  if (!lost) return false
  const same = await lastSame(deps, partition, lost.unchangedTo)
  const requests = new Map<string, number>()
  const kept: LostFact[] = []
  let facts = 0
  for (const fact of views.factsFrom(partition, same)) {
    facts++
    if (!requests.has(fact.requestId)) requests.set(fact.requestId, fact.sequence)
    if (kept.length < deadLettersMax) kept.push(fact)
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
    `${truncationMessage}. The lost facts are in the dead letters. Inform the countries of these requests`,
  )
  // Before the deletion: after a crash this runs again, and the dead letters have the same ids.
  await keep(deps, partition, kept)
  await views.forget(partition)
  return true
}

/** The offset after the last stored fact that the ledger also has. All before it is unchanged. */
async function lastSame({ ledgers, views }: TruncationDependencies, partition: number, from: number): Promise<number> {
  const { next = 0 } = views.readSoFar(partition) ?? {}
  let same = from
  for await (const records of ledgers.read(partition, from, next))
    for (const { offset, value } of records) if (views.lineAt(partition, offset) === value) same = offset + 1
  return same
}

async function keep({ ledgers, deadLetters }: TruncationDependencies, at: number, facts: readonly LostFact[]): Promise<void> {
  const { topic, partition } = ledgers.locate(at)
  for (let first = 0; first < facts.length; first += deadLettersAtOnce)
    await Promise.all(
      facts
        .slice(first, first + deadLettersAtOnce)
        .map(({ requestId, sequence, offset, line }) =>
          deadLetters.keep(
            { topic, partition, offset, key: requestId, value: line, headers: {}, timestampMs: 0 },
            `the ledger has lost this fact, number ${sequence} of its request`,
          ),
        ),
    )
}
