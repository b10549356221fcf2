import { setTimeout as pause } from 'node:timers/promises'
import { stateSpaceOf, type Workflow } from '@holdfast/core'
import type { ServiceContext } from '@holdfast/service-kit'

/**
 * Returns when these requests were first received, as ISO instants, for requests that the ledger has opened. The others
 * are new or not decided yet. Throws StoreUnavailableError and StreamUnavailableError.
 */
export type ReceivedBefore = (requestIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

/**
 * An owner detects lost states within a second and rebuilds 20,000 facts a second. A longer rebuild must not delay the
 * endpoint.
 */
const patienceMs = 2_000
const pollMs = 20
/** Interval of queries for the ledger's end, which are not made for each request. */
const endQueryMs = 1_000

interface KnownEnd {
  latest: number | undefined
  /**
   * A second old or older: facts before it are in the store by now, unless the store has lost them. Undefined until the
   * stream has answered.
   */
  earlier: number | undefined
  queriedAtMs: number
}

/**
 * Looks up requests in the states that the ledger's owners save; here they are read-only. Used when the idempotency
 * store does not know a key, which is for each new request: one read by id (one round trip on Redis).
 *
 * If the store was lost with the keys, all callers share one wait for it. Resolves once the ledger's end before the
 * first request is known, or after two seconds.
 */
export async function createReceivedBefore(
  workflow: Pick<Workflow, 'parseSnapshot' | 'stateVersions' | 'topicPrefix' | 'topics'>,
  { streams, snapshots }: Pick<ServiceContext, 'streams' | 'snapshots'>,
): Promise<ReceivedBefore> {
  const ledger = workflow.topics.ledger.name
  const store = snapshots(stateSpaceOf(workflow, 'ledger'))
  const ends = new Map<number, KnownEnd>()
  const waits = new Map<number, Promise<void>>()

  /** An end that is read with the first request may include that request's own fact, which is not in the store yet. */
  async function readEnds(): Promise<void> {
    const partitions = Array.from({ length: await streams.partitionCount(ledger) }, (_, partition) => partition)
    await Promise.all(
      partitions.map(async partition => {
        const end = await streams.endOffset(ledger, partition)
        ends.set(partition, { latest: end, earlier: end, queriedAtMs: performance.now() })
      }),
    )
  }
  await Promise.race([readEnds().catch(() => undefined), pause(patienceMs, undefined, { ref: false })])

  /**
   * Queries the end from time to time without waiting for the answer. If the stream is unreachable, publishing reports
   * that.
   */
  function earlierEnd(partition: number): number | undefined {
    const nowMs = performance.now()
    const known = ends.get(partition)
    if (known && nowMs < known.queriedAtMs + endQueryMs) return known.earlier
    const { latest, earlier } = known ?? { latest: undefined, earlier: undefined }
    ends.set(partition, { latest, earlier, queriedAtMs: nowMs })
    streams.endOffset(ledger, partition).then(
      end => ends.set(partition, { latest: end, earlier: latest ?? end, queriedAtMs: nowMs }),
      () => undefined,
    )
    return earlier
  }

  /**
   * After a quiet period, the known end is old. A shared store may have been restored from an older backup meanwhile,
   * and lacks facts of which this process does not know.
   */
  async function endToReach(partition: number): Promise<number | undefined> {
    const known = ends.get(partition)
    const nowMs = performance.now()
    if (!store.isShared || !known || nowMs < known.queriedAtMs + 2 * endQueryMs) return earlierEnd(partition)
    const end = await streams.endOffset(ledger, partition)
    ends.set(partition, { latest: end, earlier: end, queriedAtMs: nowMs })
    return end
  }

  /**
   * The ledger's owner saves a snapshot offset when it opens a partition, even an empty one: a store without one has
   * lost its data.
   */
  async function isBehind(partition: number, snapshotOffset: number | undefined): Promise<boolean> {
    const end = await endToReach(partition)
    return snapshotOffset === undefined || (end !== undefined && snapshotOffset < end)
  }

  async function statesIn(partition: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { snapshotOffset, snapshots: states } = await store.load(partition, ids)
    if (!(await isBehind(partition, snapshotOffset))) waits.delete(partition)
    else if (states.size < ids.length) {
      await restored(partition)
      return (await store.load(partition, ids)).snapshots
    }
    return states
  }

  /** One wait for all callers. It is not repeated while the store stays behind. */
  function restored(partition: number): Promise<void> {
    const known = waits.get(partition)
    if (known) return known
    const wait = waitFor(partition)
    waits.set(partition, wait)
    wait.catch(() => waits.delete(partition))
    return wait
  }

  async function waitFor(partition: number): Promise<void> {
    const untilMs = performance.now() + patienceMs
    const end = await Promise.race([streams.endOffset(ledger, partition), pause(patienceMs, 0, { ref: false })])
    while (performance.now() < untilMs) {
      if (((await store.load(partition, [])).snapshotOffset ?? 0) >= end) return void waits.delete(partition)
      await pause(pollMs)
    }
  }

  return async requestIds => {
    const byPartition = new Map<number, string[]>()
    for (const id of requestIds) {
      const partition = await streams.partitionOf(ledger, id)
      const ofPartition = byPartition.get(partition)
      if (ofPartition) ofPartition.push(id)
      else byPartition.set(partition, [id])
    }
    const found = await Promise.all([...byPartition].map(([partition, ids]) => statesIn(partition, ids)))
    const instants = new Map<string, string>()
    for (const states of found)
      for (const [id, text] of states) {
        const openedAt = openedAtIn(workflow, text)
        if (openedAt !== undefined) instants.set(id, openedAt)
      }
    return instants
  }
}

/** Nothing is known of an unreadable state: its owner rebuilds it when it meets it. */
function openedAtIn({ parseSnapshot }: Pick<Workflow, 'parseSnapshot'>, text: string): string | undefined {
  try {
    return parseSnapshot(text).openedAt
  } catch {
    return undefined
  }
}
