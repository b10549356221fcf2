import { cloudEventsMediaType, type TopicSpec } from '@holdfast/schemas'

/** A record as it lies in a partition. `value` is one CloudEvent in structured mode unless a header says otherwise. */
export interface StreamRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
  /** When the stream took it, in milliseconds since 1970. */
  readonly timestampMs: number
  /** What `value` says, where this process has just written it itself: read once, and changed by nobody. */
  readonly event?: object
  /**
   * Why key, value or headers are not what was sent: their bytes are no text, a header that must be there once is there twice, or the whole batch can't be
   * read and this stands for it. Who takes records from outside refuses these. Set on Kafka alone.
   */
  readonly damage?: string
  /** Where this stands for a whole batch that can't be read: the offset of the last record in it. Key, value and headers are empty then. */
  readonly lastOffset?: number
}

/** The offset behind a record, or behind the batch that it stands for. */
export const offsetAfter = ({ offset, lastOffset = offset }: StreamRecord): number => lastOffset + 1

export interface OutgoingRecord {
  readonly key: string
  readonly value: string
  /** A record that names no `content-type` gets the one below: nearly all are CloudEvents in structured mode. */
  readonly headers?: Readonly<Record<string, string>>
  /** What `value` was made of. Who reads the record in this process may be given it, so it is not changed any more. */
  readonly event?: object
}

/** A record of an event. */
export const recordOf = (key: string, event: object): OutgoingRecord => ({ key, value: JSON.stringify(event), event })

/** By this header the Kafka binding of CloudEvents tells structured mode from binary; without it, readers that keep to the binding find no event. */
export const cloudEventHeaders: Readonly<Record<string, string>> = Object.freeze({ 'content-type': cloudEventsMediaType })

/** The most one append or publish of one partition may weigh: a broker refuses more than 1 MiB for good, headers and overhead included. */
export const appendBytesMax = 700_000
/** The most one record may weigh, key, value and headers together, in UTF-8 bytes. */
export const recordBytesMax = 600_000

const contentTypeBytes = 16 + 'content-type'.length + cloudEventsMediaType.length

/** The weight by which the two limits above are counted. */
export const weightOf = (record: OutgoingRecord): number => {
  let bytes = 64 + Buffer.byteLength(record.key) + Buffer.byteLength(record.value)
  if (record.headers?.['content-type'] === undefined) bytes += contentTypeBytes
  for (const name in record.headers) bytes += 16 + Buffer.byteLength(name) + Buffer.byteLength(record.headers[name] ?? '')
  return bytes
}

/** Thrown for a record heavier than `recordBytesMax`: sending it again will not help. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
}

/** Thrown where the stream can't be reached or did not answer in time; whether the records were written is then unknown. */
export class StreamUnavailableError extends Error {
  override readonly name = 'StreamUnavailableError'
  readonly isPassing = true
  readonly refusalCode = 'UNAVAILABLE'
}

/** Thrown where the positions of a group are to be set that has members. */
export class GroupInUseError extends Error {
  override readonly name = 'GroupInUseError'
}

/**
 * What becomes of a record: it is *ordered* once its place in the log is known to all of this process, and *durable* once it outlives the process and the machine. Where it can't be made durable,
 * everything that was ordered since is undone, and every worker that may have seen it is opened again. A broker's acknowledgement is both at once.
 */
export type Durability = 'ordered' | 'durable'

export interface WriteOptions {
  /**
   * The partition on which a worker works as it writes. The call throws where the partition may be lost, asked at the very moment of writing, and resolves once the records are ordered:
   * what the worker has read, what it writes and its position are durable together, or none of them is. Nobody outside may be told of it before.
   */
  readonly within?: Assignment
  /** What has to be durable elsewhere first, such as the keys by which these records are sealed: none of them is durable before it resolves. Where it rejects, none of them is written, and the call throws StreamUnavailableError. */
  readonly after?: Promise<unknown> | undefined
}

/** One partition as its present owner holds it. The signal aborts when the partition is lost or the stage stops. */
export interface Assignment {
  readonly partition: number
  readonly topic: string
  readonly signal: AbortSignal
  /**
   * Throws when the partition is lost or may be, as in a process that was asleep for longer than its group waits and has not been told yet. To be called right
   * before what can't be taken back.
   */
  throwIfLost(): void
  /**
   * Has the worker closed once the batch that is running is through, and after a pause that grows another one opened, as where a batch failed: for who finds beside its batches that it can't go on
   * with what it knows. Tells `onFault`. Does nothing once the worker is being closed.
   */
  reopen(because: Error): void
}

/** What a stage does with one partition between getting and losing it. */
export interface PartitionWorker {
  /**
   * Works on records of the partition in order, none skipped; the position is committed when it resolves. When it throws, the worker is closed,
   * and after a pause that grows a new one is opened and given the same records again: so it must be safe to repeat.
   */
  onBatch(records: readonly StreamRecord[]): Promise<void>
  /** The partition is lost or the stage stops; no batch is running. */
  close(): Promise<void>
}

