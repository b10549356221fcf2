import type { PartitionFold } from '@holdfast/folds'
import type { Clock, Logger } from '@holdfast/runtime'
import { featureLevel, featureLevelKey, raiseOf, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Thrown where a ledger is further than this version knows: who writes it is of a newer one. */
export class NewerLedgerError extends Error {
  override readonly name = 'NewerLedgerError'
}

interface Dependencies {
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Raises the level of a partition where it is to be raised, and says whether it did: an empty ledger begins at the newest, one that has been written to is raised when it is told to.
 * Throws NewerLedgerError where the partition is beyond this version.
 */
export async function raiseFeatureLevel(
  { streams, clock, log }: Dependencies,
  partition: number,
  { position, level }: Pick<PartitionFold<unknown>, 'position' | 'level'>,
  wanted: number | undefined,
): Promise<boolean> {
  if (level > featureLevel)
    throw new NewerLedgerError(
      `partition ${partition} of ${topics.ledger.name} is at level ${level}, and this version writes up to level ${featureLevel}: run a newer one`,
    )
  const raisedTo = position === 0 ? featureLevel : (wanted ?? level)
  if (raisedTo <= level) return false
  const raised = raiseOf(partition, raisedTo, { source: '/holdfast/ledger', at: clock.now() })
  await streams.append(topics.ledger.name, partition, [{ key: featureLevelKey, value: JSON.stringify(raised) }])
  log.warn(
    { partition, level: raisedTo },
    'the level of the ledger is raised: what an older version does not know may lie there from now on',
  )
  return true
}
