import { appendBytesMax, type OutgoingRecord, RecordTooLargeError, recordBytesMax, weightOf } from './port.ts'

/** Returns what the records weigh together, in bytes. Throws RecordTooLargeError when one is too heavy by itself. */
export function weigh(records: readonly OutgoingRecord[]): number {
  let sum = 0
  for (const record of records) {
    const weight = weightOf(record)
    if (weight > recordBytesMax) throw new RecordTooLargeError(`a record of ${weight} bytes is more than ${recordBytesMax}`)
    sum += weight
  }
  return sum
}

/** Throws when the records can't be one append: there are none, or they are too heavy together or one by one. */
export function checkAppend(records: readonly OutgoingRecord[]): void {
  if (records.length === 0) throw new Error('an append of no records has no offset')
  const weight = weigh(records)
  if (weight > appendBytesMax) throw new RecordTooLargeError(`an append of ${weight} bytes is more than ${appendBytesMax}`)
}
