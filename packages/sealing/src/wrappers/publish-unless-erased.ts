import type { RefusingError } from '@holdfast/schemas'
import type { OutgoingRecord, Streams } from '@holdfast/streams'

/** Whether what seals has refused something: the words of its request were destroyed. */
export const isOfErasedData = (error: unknown): boolean => (error as Partial<RefusingError> | undefined)?.refusalCode === 'WRONG_STATE'

/**
 * Publishes commands that came together and are about requests of their own, in their order, but for those about requests whose words were destroyed (V30): these are given back, and keep no other one waiting. Throws what else `publish` throws;
 * whether anything was written is then not known, and the same again is safe.
 */
export async function publishUnlessErased<R extends OutgoingRecord>(
  streams: Pick<Streams, 'publish'>,
  topic: string,
  records: readonly R[],
): Promise<readonly R[]> {
  if (records.length === 0) return []
  // Nothing is written where one of them can't be sealed.
  const isGone = (some: readonly R[]): Promise<boolean> =>
    streams.publish(topic, some).then(
      () => false,
      error => {
        if (isOfErasedData(error)) return true
        throw error
      },
    )
  if (!(await isGone(records))) return []
  const gone: R[] = []
  for (const record of records) if (await isGone([record])) gone.push(record)
  return gone
}
