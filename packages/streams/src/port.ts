import { cloudEventsMediaType, type TopicSpec } from '@holdfast/schemas'

/** A record of a partition. `value` is one CloudEvent in structured mode unless a header says otherwise. */
export interface StreamRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
  /** When the stream accepted it, in milliseconds since 1970. */
  readonly timestampMs: number
  /** The parsed `value`, if this process wrote the record itself. Must not be modified. */
  readonly event?: object
  /**
   * Why key, value or headers differ from what was sent: bytes that are no UTF-8, a repeated header that must be
   * unique, or an unreadable batch. Consumers of members' records refuse such a record. Set on Kafka only.
   */
  readonly damage?: string
  /**
   * Set if this record stands for a whole unreadable batch: the offset of its last record. Key, value and headers are
   * then empty.
   */
  readonly lastOffset?: number
}

/** The offset after a record, or after the batch that it stands for. */
export const offsetAfter = ({ offset, lastOffset = offset }: StreamRecord): number => lastOffset + 1

export interface OutgoingRecord {
  readonly key: string
  readonly value: string
  /** Without a `content-type`, the driver adds the one below: nearly all records are CloudEvents in structured mode. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * The object that `value` was serialised from. Readers in this process may receive it, so it must not be modified.
   */
  readonly event?: object
}

/** A record of an event. */
export const recordOf = (key: string, event: object): OutgoingRecord => ({ key, value: JSON.stringify(event), event })

/**
 * The CloudEvents Kafka binding tells structured mode from binary by this header. Without it, compliant readers find no
 * event.
 */
export const cloudEventHeaders: Readonly<Record<string, string>> = Object.freeze({ 'content-type': cloudEventsMediaType })

/**
 * The most bytes of one append, or of one publish to a partition. A broker refuses more than 1 MiB, headers and
 * overhead included.
 */
export const appendBytesMax = 700_000
/** The most bytes of one record: key, value and headers together, in UTF-8. */
export const recordBytesMax = 600_000

const contentTypeBytes = 16 + 'content-type'.length + cloudEventsMediaType.length

/** The size of a record in bytes, as the two limits above count it. */
export const recordSize = (record: OutgoingRecord): number => {
  let bytes = 64 + Buffer.byteLength(record.key) + Buffer.byteLength(record.value)
  if (record.headers?.['content-type'] === undefined) bytes += contentTypeBytes
  for (const name in record.headers) bytes += 16 + Buffer.byteLength(name) + Buffer.byteLength(record.headers[name] ?? '')
  return bytes
}

/** Thrown for a record larger than `recordBytesMax`. A retry fails again. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
}

/** Thrown if the stream is unreachable or did not answer in time. The outcome of a write is then unknown. */
export class StreamUnavailableError extends Error {
  override readonly name = 'StreamUnavailableError'
  readonly isTransient = true
  readonly refusalCode = 'UNAVAILABLE'
}

/** Thrown when setting the offsets of a group that has members. */
export class GroupInUseError extends Error {
  override readonly name = 'GroupInUseError'
}

/**
 * A record is *ordered* once every reader in this process knows its offset, and *durable* once it survives a crash of
 * the machine. If it can't be made durable, everything ordered since is rolled back, and every worker that may have
 * seen it is reopened. On Kafka an acknowledgement means both.
 */
export type Durability = 'ordered' | 'durable'

export interface WriteOptions {
  /**
   * The partition whose worker writes. The call throws if the partition may be lost at the moment of writing, and
   * resolves once the records are ordered. What the worker read, what it writes and its offset become durable together
   * or not at all. Until then, nothing outside the process may learn of it.
   */
  readonly within?: Assignment
  /**
   * What must be durable first, such as the data keys of these records. The records become durable only after it
   * resolves. If it rejects, nothing is written and the call throws StreamUnavailableError.
   */
  readonly after?: Promise<unknown> | undefined
}

/** A partition as assigned to its owner. The signal aborts when the partition is lost or the stage stops. */
export interface Assignment {
  readonly partition: number
  readonly topic: string
  readonly signal: AbortSignal
  /**
   * Throws when the partition is lost or may be, for example after the process slept longer than its session. Call it
   * right before an effect that can't be undone.
   */
  throwIfLost(): void
  /**
   * Closes the worker after the running batch and opens a new one after a back-off, as if a batch had failed. For a
   * worker that finds, outside a batch, that its state is no longer valid. Calls `onFault`. Does nothing once the
   * worker is closing.
   */
  reopen(because: Error): void
}

/** Processes one partition from its assignment to its loss. */
export interface PartitionWorker {
  /**
   * Processes records of the partition in order, without gaps. The offset is committed when it resolves. If it throws,
   * a new worker is opened after a back-off and receives the same records again, so it must be idempotent.
   */
  onBatch(records: readonly StreamRecord[]): Promise<void>
  /** Called when the partition is lost or the stage stops; no batch is running. */
  close(): Promise<void>
}

