import type { RefusingError } from '@holdfast/schemas'
import type { OutgoingRecord, Streams } from '@holdfast/streams'

/** Whether encryption was refused because the personal data of the request was erased. */
export const isOfErasedData = (error: unknown): boolean => (error as Partial<RefusingError> | undefined)?.refusalCode === 'WRONG_STATE'

/**
 * Publishes commands about different requests, in order, except those about requests whose personal data was erased
 * (V30). These are returned and delay no others. Throws the other errors of `publish`; the outcome is then unknown, and
 * a retry is safe.
 */
export async function publishUnlessErased<R extends OutgoingRecord>(
  streams: Pick<Streams, 'publish'>,
  topic: string,
  records: readonly R[],
): Promise<readonly R[]> {
  if (records.length === 0) return []
  // Nothing is written if one of them can't be encrypted.
  const isErased = (some: readonly R[]): Promise<boolean> =>
    streams.publish(topic, some).then(
      () => false,
      error => {
        if (isOfErasedData(error)) return true
        throw error
      },
    )
  if (!(await isErased(records))) return []
  const erased: R[] = []
  for (const record of records) if (await isErased([record])) erased.push(record)
  return erased
}
