import { type Command, mayBeEncrypted, quotedIn, readLedgerRecord, topics } from '@holdfast/schemas'
import { type OutgoingRecord, recordOf, type StreamRecord, type Streams, type WriteOptions } from '@holdfast/streams'
import type { EventWithData, PersonalDataCipher } from '../personal-data-cipher.ts'

export type { PersonalDataCipher } from '../personal-data-cipher.ts'

/**
 * Streams that encrypt the personal data of each command they write, and decrypt it in the `event` of each fact they read. `value` stays as stored, because
 * the fingerprint of the log prefix is computed from it.
 */
export function decryptStreams(streams: Streams, words: PersonalDataCipher): Streams {
  /** By the stored event. Consumers of one process share it, so each event is decrypted once. */
  const openedOf = new WeakMap<object, object>()

  async function publishSealed(records: readonly OutgoingRecord[], options: WriteOptions | undefined): Promise<void> {
    const commands = records.map(({ value, event }) => (event ?? JSON.parse(value)) as Command)
    const { events, keysDurable } = await words.sealedOrdered(commands)
    const written = records.map((record, index) => {
      const command = events[index] as Command
      return command === commands[index] ? record : { ...record, ...recordOf(record.key, command) }
    })
    await streams.publish(topics.commands.name, written, { ...options, after: keysDurable })
  }

  async function opened(
    records: readonly StreamRecord[],
    stored: readonly (EventWithData | undefined)[],
  ): Promise<readonly StreamRecord[]> {
    const closed = stored.filter(event => event !== undefined && !openedOf.has(event)) as EventWithData[]
    if (closed.length > 0) {
      const events = await words.opened(closed)
      for (const [index, event] of closed.entries()) openedOf.set(event, events[index] as object)
    }
    return records.map((record, index) => {
      const event = stored[index]
      return event ? { ...record, event: openedOf.get(event) as object } : record
    })
  }

  /** What has no words is given as it is, and waits for nothing. */
  function withWords(topic: string, records: readonly StreamRecord[]): readonly StreamRecord[] | Promise<readonly StreamRecord[]> {
    if (topic !== topics.ledger.name) return records
    const stored = records.map(sealedEventIn)
    return stored.some(event => event !== undefined) ? opened(records, stored) : records
  }

  return {
    ...streams,
    async publish(topic, records, options) {
      if (topic === topics.commands.name) await publishSealed(records, options)
      else await streams.publish(topic, records, options)
    },
    async *read(topic, partition, from, to) {
      for await (const records of streams.read(topic, partition, from, to)) yield await withWords(topic, records)
    },
    tail: options =>
      streams.tail({
        ...options,
        onRecords(records) {
          const given = withWords(options.topic, records)
          return given instanceof Promise ? given.then(options.onRecords) : options.onRecords(given)
        },
      }),
    stage: options =>
      streams.stage({
        ...options,
        async open(assignment, committed) {
          const worker = await options.open(assignment, committed)
          return {
            async onBatch(records) {
              const given = withWords(assignment.topic, records)
              await worker.onBatch(given instanceof Promise ? await given : given)
            },
            close: () => worker.close(),
          }
        },
      }),
  }
}

/** The event of a record that has a block. Nothing where it can't be read: who is given it says so. */
function sealedEventIn({ value, event }: StreamRecord): EventWithData | undefined {
  if (event) return hasBlock((event as EventWithData).data) ? (event as EventWithData) : undefined
  if (!mayBeEncrypted(value)) return undefined
  const read = readLedgerRecord(value)
  return read.ok ? (read.value as EventWithData) : undefined
}

const hasBlock = (data: object | undefined): boolean => data !== undefined && ('sealed' in data || quotedIn(data)?.sealed !== undefined)
