import type { Clock } from '@holdfast/runtime'
import { createDayBudget } from '@holdfast/runtime'
import type { StreamRecord } from '@holdfast/streams'
import type { RefusedSender } from './sender-of-record.ts'

/** The notification of a country about a refused record that its key has signed. */
export interface NotifiedSigner {
  readonly country: string
  /** The sender's id of the event; empty if the record had a token instead, because anyone could have added that. */
  readonly id: string
  readonly source: string
  /** The offset of the record: topic/partition/offset. */
  readonly recordPosition: string
}

/** Per country, day and process: a finder of an old token could send it forever. */
const notificationsOfDayMax = 100

/**
 * Returns whom to notify of a refused record; undefined if no key has signed it, or its country has reached its limit
 * today.
 */
export function createNotifiedSigners(clock: Clock) {
  const budget = createDayBudget(clock, notificationsOfDayMax)
  return ({ topic, partition, offset }: StreamRecord, { signedFor: country, named }: RefusedSender): NotifiedSigner | undefined => {
    if (country === undefined || !budget.takes(country, 1)) return undefined
    return { country, id: named?.id ?? '', source: named?.source ?? '', recordPosition: `${topic}/${partition}/${offset}` }
  }
}
