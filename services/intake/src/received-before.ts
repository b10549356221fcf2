import { setTimeout as pause } from 'node:timers/promises'
import { stateSpace } from '@holdfast/folds'
import { parseSnapshot } from '@holdfast/lifecycle'
import { topics } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

/**
 * When these requests were received first, as ISO instants: of those that the ledger has opened. The others are new, or are not decided yet.
 * Throws StoreUnavailableError and StreamUnavailableError.
 */
export type ReceivedBefore = (requestIds: readonly string[]) => Promise<ReadonlyMap<string, string>>

/** An owner notices within a second that its states are lost and folds them again: 20,000 facts a second. Who folds for longer must not hold up the door. */
const patienceMs = 2_000
const lookEveryMs = 20
/** The ledger's end is asked for so often, not for each request. */
const askEveryMs = 1_000

interface KnownEnd {
  latest: number | undefined
  /** A second older or more: what lay before it is in the store by now, unless that has forgotten. Undefined where the stream has not answered yet. */
  earlier: number | undefined
  askedAtMs: number
}

/**
 * Looks a request up in the states that the ledger's owners keep; here they are only read. It is asked when the idempotency store knows nothing of a key, which is for each new request: one read
 * by id (on Redis a round trip). A store that was lost with the keys is waited for, by all who ask together and once.
 * Resolves when it knows how far the ledger was before the first request, or after two seconds.
 */
export async function createReceivedBefore({ streams, snapshots }: Pick<ServiceContext, 'streams' | 'snapshots'>): Promise<ReceivedBefore> {
  const ledger = topics.ledger.name
  const store = snapshots(stateSpace('ledger'))
  const ends = new Map<number, KnownEnd>()
  const waits = new Map<number, Promise<void>>()

  /** An end that is asked for with the first request may lie behind that request's own fact, which is not in the store yet. */
  async function noteEnds(): Promise<void> {
    const partitions = Array.from({ length: await streams.partitionCount(ledger) }, (_, partition) => partition)
    await Promise.all(
      partitions.map(async partition => {
        const end = await streams.endOffset(ledger, partition)
        ends.set(partition, { latest: end, earlier: end, askedAtMs: performance.now() })
      }),
    )
  }
  await Promise.race([noteEnds().catch(() => undefined), pause(patienceMs, undefined, { ref: false })])

  /** Asks from time to time, and waits for no answer: where there is none the stream is away, and who publishes hears of it. */
  function earlierEnd(partition: number): number | undefined {
    const nowMs = performance.now()
    const known = ends.get(partition)
    if (known && nowMs < known.askedAtMs + askEveryMs) return known.earlier
    const { latest, earlier } = known ?? { latest: undefined, earlier: undefined }
    ends.set(partition, { latest, earlier, askedAtMs: nowMs })
    streams.endOffset(ledger, partition).then(
      end => ends.set(partition, { latest: end, earlier: latest ?? end, askedAtMs: nowMs }),
      () => undefined,
    )
    return earlier
  }

  /** What is known of the end is old after a quiet time. A shared store may have been restored from an older backup since, and lacks facts that are not known of here. */
  async function endToReach(partition: number): Promise<number | undefined> {
    const known = ends.get(partition)
    const nowMs = performance.now()
    if (!store.isShared || !known || nowMs < known.askedAtMs + 2 * askEveryMs) return earlierEnd(partition)
    const end = await streams.endOffset(ledger, partition)
    ends.set(partition, { latest: end, earlier: end, askedAtMs: nowMs })
    return end
  }

  /** The ledger's owner saves a checkpoint as it opens, also of an empty partition: a store without one has forgotten. */
  async function isBehind(partition: number, checkpoint: number | undefined): Promise<boolean> {
    const end = await endToReach(partition)
    return checkpoint === undefined || (end !== undefined && checkpoint < end)
  }

  async function statesIn(partition: number, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { checkpoint, snapshots: states } = await store.load(partition, ids)
    if (!(await isBehind(partition, checkpoint))) waits.delete(partition)
    else if (states.size < ids.length) {
      await restored(partition)
      return (await store.load(partition, ids)).snapshots
    }
    return states
  }

  /** One wait for all, which is over for as long as the store stays behind. */
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
      if (((await store.load(partition, [])).checkpoint ?? 0) >= end) return void waits.delete(partition)
      await pause(lookEveryMs)
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
        const openedAt = openedAtIn(text)
        if (openedAt !== undefined) instants.set(id, openedAt)
      }
    return instants
  }
}

/** Nothing in a state that can't be read: its owner folds it again once it meets it. */
function openedAtIn(text: string): string | undefined {
  try {
    return parseSnapshot(text).openedAt
  } catch {
    return undefined
  }
}
