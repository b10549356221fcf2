import type { Clock } from '@holdfast/runtime'
import { createDayBudget } from '@holdfast/runtime'
import type { StreamRecord } from '@holdfast/streams'
import type { RefusedSender } from './sender-of-record.ts'

/** What a country is told of a record that its key has signed and that is not taken. */
export interface NotifiedSigner {
  readonly country: string
  /** As its sender names it; empty where a token stood beside it, as anybody could have put that there. */
  readonly id: string
  readonly source: string
  /** Where it lies: topic/partition/offset. */
  readonly place: string
}

/** Of one country and day, by one process: who finds an old token of a country can send it for ever. */
const noticesOfDayMax = 100

/** Says who is told that a record is not taken; undefined where no key has signed it, or its country was told often enough today. */
export function createNotifiedSigners(clock: Clock) {
  const budget = createDayBudget(clock, noticesOfDayMax)
  return ({ topic, partition, offset }: StreamRecord, { signedFor: country, named }: RefusedSender): NotifiedSigner | undefined => {
    if (country === undefined || !budget.takes(country, 1)) return undefined
    return { country, id: named?.id ?? '', source: named?.source ?? '', place: `${topic}/${partition}/${offset}` }
  }
}
