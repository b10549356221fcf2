import { truncationMessage } from './log-truncation.ts'
import type { PartitionFoldOptions } from './partition-fold.ts'

/** What a log has to take. */
export interface Log {
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

/** What a fold says of its partition, in the log of its service. `rebuilt` says what was folded again, and why that was is put behind it. */
export const foldLog = (
  log: Log,
  partition: number,
  rebuilt: string,
  unreadable = 'a record of the ledger can not be read',
): Pick<PartitionFoldOptions<unknown>, 'onLostPast' | 'onRebuilt' | 'onSaveFault' | 'onUnreadable'> => ({
  onLostPast: lost => log.warn({ partition, ...lost }, truncationMessage),
  onRebuilt: (why, facts) => log.warn({ partition, facts }, `${rebuilt}: ${why}`),
  onSaveFault: error => log.warn({ partition, err: error }, 'The states of this partition cannot be saved. Retrying each second'),
  onUnreadable: ({ offset }, reason) => log.error({ partition, offset, reason }, unreadable),
})
