import { appendBytesMax, type OutgoingRecord, RecordTooLargeError, recordBytesMax, recordSize } from './port.ts'

/** Returns the total size of the records in bytes. Throws RecordTooLargeError if one exceeds its limit. */
export function totalSize(records: readonly OutgoingRecord[]): number {
  let sum = 0
  for (const record of records) {
    const weight = recordSize(record)
    if (weight > recordBytesMax) throw new RecordTooLargeError(`a record of ${weight} bytes is more than ${recordBytesMax}`)
    sum += weight
  }
  return sum
}

/** Throws if the records can't be one append: there are none, or one or all together are too large. */
export function checkAppend(records: readonly OutgoingRecord[]): void {
  if (records.length === 0) throw new Error('an append of no records has no offset')
  const weight = totalSize(records)
  if (weight > appendBytesMax) throw new RecordTooLargeError(`an append of ${weight} bytes is more than ${appendBytesMax}`)
}
