import type { PartitionRecord } from '@holdfast/runtime'
import { ledgerOfTopic, topics } from '@holdfast/schemas'

/** The name of the ledger of a workflow with this prefix. */
export const ledgerNameOf = (topicPrefix: string): string => `${topicPrefix}.ledger`

/** Whether a topic is the ledger of a workflow. */
export const isLedger = (topic: string): boolean => topic.endsWith('.ledger')

/** The ledger of payment stops, which every engine has. */
export const firstLedger = topics.ledger.name

/**
 * The ledgers of other workflows whose partitions are recorded, in the ledgers with this number. A workflow has a ledger
 * once one of its services has started.
 */
export function otherLedgersIn(record: Pick<PartitionRecord, 'counted'>, number: number): readonly string[] {
  const recorded = [...record.counted()].filter(topic => ledgerOfTopic(topic) === number)
  return recorded.map(topic => topic.replace(/-\d+$/, '')).filter(topic => isLedger(topic) && topic !== firstLedger)
}