export interface StageOptions {
  /**
   * The members of a group divide the partitions among them. Each partition has one owner at a time, but a former owner
   * may still be writing.
   */
  readonly group: string
  readonly topics: readonly string[]
  /**
   * `committed` is the group's offset, or the start of the partition if it has none. Called again after each loss or
   * failure.
   */
  open(assignment: Assignment, committed: number): Promise<PartitionWorker>
  /** The most records in one batch. Default 500. */
  readonly batchMax?: number
  /**
   * When the workers receive a record. Default `durable`. `ordered` is only for a worker that writes nothing but
   * `within` its partition and keeps its state next to the log.
   */
  readonly readsFrom?: Durability
  /** Called for every failure of `open` or `onBatch`, before the back-off. */
  onFault(error: unknown, at: { topic: string; partition: number }): void
}

export interface TailOptions {
  readonly topic: string
  /** The first offset wanted per partition. Partitions that are absent start at their beginning. */
  readonly from: ReadonlyMap<number, number> | 'start' | 'end'
  /** Records of one partition, in order. If it throws, the same records are delivered again after a back-off. */
  onRecords(records: readonly StreamRecord[]): Promise<void> | void
  /**
   * The partition was truncated: the record read last is gone, though the log may have grown again since. Returns the
   * offset to continue from; called again after a back-off if it throws. Without this callback, the partition is read
   * from its start.
   */
  onLogTruncated?(partition: number): Promise<number>
  onFault(error: unknown): void
}

export interface Subscription {
  /** Resolves when no callback is running and none will run. */
  stop(): Promise<void>
}

/**
 * The stream port: everything that services know of Kafka. Drivers: `createEmbeddedStreams` (one SQLite file),
 * `createKafkaStreams`, and `createMemoryStreams` for simulations. A contract suite in test-kit defines what each
 * promise means.
 */
export interface Streams {
  /** The driver and its address, for people, such as `Kafka at 127.0.0.1:9092`. */
  readonly description: string
  /**
   * Creates missing topics and leaves existing ones unchanged. Keys are routed to as many partitions as the
   * specification says, even if the topic has more. Safe to call from many processes at once.
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  /** How many partitions the topic has now. */
  partitionCount(topic: string): Promise<number>
  /** The partition of records with this key. */
  partitionOf(topic: string, key: string): Promise<number>
  /**
   * Durable when it resolves, unless `within` is set. The key selects the partition. Records of one call with the same
   * key stay in order.
   */
  publish(topic: string, records: readonly OutgoingRecord[], options?: WriteOptions): Promise<void>
  /**
   * Appends all records to one partition without gaps and returns the offset of the first. Throws if they are larger
   * than `appendBytesMax`, and StreamUnavailableError if the outcome is unknown. Durable when it resolves, unless
   * `within` is set.
   */
  append(topic: string, partition: number, records: readonly OutgoingRecord[], options?: WriteOptions): Promise<number>
  startOffset(topic: string, partition: number): Promise<number>
  /**
   * The offset of the next record. All records before it are durable, and they include every earlier write to this
   * partition. Earlier writes of this process to other topics are durable too, also those `within` a partition. Throws
   * StreamUnavailableError while this can't be known, for example while the outcome of a write is unknown.
   */
  endOffset(topic: string, partition: number): Promise<number>
  /** The first offset whose record was accepted at or after this instant; the end offset if there is none. */
  offsetAt(topic: string, partition: number, timestampMs: number): Promise<number>
  /**
   * The log's time in milliseconds since 1970, independent of this machine's clock. On Kafka it is the broker's stamp
   * of a test record; embedded, it advances from the last stamp in the file. Throws StreamUnavailableError, or an error
   * with instructions if the broker does not stamp records.
   */
  logTime(): Promise<number>
  /**
   * Reads one partition from `from` up to, but not including, `to` or its end at the time of the call. Batches have a
   * bounded size.
   */
  read(topic: string, partition: number, from: number, to: number): AsyncGenerator<readonly StreamRecord[]>
  /** Follows all partitions of a topic without a group, from given offsets, until stopped. */
  tail(options: TailOptions): Promise<Subscription>
  /** Processes the partitions that the group assigns, until stopped. Resolves after the first assignment. */
  stage(options: StageOptions): Promise<Subscription>
  /** The offsets from which a group continues in a topic. Partitions without a committed offset are absent. */
  positions(group: string, topic: string): Promise<Map<number, number>>
  /**
   * Sets the offsets from which a group continues. Throws while the group has members, because they would overwrite
   * them.
   */
  setPositions(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void>
  /**
   * Throws the problem if the stream does not answer within a second. Also throws if a partition could not be read, or
   * a group not joined, for five seconds.
   */
  ping(): Promise<void>
  close(): Promise<void>
}
