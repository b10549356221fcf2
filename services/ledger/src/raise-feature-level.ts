import type { PartitionState } from '@holdfast/request-state'
import type { Clock, Logger } from '@holdfast/runtime'
import { featureLevel, featureLevelKey, featureLevelRaiseOf, type WorkflowTopics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Thrown if a ledger uses features that this version does not support: a newer version writes it. */
export class NewerLedgerError extends Error {
  override readonly name = 'NewerLedgerError'
}

interface Dependencies {
  readonly streams: Streams
  readonly topics: Pick<WorkflowTopics, 'ledger'>
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Raises the feature level of a partition if necessary, and returns whether it did. An empty ledger starts at the
 * newest level; another one is raised only on request. Throws NewerLedgerError if the partition is beyond this version.
 */
export async function raiseFeatureLevel(
  { streams, topics, clock, log }: Dependencies,
  partition: number,
  { position, level }: Pick<PartitionState<unknown>, 'position' | 'level'>,
  requestedLevel: number | undefined,
): Promise<boolean> {
  if (level > featureLevel)
    throw new NewerLedgerError(
      `partition ${partition} of ${topics.ledger.name} is at level ${level}, but this version supports levels up to ${featureLevel}. Run a newer version`,
    )
  const raisedTo = position === 0 ? featureLevel : (requestedLevel ?? level)
  if (raisedTo <= level) return false
  const raised = featureLevelRaiseOf(partition, raisedTo, { source: '/holdfast/ledger', at: clock.now() })
  await streams.append(topics.ledger.name, partition, [{ key: featureLevelKey, value: JSON.stringify(raised) }])
  log.warn({ partition, level: raisedTo }, 'Feature level of the ledger raised: it may now contain facts that older versions cannot read')
  return true
}
