import { truncationMessage } from './log-truncation.ts'
import type { PartitionStateOptions } from './partition-state.ts'

/** What a log must offer. */
export interface Log {
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

/**
 * Logs the faults of a partition in the log of its service. `rebuilt` names what was derived again; the reason follows
 * it.
 */
export const logStateFaults = (
  log: Log,
  partition: number,
  rebuilt: string,
  unreadable = 'A record of the ledger cannot be read and is skipped',
): Pick<PartitionStateOptions<unknown>, 'onTruncated' | 'onRebuilt' | 'onSaveFault' | 'onUnreadable'> => ({
  onTruncated: lost => log.warn({ partition, ...lost }, truncationMessage),
  onRebuilt: (why, facts) => log.warn({ partition, facts }, `${rebuilt}: ${why}`),
  onSaveFault: error => log.warn({ partition, err: error }, 'The states of this partition cannot be saved. Retrying each second'),
  onUnreadable: ({ offset }, reason) => log.error({ partition, offset, reason }, unreadable),
})
