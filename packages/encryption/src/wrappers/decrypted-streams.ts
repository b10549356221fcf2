import { type CommandEvent, mayBeEncrypted, quotedDataOf, readLedgerRecord, type WorkflowTopics } from '@holdfast/schemas'
import { type OutgoingRecord, recordOf, type StreamRecord, type Streams, type WriteOptions } from '@holdfast/streams'
import type { EventWithData, PersonalDataCipher } from '../personal-data-cipher.ts'

export type { PersonalDataCipher } from '../personal-data-cipher.ts'

/**
 * Streams that encrypt the personal data of each command of a workflow that they write, and decrypt it in the `event` of each fact they read. `value` stays as stored, because
 * the fingerprint of the log prefix is computed from it.
 */
export function decryptStreams(streams: Streams, cipher: PersonalDataCipher, topics: Pick<WorkflowTopics, 'commands' | 'ledger'>): Streams {
  /** By the stored event. Consumers of one process share it, so each event is decrypted once. */
  const decryptedOf = new WeakMap<object, object>()

  async function publishEncrypted(records: readonly OutgoingRecord[], options: WriteOptions | undefined): Promise<void> {
    const commands = records.map(({ value, event }) => (event ?? JSON.parse(value)) as CommandEvent)
    const { events, keysDurable } = await cipher.encryptOrdered(commands)
    const written = records.map((record, index) => {
      const command = events[index] as CommandEvent
      return command === commands[index] ? record : { ...record, ...recordOf(record.key, command) }
    })
    await streams.publish(topics.commands.name, written, { ...options, after: keysDurable })
  }

  async function opened(
    records: readonly StreamRecord[],
    stored: readonly (EventWithData | undefined)[],
  ): Promise<readonly StreamRecord[]> {
    const closed = stored.filter(event => event !== undefined && !decryptedOf.has(event)) as EventWithData[]
    if (closed.length > 0) {
      const events = await cipher.decrypt(closed)
      for (const [index, event] of closed.entries()) decryptedOf.set(event, events[index] as object)
    }
    return records.map((record, index) => {
      const event = stored[index]
      return event ? { ...record, event: decryptedOf.get(event) as object } : record
    })
  }

  /** Records without personal data are passed on synchronously. */
  function withPersonalData(topic: string, records: readonly StreamRecord[]): readonly StreamRecord[] | Promise<readonly StreamRecord[]> {
    if (topic !== topics.ledger.name) return records
    const stored = records.map(encryptedEventIn)
    return stored.some(event => event !== undefined) ? opened(records, stored) : records
  }

  return {
    ...streams,
    async publish(topic, records, options) {
      if (topic === topics.commands.name) await publishEncrypted(records, options)
      else await streams.publish(topic, records, options)
    },
    async *read(topic, partition, from, to) {
      for await (const records of streams.read(topic, partition, from, to)) yield await withPersonalData(topic, records)
    },
    tail: options =>
      streams.tail({
        ...options,
        onRecords(records) {
          const decrypted = withPersonalData(options.topic, records)
          return decrypted instanceof Promise ? decrypted.then(options.onRecords) : options.onRecords(decrypted)
        },
      }),
    stage: options =>
      streams.stage({
        ...options,
        async open(assignment, committed) {
          const worker = await options.open(assignment, committed)
          return {
            async onBatch(records) {
              const decrypted = withPersonalData(assignment.topic, records)
              await worker.onBatch(decrypted instanceof Promise ? await decrypted : decrypted)
            },
            close: () => worker.close(),
          }
        },
      }),
  }
}

/** The event of a record with an encrypted field. Undefined if it can't be parsed, which its consumer reports. */
function encryptedEventIn({ value, event }: StreamRecord): EventWithData | undefined {
  if (event) return hasBlock((event as EventWithData).data) ? (event as EventWithData) : undefined
  if (!mayBeEncrypted(value)) return undefined
  const read = readLedgerRecord(value)
  return read.ok ? (read.value as EventWithData) : undefined
}

const hasBlock = (data: object | undefined): boolean =>
  data !== undefined && ('encrypted' in data || quotedDataOf(data)?.encrypted !== undefined)