export interface StageOptions {
  /** Members of one group share the partitions; each partition has one owner at a time, but a late owner may still be writing. */
  readonly group: string
  readonly topics: readonly string[]
  /** The position to start from is the group's committed one, else the start of the partition. Called again after each loss or failure. */
  open(assignment: Assignment, committed: number): Promise<PartitionWorker>
  /** The most records in one batch. Default 500. */
  readonly batchMax?: number
  /** From which moment on its workers are given a record. Default `durable`; `ordered` is for who does nothing but write `within` the partition, and keep states beside the log. */
  readonly sees?: Durability
  /** Told of every failure of open or onBatch, before the pause. */
  onFault(error: unknown, at: { topic: string; partition: number }): void
}

export interface TailOptions {
  readonly topic: string
  /** Per partition the first offset wanted; partitions that are not named start at their beginning. */
  readonly from: ReadonlyMap<number, number> | 'start' | 'end'
  /** Records of one partition, in order. When it throws, the same records are given again after a pause. */
  onRecords(records: readonly StreamRecord[]): Promise<void> | void
  /**
   * The partition no longer has what was read of it last: its log lost a tail, and may have grown as far again. Gives the offset to go on from. Without this it is read from its start
   * again. When it throws it is asked again after a pause.
   */
  onLostPast?(partition: number): Promise<number>
  onFault(error: unknown): void
}

export interface Subscription {
  /** Resolves when no callback is running and none will run. */
  stop(): Promise<void>
}

/**
 * The stream port: everything that services know of Kafka. Drivers: `createEmbeddedStreams` (one SQLite file) and `createKafkaStreams`; for simulations `createMemoryStreams`.
 * A contract suite in test-kit says what each promise means.
 */
export interface Streams {
  /** For people: which driver and where, such as `Kafka at 127.0.0.1:9092`. */
  readonly description: string
  /**
   * Makes the topics that are missing; an existing one is left as it is. Keys fall into as many partitions as the specification says, also where a topic has been given more since.
   * Safe to call at once from many processes.
   */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>
  /** How many partitions the topic has now. */
  partitionCount(topic: string): Promise<number>
  /** Where records with this key lie. */
  partitionOf(topic: string, key: string): Promise<number>
  /** Durable when it resolves, but for `within`. The key decides the partition. Order is kept among the records of one call with the same key. */
  publish(topic: string, records: readonly OutgoingRecord[], options?: WriteOptions): Promise<void>
  /**
   * Appends all records to one partition as one unbroken run and returns the offset of the first. Throws when they weigh more than `appendBytesMax`,
   * and StreamUnavailableError when the outcome is unknown. Durable when it resolves, but for `within`.
   */
  append(topic: string, partition: number, records: readonly OutgoingRecord[], options?: WriteOptions): Promise<number>
  startOffset(topic: string, partition: number): Promise<number>
  /**
   * The offset the next record will get; what lies before it is durable, and whatever was written before the call lies before it. So is what this process wrote before the call to any other topic, also `within`. Throws StreamUnavailableError while that is not known, as of a
   * write whose outcome is unknown.
   */
  endOffset(topic: string, partition: number): Promise<number>
  /** The first offset whose record was taken at or after this instant; the end offset where there is none. */
  offsetAt(topic: string, partition: number, timestampMs: number): Promise<number>
  /**
   * What time it is by the log, in milliseconds since 1970, whatever the clock of this machine says: as the broker stamps a record that is written for this;
   * embedded, as time has passed since the last stamp in the file. Throws StreamUnavailableError, and an error that says what to do where the broker does not stamp.
   */
  logTime(): Promise<number>
  /** Reads one partition from `from` up to, not including, `to`, or to where it ends at the call, in batches of bounded size. */
  read(topic: string, partition: number, from: number, to: number): AsyncGenerator<readonly StreamRecord[]>
  /** Follows all partitions of a topic without a group, from given positions, until stopped. */
  tail(options: TailOptions): Promise<Subscription>
  /** Works on the group's share of partitions until stopped. Resolves when the first assignment is known. */
  stage(options: StageOptions): Promise<Subscription>
  /** Where a group would go on in the partitions of a topic; those that it has never worked on are absent. */
  positions(group: string, topic: string): Promise<Map<number, number>>
  /** Has a group go on from these positions. Throws while it has members: they would write over it. */
  setPositions(group: string, topic: string, positions: ReadonlyMap<number, number>): Promise<void>
  /**
   * Throws what is wrong: the stream can't be reached within a second, or for five seconds a partition that is followed could not be read, or a group
   * could not be joined.
   */
  ping(): Promise<void>
  close(): Promise<void>
}
